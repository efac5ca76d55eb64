/**
 * The states of a classic group, and where each may go. Kafka's names, as DescribeGroups and ListGroups show them.
 *
 *   Empty               -> PreparingRebalance    a member joins
 *   PreparingRebalance  -> CompletingRebalance   all have joined, or the time for it is over
 *   PreparingRebalance  -> Empty                 nobody is left
 *   CompletingRebalance -> Stable                the leader's assignment came
 *   CompletingRebalance -> PreparingRebalance    a member joins anew, leaves or falls silent
 *   Stable              -> PreparingRebalance    the same
 *   Empty               -> Dead                  there are neither members nor offsets: the group is forgotten
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
