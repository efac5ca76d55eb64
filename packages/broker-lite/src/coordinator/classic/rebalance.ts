import { ErrorCode } from "@millrace/protocol";
import type { Clock, Timer, Timers } from "@millrace/platform";
import { answerJoin, answerSync } from "./group.ts";
import type { Group } from "./group.ts";
import type { Member } from "./member.ts";
import { noBytes, syncError } from "./member.ts";

/** Time that a new member may wait for a rebalance to end, whatever its session timeout: Kafka's constant. */
const newMemberJoinTimeoutMs = 300_000;

/**
 * Takes groups from one generation to the next, and watches over their members' sessions. The rules are those of Kafka's
 * GroupMetadataManager for classic groups.
 */
export class Rebalance {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #initialDelayMs: number;
  readonly #save: (group: Group) => void;

  /**
   * @param initialDelayMs how long an empty group waits for more members after the first
   * @param save writes a group down that has come to rest
   */
  constructor(clock: Clock, timers: Timers, initialDelayMs: number, save: (group: Group) => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#initialDelayMs = initialDelayMs;
    this.#save = save;
  }

  /** After a change of members: begins a rebalance, or ends the present one if that was all it waited for. */
  memberChanged(group: Group): void {
    if (group.isRebalanceable) this.prepare(group);
    else this.completeJoinIfReady(group);
  }

  /** Begins a rebalance: all members must join anew. */
  prepare(group: Group): void {
    if (group.state === "CompletingRebalance") {
      for (const member of group.members.values()) {
        member.assignment = noBytes;
        if (member.sync !== null) this.restartSession(group, member);
        answerSync(member, syncError(ErrorCode.REBALANCE_IN_PROGRESS));
      }
    }
    group.syncTimer?.cancel();
    group.syncTimer = null;
    group.pendingSync.clear();
    const isInitial = group.state === "Empty";
    group.moveTo("PreparingRebalance", this.#clock.nowMs());
    group.joinTimer?.cancel();
    if (isInitial) {
      const leftMs = Math.max(group.rebalanceTimeoutMs - this.#initialDelayMs, 0);
      group.joinTimer = this.#timers.after(this.#initialDelayMs, () =>
        this.#initialDelayPassed(group, this.#initialDelayMs, leftMs),
      );
    } else if (group.allJoined) {
      this.completeJoin(group);
    } else {
      group.joinTimer = this.#timers.after(group.rebalanceTimeoutMs, () => this.completeJoin(group));
    }
  }

  completeJoinIfReady(group: Group): void {
    if (group.state === "PreparingRebalance" && group.previousState !== "Empty" && group.allJoined) this.completeJoin(group);
  }

  /** Ends the joining: who has not come is dropped (static members stay), the others learn of the new generation. */
  completeJoin(group: Group): void {
    if (group.state !== "PreparingRebalance") return;
    group.joinTimer?.cancel();
    group.joinTimer = null;
    for (const member of group.members.values()) {
      if (member.join === null && member.groupInstanceId === null) group.remove(member);
    }
    if (group.members.size > 0 && !group.electJoinedLeader()) {
      // Only static members are left, and none of them came: wait another round.
      group.joinTimer = this.#timers.after(group.rebalanceTimeoutMs, () => this.completeJoin(group));
      return;
    }
    group.generation += 1;
    const nowMs = this.#clock.nowMs();
    if (group.members.size === 0) {
      group.protocolName = null;
      group.moveTo("Empty", nowMs);
      this.#save(group);
      return;
    }
    group.protocolName = group.selectProtocol();
    group.moveTo("CompletingRebalance", nowMs);
    for (const member of group.members.values()) {
      member.isNew = false;
      group.pendingSync.add(member.memberId);
      this.restartSession(group, member);
      answerJoin(member, group.joined(member));
    }
    const { generation } = group;
    group.syncTimer = this.#timers.after(group.rebalanceTimeoutMs, () => this.#syncTimeoutPassed(group, generation));
  }

  /** Hands out the leader's assignments; who got none gets no bytes. */
  completeSync(group: Group, assignments: ReadonlyMap<string, Buffer>): void {
    group.moveTo("Stable", this.#clock.nowMs());
    for (const member of group.members.values()) member.assignment = assignments.get(member.memberId) ?? noBytes;
    this.#save(group);
    for (const member of group.members.values()) {
      if (member.sync === null) continue;
      this.restartSession(group, member);
      answerSync(member, group.synced(member));
    }
  }

  /** Notes that a member synced; when all have, none need be waited for. */
  memberSynced(group: Group, member: Member): void {
    group.pendingSync.delete(member.memberId);
    if (group.pendingSync.size > 0) return;
    group.syncTimer?.cancel();
    group.syncTimer = null;
  }

  /** The member showed that it lives; its session timeout begins anew. */
  restartSession(group: Group, member: Member): void {
    member.sessionTimer?.cancel();
    const timeoutMs = member.isNew ? newMemberJoinTimeoutMs : member.sessionTimeoutMs;
    member.sessionTimer = this.#timers.after(timeoutMs, () => this.#sessionPassed(group, member));
  }

  /** A timer that withdraws an id given out by MEMBER_ID_REQUIRED. */
  pendingTimer(group: Group, memberId: string, timeoutMs: number): Timer {
    return this.#timers.after(timeoutMs, () => this.removePending(group, memberId));
  }

  removePending(group: Group, memberId: string): void {
    group.pendingMembers.get(memberId)?.cancel();
    group.pendingMembers.delete(memberId);
    this.completeJoinIfReady(group);
  }

  removeMember(group: Group, member: Member): void {
    group.remove(member);
    if (group.state === "Stable" || group.state === "CompletingRebalance") this.prepare(group);
    else this.completeJoinIfReady(group);
  }

  /** Ends all timers: the broker closes, or the group is removed. */
  stop(group: Group): void {
    group.joinTimer?.cancel();
    group.syncTimer?.cancel();
    for (const timer of group.pendingMembers.values()) timer.cancel();
    for (const member of group.members.values()) member.sessionTimer?.cancel();
  }

  #sessionPassed(group: Group, member: Member): void {
    if (group.members.get(member.memberId) !== member) return;
    // A member that waits for an answer is alive: its session begins anew with the answer. A new member waits no longer than its own timeout.
    if (!member.isNew && (member.join !== null || member.sync !== null)) return;
    this.removeMember(group, member);
  }

  #initialDelayPassed(group: Group, delayMs: number, leftMs: number): void {
    if (!group.newMemberAdded || leftMs === 0) {
      this.completeJoin(group);
      return;
    }
    group.newMemberAdded = false;
    const nextDelayMs = Math.min(this.#initialDelayMs, leftMs);
    const nextLeftMs = Math.max(leftMs - delayMs, 0);
    group.joinTimer = this.#timers.after(nextDelayMs, () => this.#initialDelayPassed(group, nextDelayMs, nextLeftMs));
  }

  #syncTimeoutPassed(group: Group, generation: number): void {
    if (group.generation !== generation || (group.state !== "CompletingRebalance" && group.state !== "Stable")) return;
    for (const memberId of group.pendingSync) {
      const member = group.members.get(memberId);
      if (member !== undefined) group.remove(member);
    }
    this.prepare(group);
  }
}
