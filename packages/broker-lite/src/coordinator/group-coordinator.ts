import { ErrorCode } from "@millrace/protocol";
import type { Platform } from "@millrace/platform";
import type { BrokerConfig } from "../config/broker-config.ts";
import { randomHexUuid } from "../topic/uuid.ts";
import type { GroupEntry } from "../journal/entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log-line.ts";
import { Group } from "./group.ts";
import { entryOf, groupOf } from "./group-entry.ts";
import { joinError, Member, rebalanceTimeoutMs, syncError } from "./member.ts";
import type { JoinOptions, JoinRequest, JoinResult, SyncResult } from "./member.ts";
import { Rebalance } from "./rebalance.ts";

export interface SyncRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[];
}

export interface MemberIdentity {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

/**
 * The coordinator of all classic groups: membership, generations and sessions. It passes on the members' metadata and
 * assignments without reading them. Groups are written to the journal where they come to rest, as Kafka does to its topic of
 * offsets; after a restart members go on where they were, if they come within their session timeout. Checks and answers are
 * those of Kafka's GroupMetadataManager.
 */
export class GroupCoordinator {
  readonly #config: BrokerConfig;
  readonly #platform: Platform;
  readonly #rebalance: Rebalance;
  readonly #groups = new Map<string, Group>();
  readonly #journal: Journal;
  readonly #log: Log;
  /** Entries of the journal, by group. */
  readonly #saved = new Map<string, GroupEntry>();
  #isLoading = false;

  constructor(config: BrokerConfig, platform: Platform, journal: Journal, log: Log) {
    this.#config = config;
    this.#platform = platform;
    this.#journal = journal;
    this.#log = log;
    const { clock, timers } = platform;
    this.#rebalance = new Rebalance(clock, timers, config.groupInitialRebalanceDelayMs, (group) => this.#save(group));
  }

  /** Takes a group that the journal holds. The sessions of its members begin now. */
  restore(entry: GroupEntry): void {
    const group = groupOf(entry);
    this.#saved.set(group.id, entry);
    this.#groups.set(group.id, group);
    for (const member of group.members.values()) this.#rebalance.restartSession(group, member);
  }

  /** Journal entries that lead to the groups as they were written last. */
  entries(): Iterable<GroupEntry> {
    return this.#saved.values();
  }

  get(groupId: string): Group | undefined {
    return this.#groups.get(groupId);
  }

  all(): Iterable<Group> {
    return this.#groups.values();
  }

