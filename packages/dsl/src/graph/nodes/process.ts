import type { OperatorSpec } from "@millrace/core";
import type { CommonNode, StoreDraft } from "../node.ts";
import type { NodeRules } from "../rules.ts";

/** Runs a processor of the user's. */
export interface ProcessNode extends CommonNode {
  readonly kind: "process";
  readonly operator: OperatorSpec;
  /** Names of all stores that it is connected to. */
  readonly storeNames: readonly string[];
  /** Stores that come with the processor. */
  readonly stores: readonly StoreDraft[];
}

/** Rules of processors. Java's optimizations take them for steps that change neither keys nor values, and so do these. */
export const process: NodeRules<ProcessNode> = {
  write(node, to) {
    for (const store of node.stores) to.store(store);
    to.processor(node, node.operator, node.storeNames);
  },
  stores: (node) => node.stores,
};
