import type { Graph } from "./graph.ts";
import { isTable, tableRulesOf, type GraphNode } from "./nodes.ts";

/**
 * A table read from a topic needs no changelog: the topic holds the table's changes already, and its store is restored from
 * there. Java: `reuseKTableSourceTopics`, KIP-295.
 *
 * Restoring copies bytes. A topic that holds what the table would not take up, since it cannot be read or its timestamp
 * extractor refuses it, is no changelog, and this optimization not for it.
 */
export function reuseSourceTopics(graph: Graph): Graph {
  const nodes = graph.nodes.map((node): GraphNode => {
    if (!isTable(node) || !node.materialized) return node;
    const reusing = tableRulesOf(node).restoredFromSource?.(node);
    return reusing === undefined ? node : Object.freeze(reusing);
  });
  return { ...graph, nodes };
}
