import { mappedGetter, tableMapValues as tableMapValuesOperator, type TableValueMapper } from "@millrace/core";
import type { StoreDraft, TableNode } from "../node.ts";
import type { TableNodeRules } from "../rules.ts";
import { storeOf, tableOfTable } from "../tables.ts";

/** Maps the values of a table. */
export interface TableMapValuesNode extends TableNode {
  readonly kind: "tableMapValues";
  readonly store: StoreDraft | null;
  readonly mapper: TableValueMapper<unknown, unknown, unknown>;
}

export const tableMapValues: TableNodeRules<TableMapValuesNode> = {
  table: tableOfTable((node, parent) => mappedGetter(parent, node.mapper)),
  write(node, to) {
    const { mapper, sendsOldValues } = node;
    const { store, stores } = storeOf(node, to);
    to.processor(node, tableMapValuesOperator({ mapper, store, sendOldValues: sendsOldValues }), stores);
  },
};
