import type { OperatorSpec } from "@millrace/core";
import type { CommonNode } from "../node.ts";
import type { Changes, NodeRules } from "../rules.ts";

/** Runs an operator of streams that has no store and needs to know nothing of the graph. */
export interface StreamStepNode extends CommonNode {
  readonly kind: "streamStep";
  readonly operator: OperatorSpec;
  readonly changes: Changes;
  readonly merges: boolean;
}

export const streamStep: NodeRules<StreamStepNode> = {
  write: (node, to) => to.processor(node, node.operator),
  changes: (node) => node.changes,
  merges: (node) => node.merges,
};
