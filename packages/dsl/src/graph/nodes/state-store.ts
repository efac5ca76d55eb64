import type { CommonNode, StoreDraft } from "../node.ts";
import type { NodeRules } from "../rules.ts";

/** Store that the program adds by itself, for processors to connect to. */
export interface StateStoreNode extends CommonNode {
  readonly kind: "stateStore";
  readonly store: StoreDraft;
}

export const stateStore: NodeRules<StateStoreNode> = {
  write(node, to) {
    to.store(node.store);
  },
  stores: (node) => [node.store],
};
