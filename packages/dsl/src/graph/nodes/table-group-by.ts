import { tableGroupBy as tableGroupByOperator, type Serde, type TableGroupByOptions } from "@millrace/core";
import type { CommonNode } from "../node.ts";
import type { NodeRules } from "../rules.ts";

/** Sends a table's changes to their groups; the node below it is always a `TableRepartitionNode`. */
export interface TableGroupByNode extends CommonNode {
  readonly kind: "tableGroupBy";
  readonly mapper: TableGroupByOptions<unknown, unknown, unknown, unknown>["mapper"];
  readonly keySerde: Serde<unknown> | null;
}

export const tableGroupBy: NodeRules<TableGroupByNode> = {
  write: (node, to) => to.processor(node, tableGroupByOperator({ mapper: node.mapper, keySerde: node.keySerde })),
  demands: (node) => [{ table: node.parents[0]!, oldValues: "force", materialize: false }],
};
