import { tableToStream as tableToStreamOperator } from "@millrace/core";
import type { CommonNode } from "../node.ts";
import type { NodeRules } from "../rules.ts";

/** Gives a table's changes as a stream. */
export interface TableToStreamNode extends CommonNode {
  readonly kind: "tableToStream";
}

export const tableToStream: NodeRules<TableToStreamNode> = {
  write: (node, to) => to.processor(node, tableToStreamOperator()),
};
