/**
 * The states of a classic group, and where each may go. Kafka's names, as DescribeGroups and ListGroups show them.
 *
 *            a member joins                 all have joined                 the leader's assignment came
 *   Empty ────────────────▶ PreparingRebalance ─────────▶ CompletingRebalance ─────────▶ Stable
 *     ▲                      │   ▲        ▲                        │                        │
 *     └──────────────────────┘   │        └────────────────────────┘                        │
 *        nobody is left          └──────────────────────────────────────────────────────────┘
 *                                      a member joins anew, leaves or falls silent
 *
 * Dead: removed from an Empty group that has neither offsets nor members; nothing follows.
 */
export type GroupState = "Empty" | "PreparingRebalance" | "CompletingRebalance" | "Stable" | "Dead";

export const nextStates: Readonly<Record<GroupState, readonly GroupState[]>> = {
  Empty: ["PreparingRebalance", "Dead"],
  PreparingRebalance: ["CompletingRebalance", "Empty"],
  CompletingRebalance: ["PreparingRebalance", "Stable"],
  Stable: ["PreparingRebalance"],
  Dead: [],
};

export function canMove(from: GroupState, to: GroupState): boolean {
  return nextStates[from].includes(to);
}
