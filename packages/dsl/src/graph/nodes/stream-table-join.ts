import { streamTableJoin as streamTableJoinOperator, type Joiner } from "@millrace/core";
import type { CommonNode, NodeId } from "../node.ts";
import type { NodeRules } from "../rules.ts";

/** Joins the records of a stream with the values of a table. */
export interface StreamTableJoinNode extends CommonNode {
  readonly kind: "streamTableJoin";
  /** Table in which values are looked up; no parent, since its changes do not flow into the join. */
  readonly table: NodeId;
  readonly joiner: Joiner<unknown, unknown, unknown, unknown>;
  readonly left: boolean;
}

export const streamTableJoin: NodeRules<StreamTableJoinNode> = {
  write(node, to) {
    const getter = to.getter(node.table, node);
    to.processor(node, streamTableJoinOperator({ getter, joiner: node.joiner, left: node.left }), getter.stores);
  },
  demands: (node) => [{ table: node.table, oldValues: "no", materialize: true }],
  takesNullKeys: (node) => node.left,
};
