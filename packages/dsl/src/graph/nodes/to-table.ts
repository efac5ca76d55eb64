import { tableSource } from "@millrace/core";
import type { StoreDraft, TableNode } from "../node.ts";
import type { TableNodeRules } from "../rules.ts";
import { storeOf, tableOfStream } from "../tables.ts";

/** Reads a stream as a table. */
export interface ToTableNode extends TableNode {
  readonly kind: "toTable";
  readonly store: StoreDraft;
}

export const toTable: TableNodeRules<ToTableNode> = {
  table: tableOfStream,
  write(node, to) {
    const { store, stores } = storeOf(node, to);
    to.processor(node, tableSource({ store, sendOldValues: node.sendsOldValues }), stores);
  },
};
