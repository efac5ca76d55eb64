import { tableReduce as tableReduceOperator, type Reducer } from "@millrace/core";
import type { StoreDraft, TableNode } from "../node.ts";
import type { TableNodeRules } from "../rules.ts";
import { aggregation } from "../tables.ts";

/** Combines the values of each group of a table. */
export interface TableReduceNode extends TableNode {
  readonly kind: "tableReduce";
  readonly store: StoreDraft;
  readonly adder: Reducer<unknown>;
  readonly subtractor: Reducer<unknown>;
}

export const tableReduce: TableNodeRules<TableReduceNode> = aggregation(({ adder, subtractor }, options) =>
  tableReduceOperator({ ...options, adder, subtractor }),
);
