import type { Graph } from "./graph.ts";
import type { NodeId } from "./node.ts";
import { rulesOf, type GraphNode } from "./nodes.ts";

/**
 * A repartition drops records without a key, which nothing behind it could use, unless a join somewhere below takes them
 * (KIP-962). Java: `rewriteRepartitionNodes`.
 */
export function rewriteNullKeyFilters(graph: Graph): Graph {
  const takers = aboveNullKeyTakers(graph);
  const nodes = graph.nodes.map((node): GraphNode => {
    const rewritten = rulesOf(node).withNullKeys?.(node, takers.has(node.id));
    return rewritten === undefined ? node : Object.freeze(rewritten);
  });
  return { ...graph, nodes };
}

/** Nodes from which one that takes null keys can be reached. Parents come before children, so one walk backwards finds all. */
function aboveNullKeyTakers(graph: Graph): ReadonlySet<NodeId> {
  const above = new Set<NodeId>();
  for (const node of graph.nodes.toReversed()) {
    const takes = rulesOf(node).takesNullKeys?.(node) === true || above.has(node.id);
    if (takes) for (const parent of node.parents) above.add(parent);
  }
  return above;
}