  /** A group that only keeps offsets, if there is none yet. */
  ensure(groupId: string): Group {
    let group = this.#groups.get(groupId);
    if (group === undefined) {
      group = new Group(groupId, this.#platform.clock.nowMs());
      this.#groups.set(groupId, group);
    }
    return group;
  }

  /** Forgets a group without members. Throws what the journal throws; the group then stays. */
  remove(group: Group): void {
    if (this.#saved.has(group.id)) this.#journal.append({ type: "groupDeleted", group: group.id });
    this.#saved.delete(group.id);
    this.#rebalance.stop(group);
    group.moveTo("Dead", this.#platform.clock.nowMs());
    this.#groups.delete(group.id);
  }

  /**
   * True while requests that need the groups are put off. Heartbeats are the exception: they are answered without a check, as
   * in Kafka.
   */
  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** Puts off what needs the groups, as a broker does that has just become their coordinator. Sessions do not pass meanwhile. */
  beginLoading(): void {
    this.#isLoading = true;
    for (const group of this.#groups.values()) for (const member of group.members.values()) member.sessionTimer?.cancel();
  }

  /** The groups are there, and the sessions of their members begin now. */
  endLoading(): void {
    this.#isLoading = false;
    for (const group of this.#groups.values())
      for (const member of group.members.values()) this.#rebalance.restartSession(group, member);
  }

  /** Ends all timers. Parked joins and syncs stay unanswered: their connections are about to be closed. */
  close(): void {
    for (const group of this.#groups.values()) this.#rebalance.stop(group);
  }

  /** Resolves when the rebalance that the member takes part in has all its members. */
  join(request: JoinRequest, options: JoinOptions): JoinResult | Promise<JoinResult> {
    const { groupId, memberId, sessionTimeoutMs } = request;
    if (groupId === "") return joinError(ErrorCode.INVALID_GROUP_ID, memberId);
    if (this.#isLoading) return joinError(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, memberId);
    if (sessionTimeoutMs < this.#config.groupMinSessionTimeoutMs || sessionTimeoutMs > this.#config.groupMaxSessionTimeoutMs) {
      return joinError(ErrorCode.INVALID_SESSION_TIMEOUT, memberId);
    }
    if (memberId !== "" && !this.#groups.has(groupId)) return joinError(ErrorCode.UNKNOWN_MEMBER_ID, memberId);
    const group = this.ensure(groupId);
    if (!this.#hasRoom(group, memberId)) return joinError(ErrorCode.GROUP_MAX_SIZE_REACHED, "");
    if (!group.supports(request.protocolType, request.protocols))
      return joinError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, memberId);
    return memberId === "" ? this.#joinNew(group, request, options) : this.#joinAgain(group, request, options);
  }

  /** Resolves when the leader's assignment is there. */
  sync(request: SyncRequest): SyncResult | Promise<SyncResult> {
    const { groupId, memberId, groupInstanceId, generationId, protocolType, protocolName } = request;
    const group = this.#groups.get(groupId);
    if (groupId === "") return syncError(ErrorCode.INVALID_GROUP_ID);
    if (this.#isLoading) return syncError(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    if (group === undefined) return syncError(ErrorCode.UNKNOWN_MEMBER_ID);
    const problem = group.checkMember(memberId, groupInstanceId);
    if (problem !== ErrorCode.NONE) return syncError(problem);
    if (generationId !== group.generation) return syncError(ErrorCode.ILLEGAL_GENERATION);
    const otherType = protocolType !== null && protocolType !== group.protocolType;
    if (otherType || (protocolName !== null && protocolName !== group.protocolName))
      return syncError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    const member = group.members.get(memberId)!;
    switch (group.state) {
      case "Empty":
      case "Dead":
        return syncError(ErrorCode.UNKNOWN_MEMBER_ID);
      case "PreparingRebalance":
        return syncError(ErrorCode.REBALANCE_IN_PROGRESS);
      case "CompletingRebalance":
        return this.#awaitAssignment(group, member, request);
      case "Stable":
        this.#rebalance.memberSynced(group, member);
        this.#rebalance.restartSession(group, member);
        return group.synced(member);
    }
  }

  /** Restarts the member's session; the error code tells whether it must rejoin. */
  heartbeat(groupId: string, memberId: string, groupInstanceId: string | null, generationId: number): number {
    if (groupId === "") return ErrorCode.INVALID_GROUP_ID;
    if (this.#isLoading) return ErrorCode.NONE;
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
    const problem = group.checkMember(memberId, groupInstanceId);
    if (problem !== ErrorCode.NONE) return problem;
    if (generationId !== group.generation) return ErrorCode.ILLEGAL_GENERATION;
    this.#rebalance.restartSession(group, group.members.get(memberId)!);
    return group.state === "PreparingRebalance" ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
  }

  /** Takes a member out; an instance id without member id is how tools remove static members. */
  leave(groupId: string, { memberId, groupInstanceId }: MemberIdentity): number {
    if (groupId === "") return ErrorCode.INVALID_GROUP_ID;
    if (this.#isLoading) return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
    const group = this.#groups.get(groupId);
    if (group === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
    if (group.pendingMembers.has(memberId)) {
      this.#rebalance.removePending(group, memberId);
      return ErrorCode.NONE;
    }
    const leavingId = memberId === "" && groupInstanceId !== null ? (group.staticMembers.get(groupInstanceId) ?? "") : memberId;
    const problem = group.checkMember(leavingId, groupInstanceId);
    if (problem === ErrorCode.NONE) this.#rebalance.removeMember(group, group.members.get(leavingId)!);
    return problem;
  }

  /**
   * Checks that this member may commit offsets in this generation. Without either (-1 and ""), as by tools and consumers that
   * assign partitions themselves, the group must be empty.
   */
  checkCommit(groupId: string, memberId: string, groupInstanceId: string | null, generationId: number): number {
    const group = this.#groups.get(groupId);
    if (groupId === "") return ErrorCode.INVALID_GROUP_ID;
    if (this.#isLoading) return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
    if (group === undefined) return generationId < 0 ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    if (generationId < 0 && group.state === "Empty") return ErrorCode.NONE;
    if (generationId < 0 && memberId === "" && groupInstanceId === null) return ErrorCode.UNKNOWN_MEMBER_ID;
    const problem = group.checkMember(memberId, groupInstanceId);
    if (problem !== ErrorCode.NONE) return problem;
    if (generationId !== group.generation) return ErrorCode.ILLEGAL_GENERATION;
    if (group.state === "CompletingRebalance") return ErrorCode.REBALANCE_IN_PROGRESS;
    this.#rebalance.restartSession(group, group.members.get(memberId)!);
    return ErrorCode.NONE;
  }

  /** A group that cannot be written goes on; a restart then finds it as it was written last. */
  #save(group: Group): void {
    const entry = entryOf(group);
    try {
      this.#journal.append(entry);
      this.#saved.set(group.id, entry);
    } catch (error) {
      this.#log("error", `writing group ${group.id} failed: ${String(error)}`);
    }
  }

  #hasRoom(group: Group, memberId: string): boolean {
    return (
      group.members.has(memberId) ||
      group.pendingMembers.has(memberId) ||
      group.members.size + group.pendingMembers.size < this.#config.groupMaxSize
    );
  }

  #joinNew(group: Group, request: JoinRequest, options: JoinOptions): JoinResult | Promise<JoinResult> {
    const { groupInstanceId } = request;
    const memberId = `${groupInstanceId ?? options.clientId}-${randomHexUuid(this.#platform.random)}`;
    if (groupInstanceId !== null) {
      const oldId = group.staticMembers.get(groupInstanceId);
      if (oldId !== undefined) return this.#replaceStatic(group, group.members.get(oldId)!, memberId, request, options);
    } else if (options.requireMemberId) {
      group.pendingMembers.set(memberId, this.#rebalance.pendingTimer(group, memberId, request.sessionTimeoutMs));
      return joinError(ErrorCode.MEMBER_ID_REQUIRED, memberId);
    }
    return this.#add(group, memberId, request, options);
  }

  #joinAgain(group: Group, request: JoinRequest, options: JoinOptions): JoinResult | Promise<JoinResult> {
    const { memberId, groupInstanceId, protocols } = request;
    if (group.pendingMembers.has(memberId)) return this.#add(group, memberId, request, options);
    const problem = group.checkMember(memberId, groupInstanceId);
    if (problem !== ErrorCode.NONE) return joinError(problem, memberId);
    const member = group.members.get(memberId)!;
    const unchanged = member.hasProtocols(protocols);
    // The answer was lost, or a follower asks whether anything changed: the present generation is the answer.
    if (group.state === "CompletingRebalance" && unchanged) return group.joined(member);
    if (group.state === "Stable" && unchanged && group.leaderId !== memberId) return group.joined(member);
    member.protocols = protocols;
    member.sessionTimeoutMs = request.sessionTimeoutMs;
    member.rebalanceTimeoutMs = rebalanceTimeoutMs(request);
    return this.#park(group, member);
  }

  #add(group: Group, memberId: string, request: JoinRequest, options: JoinOptions): Promise<JoinResult> {
    const member = new Member(memberId, request, options);
    group.add(member, request.protocolType);
    if (group.state === "PreparingRebalance" && group.previousState === "Empty") group.newMemberAdded = true;
    this.#rebalance.restartSession(group, member);
    return this.#park(group, member);
  }

  /** Keeps the join until all members have joined. A join of the same member that is parked already is answered. */
  #park(group: Group, member: Member): Promise<JoinResult> {
    member.join?.(joinError(ErrorCode.REBALANCE_IN_PROGRESS, member.memberId));
    const answer = new Promise<JoinResult>((resolve) => {
      member.join = resolve;
    });
    this.#rebalance.memberChanged(group);
    return answer;
  }

  /** A static member came back without its id: it keeps its place, and without a change of protocol nobody else notices. */
  #replaceStatic(
    group: Group,
    old: Member,
    memberId: string,
    request: JoinRequest,
    options: JoinOptions,
  ): JoinResult | Promise<JoinResult> {
    const oldLeaderId = group.leaderId;
    const member = new Member(memberId, request, options);
    group.replaceStatic(old, member);
    this.#rebalance.restartSession(group, member);
    if (group.state !== "Stable" || group.selectProtocol() !== group.protocolName) return this.#park(group, member);
    this.#save(group);
    const answer = group.joined(member);
    if (options.canSkipAssignment) return { ...answer, skipAssignment: group.leaderId === memberId };
    // Who sees another's name as the leader's does not assign.
    return { ...answer, leader: oldLeaderId ?? "", members: [] };
  }

  #awaitAssignment(group: Group, member: Member, request: SyncRequest): Promise<SyncResult> {
    member.sync?.(syncError(ErrorCode.REBALANCE_IN_PROGRESS));
    const answer = new Promise<SyncResult>((resolve) => {
      member.sync = resolve;
    });
    this.#rebalance.memberSynced(group, member);
    if (group.leaderId === member.memberId) {
      this.#rebalance.completeSync(group, new Map(request.assignments.map(({ memberId, assignment }) => [memberId, assignment])));
    }
    return answer;
  }
}
