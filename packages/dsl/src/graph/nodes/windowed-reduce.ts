import { windowedReduce as windowedReduceOperator, type Reducer, type TimeWindowsSpec } from "@millrace/core";
import type { StoreDraft, TableNode } from "../node.ts";
import type { TableNodeRules } from "../rules.ts";
import { aggregation } from "../tables.ts";

/** Combines the values of each key and window. */
export interface WindowedReduceNode extends TableNode {
  readonly kind: "windowedReduce";
  readonly store: StoreDraft;
  readonly windows: TimeWindowsSpec;
  readonly reducer: Reducer<unknown>;
}

export const windowedReduce: TableNodeRules<WindowedReduceNode> = aggregation(({ windows, reducer }, options) =>
  windowedReduceOperator({ ...options, windows, reducer }),
);
