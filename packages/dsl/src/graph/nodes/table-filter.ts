import { filteredGetter, tableFilter as tableFilterOperator, type TablePredicate } from "@millrace/core";
import type { StoreDraft, TableNode } from "../node.ts";
import type { TableNodeRules } from "../rules.ts";
import { storeOf, tableOfTable } from "../tables.ts";

/** Keeps the rows of a table that match. */
export interface TableFilterNode extends TableNode {
  readonly kind: "tableFilter";
  readonly store: StoreDraft | null;
  readonly predicate: TablePredicate<unknown, unknown>;
  readonly negate: boolean;
}

export const tableFilter: TableNodeRules<TableFilterNode> = {
  table: tableOfTable((node, parent) => filteredGetter(parent, node.predicate, node.negate)),
  write(node, to) {
    const { predicate, negate, sendsOldValues } = node;
    const { store, stores } = storeOf(node, to);
    to.processor(node, tableFilterOperator({ predicate, negate, store, sendOldValues: sendsOldValues }), stores);
  },
  // With old values at hand a filter need not send tombstones for keys that it never let through; it does not insist.
  demands: (node) => [{ table: node.parents[0]!, oldValues: "ask", materialize: false }],
};
