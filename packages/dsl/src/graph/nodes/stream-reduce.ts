import { streamReduce as streamReduceOperator, type Reducer } from "@millrace/core";
import type { StoreDraft, TableNode } from "../node.ts";
import type { TableNodeRules } from "../rules.ts";
import { aggregation } from "../tables.ts";

/** Combines the values of each key. */
export interface StreamReduceNode extends TableNode {
  readonly kind: "streamReduce";
  readonly store: StoreDraft;
  readonly reducer: Reducer<unknown>;
}

export const streamReduce: TableNodeRules<StreamReduceNode> = aggregation(({ reducer }, options) =>
  streamReduceOperator({ ...options, reducer }),
);
