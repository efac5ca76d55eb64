import { tableSource as tableSourceOperator } from "@millrace/core";
import type { StoreDraft, SourceSettings, TableNode } from "../node.ts";
import type { TableNodeRules } from "../rules.ts";
import { storeOf, tableOfStream } from "../tables.ts";

/** Reads a topic as a table: a source, and the processor that makes a table of it, which has the node's name. */
export interface TableSourceNode extends TableNode, SourceSettings {
  readonly kind: "tableSource";
  readonly sourceName: string;
  readonly topic: string;
  readonly store: StoreDraft;
}

export const tableSource: TableNodeRules<TableSourceNode> = {
  table: { ...tableOfStream, restoredFromSource },
  write(node, to) {
    const { name, origin, sourceName, topic, keySerde, valueSerde, timestampExtractor, reset, sendsOldValues } = node;
    const topics = [topic];
    to.node({ kind: "source", name: sourceName, origin, topics, keySerde, valueSerde, timestampExtractor, reset });
    const { store, stores } = storeOf(node, to);
    const operator = tableSourceOperator({ store, sendOldValues: sendsOldValues });
    to.node({ kind: "processor", name, origin, parents: [sourceName], stores, operator });
  },
};

/** Settings of a changelog are void: there is none. */
function restoredFromSource(node: TableSourceNode): TableSourceNode {
  const { spec } = node.store;
  const restored = { ...spec, logging: false, changelogConfig: Object.freeze({}), sourceTopicAsChangelog: node.topic };
  return { ...node, store: Object.freeze({ ...node.store, spec: Object.freeze(restored) }) };
}
