import type { Graph, GraphNode, NodeId } from "./graph.ts";

/**
 * A repartition drops records without a key, which nothing behind it could use, unless a join somewhere below takes them
 * (KIP-962). Java: `rewriteRepartitionNodes`.
 */
export function rewriteNullKeyFilters(graph: Graph): Graph {
  const takers = aboveNullKeyJoins(graph);
  const nodes = graph.nodes.map((node): GraphNode =>
    node.kind === "repartition" ? Object.freeze({ ...node, dropsNullKeys: !takers.has(node.id) }) : node,
  );
  return { ...graph, nodes };
}

/** Nodes from which a join that takes null keys can be reached. Parents come before children, so one walk backwards finds all. */
function aboveNullKeyJoins(graph: Graph): ReadonlySet<NodeId> {
  const above = new Set<NodeId>();
  for (const node of graph.nodes.toReversed()) {
    const takes = (node.kind === "streamTableJoin" && node.nullKeys) || above.has(node.id);
    if (takes) for (const parent of node.parents) above.add(parent);
  }
  return above;
}
