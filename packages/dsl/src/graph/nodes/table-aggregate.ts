import { tableAggregate as tableAggregateOperator, type Aggregator, type Initializer } from "@millrace/core";
import type { StoreDraft, TableNode } from "../node.ts";
import type { TableNodeRules } from "../rules.ts";
import { aggregation } from "../tables.ts";

/** Aggregates the rows of each group of a table. */
export interface TableAggregateNode extends TableNode {
  readonly kind: "tableAggregate";
  readonly store: StoreDraft;
  readonly initializer: Initializer<unknown>;
  readonly adder: Aggregator<unknown, unknown, unknown>;
  readonly subtractor: Aggregator<unknown, unknown, unknown>;
}

export const tableAggregate: TableNodeRules<TableAggregateNode> = aggregation(({ initializer, adder, subtractor }, options) =>
  tableAggregateOperator({ ...options, initializer, adder, subtractor }),
);
