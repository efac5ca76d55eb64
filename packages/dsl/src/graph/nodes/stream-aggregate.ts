import { streamAggregate as streamAggregateOperator, type Aggregator, type Initializer } from "@millrace/core";
import type { StoreDraft, TableNode } from "../node.ts";
import type { TableNodeRules } from "../rules.ts";
import { aggregation } from "../tables.ts";

/** Aggregates the records of each key. */
export interface StreamAggregateNode extends TableNode {
  readonly kind: "streamAggregate";
  readonly store: StoreDraft;
  readonly initializer: Initializer<unknown>;
  readonly aggregator: Aggregator<unknown, unknown, unknown>;
}

export const streamAggregate: TableNodeRules<StreamAggregateNode> = aggregation(({ initializer, aggregator }, options) =>
  streamAggregateOperator({ ...options, initializer, aggregator }),
);
