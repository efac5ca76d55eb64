import type { Graph, GraphNode, StoreDraft } from "./graph.ts";

/**
 * A table read from a topic needs no changelog: the topic holds the table's changes already, and its store is restored from
 * there. What the operator said of a changelog is void. Java: `reuseKTableSourceTopics`, KIP-295.
 *
 * Restoring copies bytes. A topic that holds what the table would not take up, since it cannot be read or its timestamp
 * extractor refuses it, is no changelog, and this optimization not for it.
 */
export function reuseSourceTopics(graph: Graph): Graph {
  const nodes = graph.nodes.map((node): GraphNode => {
    if (node.kind !== "tableSource" || !node.materialized) return node;
    return Object.freeze({ ...node, store: restoredFrom(node.topic, node.store) });
  });
  return { ...graph, nodes };
}

function restoredFrom(topic: string, store: StoreDraft): StoreDraft {
  const spec = { ...store.spec, logging: false, changelogConfig: Object.freeze({}), sourceTopicAsChangelog: topic };
  return Object.freeze({ ...store, spec: Object.freeze(spec) });
}
