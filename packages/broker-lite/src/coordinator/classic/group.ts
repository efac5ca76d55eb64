import { strict as assert } from "node:assert";
import { ErrorCode } from "@millrace/protocol";
import type { Timer } from "@millrace/platform";
import { canMove } from "./group-state.ts";
import type { GroupState } from "./group-state.ts";
import type { JoinResult, Member, MemberProtocol, SyncResult } from "./member.ts";
import { joinError, syncError } from "./member.ts";

/**
 * A classic group: who is in it, and which of them joined and synced in the present generation. It knows no timeouts;
 * the coordinator arms and ends the timers kept here. Kafka's ClassicGroup.
 */
export class Group {
  readonly id: string;
  state: GroupState = "Empty";
  previousState: GroupState = "Empty";
  /** Time at which the state was entered, in milliseconds. */
  stateSinceMs: number;
  generation = 0;
  protocolType: string | null = null;
  protocolName: string | null = null;
  leaderId: string | null = null;
  readonly members: Map<string, Member> = new Map();
  /** Member ids by group instance id. */
  readonly staticMembers: Map<string, string> = new Map();
  /** Ids given out by MEMBER_ID_REQUIRED, not yet used, with the timers that withdraw them. */
  readonly pendingMembers: Map<string, Timer> = new Map();
  /** Members that have not synced since the generation began. */
  readonly pendingSync: Set<string> = new Set();
  /** A member came while the first rebalance waited for more. */
  newMemberAdded = false;
  joinTimer: Timer | null = null;
  syncTimer: Timer | null = null;

  constructor(id: string, nowMs: number) {
    this.id = id;
    this.stateSinceMs = nowMs;
  }

  moveTo(state: GroupState, nowMs: number): void {
    assert(canMove(this.state, state), "a group moves along its state table");
    this.previousState = this.state;
    this.state = state;
    this.stateSinceMs = nowMs;
  }

  get isRebalanceable(): boolean {
    return canMove(this.state, "PreparingRebalance");
  }

  get allJoined(): boolean {
    if (this.pendingMembers.size > 0) return false;
    for (const member of this.members.values()) if (member.join === null) return false;
    return true;
  }

  /** The longest time a member wants for rejoining. */
  get rebalanceTimeoutMs(): number {
    let timeoutMs = 0;
    for (const member of this.members.values()) timeoutMs = Math.max(timeoutMs, member.rebalanceTimeoutMs);
    return timeoutMs;
  }

  add(member: Member, protocolType: string): void {
    if (this.members.size === 0) this.protocolType = protocolType;
    this.members.set(member.memberId, member);
    if (member.groupInstanceId !== null) this.staticMembers.set(member.groupInstanceId, member.memberId);
    this.leaderId ??= member.memberId;
    this.pendingMembers.get(member.memberId)?.cancel();
    this.pendingMembers.delete(member.memberId);
  }

  /** Takes a member out, and answers what it still waits for. */
  remove(member: Member): void {
    member.sessionTimer?.cancel();
    this.members.delete(member.memberId);
    this.pendingSync.delete(member.memberId);
    if (member.groupInstanceId !== null && this.staticMembers.get(member.groupInstanceId) === member.memberId) {
      this.staticMembers.delete(member.groupInstanceId);
    }
    if (this.leaderId === member.memberId) this.leaderId = this.members.keys().next().value ?? null;
    answerJoin(member, joinError(ErrorCode.UNKNOWN_MEMBER_ID, ""));
    answerSync(member, syncError(ErrorCode.UNKNOWN_MEMBER_ID));
  }

  /** Gives a static member's place to the same instance after its restart; the old one is fenced. */
  replaceStatic(old: Member, replacement: Member): void {
    old.sessionTimer?.cancel();
    answerJoin(old, joinError(ErrorCode.FENCED_INSTANCE_ID, old.memberId));
    answerSync(old, syncError(ErrorCode.FENCED_INSTANCE_ID));
    replacement.assignment = old.assignment;
    replacement.isNew = old.isNew;
    this.members.delete(old.memberId);
    this.members.set(replacement.memberId, replacement);
    this.staticMembers.set(replacement.groupInstanceId!, replacement.memberId);
    if (this.leaderId === old.memberId) this.leaderId = replacement.memberId;
    if (this.pendingSync.delete(old.memberId)) this.pendingSync.add(replacement.memberId);
  }

  /** `NONE`, or why this is no member: unknown, or another process has taken over its instance id. */
  checkMember(memberId: string, groupInstanceId: string | null): number {
    if (groupInstanceId !== null) {
      const current = this.staticMembers.get(groupInstanceId);
      if (current === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
      if (current !== memberId) return ErrorCode.FENCED_INSTANCE_ID;
    }
    return this.members.has(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
  }

  /** Returns true if a member with these protocols can be in the group: type equal, and one protocol known to all. */
  supports(protocolType: string, protocols: readonly MemberProtocol[]): boolean {
    if (this.members.size === 0) return protocolType !== "" && protocols.length > 0;
    return protocolType === this.protocolType && protocols.some(({ name }) => this.#isCommon(name));
  }

  /** The protocol that most members prefer among those that all know. */
  selectProtocol(): string {
    const votes = new Map<string, number>();
    for (const member of this.members.values()) {
      const choice = member.protocols.find(({ name }) => this.#isCommon(name))!.name;
      votes.set(choice, (votes.get(choice) ?? 0) + 1);
    }
    return [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best))[0];
  }

  /** Sees to it that the leader is among those who joined; false if nobody did. */
  electJoinedLeader(): boolean {
    const joined = [...this.members.values()].filter(({ join }) => join !== null);
    if (joined.length > 0 && !joined.some(({ memberId }) => memberId === this.leaderId)) this.leaderId = joined[0]!.memberId;
    return joined.length > 0;
  }

  /** Everyone's metadata for the protocol in force, for the leader's eyes. */
  memberMetadata(): JoinResult["members"] {
    return [...this.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      metadata: member.metadata(this.protocolName ?? ""),
    }));
  }

  /** Answer to a member's join in the present generation. */
  joined(member: Member): JoinResult {
    const isLeader = member.memberId === this.leaderId;
    return {
      errorCode: ErrorCode.NONE,
      generationId: this.generation,
      protocolType: this.protocolType,
      protocolName: this.protocolName,
      leader: this.leaderId ?? "",
      skipAssignment: false,
      memberId: member.memberId,
      members: isLeader ? this.memberMetadata() : [],
    };
  }

  synced(member: Member): SyncResult {
    return {
      errorCode: ErrorCode.NONE,
      protocolType: this.protocolType,
      protocolName: this.protocolName,
      assignment: member.assignment,
    };
  }

  #isCommon(protocol: string): boolean {
    for (const member of this.members.values()) {
      if (!member.protocols.some(({ name }) => name === protocol)) return false;
    }
    return true;
  }
}

/** Answers a member's parked join, if there is one. */
export function answerJoin(member: Member, result: JoinResult): void {
  const { join } = member;
  member.join = null;
  join?.(result);
}

/** Answers a member's parked sync, if there is one. */
export function answerSync(member: Member, result: SyncResult): void {
  const { sync } = member;
  member.sync = null;
  sync?.(result);
}
