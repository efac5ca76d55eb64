import {
  windowedAggregate as windowedAggregateOperator,
  type Aggregator,
  type Initializer,
  type TimeWindowsSpec,
} from "@millrace/core";
import type { StoreDraft, TableNode } from "../node.ts";
import type { TableNodeRules } from "../rules.ts";
import { aggregation } from "../tables.ts";

/** Aggregates the records of each key and window. */
export interface WindowedAggregateNode extends TableNode {
  readonly kind: "windowedAggregate";
  readonly store: StoreDraft;
  readonly windows: TimeWindowsSpec;
  readonly initializer: Initializer<unknown>;
  readonly aggregator: Aggregator<unknown, unknown, unknown>;
}

export const windowedAggregate: TableNodeRules<WindowedAggregateNode> = aggregation(
  ({ windows, initializer, aggregator }, options) => windowedAggregateOperator({ ...options, windows, initializer, aggregator }),
);
