import { ErrorCode } from "@millrace/protocol";
import type { Platform } from "@millrace/platform";
import type { BrokerConfig } from "../../config/broker-config.ts";
import type { Log } from "../../log-line.ts";
import { randomHexUuid } from "../../uuid.ts";
import type { CoordinatorLog } from "../coordinator-log.ts";
import type { GroupEntry, GroupRecord } from "../../journal/records.ts";
import { answerJoin, answerSync, Group } from "./group.ts";
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
 * Classic groups of one shard: membership, generations and sessions. The members' metadata and assignments are bytes to it.
 * A group is written to the coordinator's log where it comes to rest; after a restart or a move of the coordinator its members
 * go on where they were, if they come within their session timeout. Checks and answers are those of Kafka's GroupMetadataManager.
 */
export class ClassicGroups {
  readonly #config: BrokerConfig;
  readonly #platform: Platform;
  readonly #rebalance: Rebalance;
  readonly #groups = new Map<string, Group>();
  readonly #log: CoordinatorLog<GroupRecord>;
  readonly #logLine: Log;
  /** Ids of groups that the log holds. */
  readonly #saved = new Set<string>();

  constructor(config: BrokerConfig, platform: Platform, log: CoordinatorLog<GroupRecord>, logLine: Log) {
    this.#config = config;
    this.#platform = platform;
    this.#log = log;
    this.#logLine = logLine;
    const { clock, timers } = platform;
    this.#rebalance = new Rebalance(clock, timers, config.groupInitialRebalanceDelayMs, (group) => this.#save(group));
  }

  /** Takes a group that the log holds. The sessions of its members begin now. */
  restore(entry: GroupEntry): void {
    const group = groupOf(entry);
    this.#saved.add(group.id);
    this.#groups.set(group.id, group);
    for (const member of group.members.values()) this.#rebalance.restartSession(group, member);
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

  /** Forgets a group without members. @throws the disk's error; the group then stays */
  remove(group: Group): void {
    if (this.#saved.has(group.id)) void this.#log.append(group.id, [{ type: "groupDeleted", group: group.id }]);
    this.#saved.delete(group.id);
    this.#rebalance.stop(group);
    group.moveTo("Dead", this.#platform.clock.nowMs());
    this.#groups.delete(group.id);
  }

  /** Gives up the groups, which another node coordinates from now on: whatever is parked is answered so. */
  resign(): void {
    for (const group of this.#groups.values()) {
      this.#rebalance.stop(group);
      for (const member of group.members.values()) {
        answerJoin(member, joinError(ErrorCode.NOT_COORDINATOR, member.memberId));
        answerSync(member, syncError(ErrorCode.NOT_COORDINATOR));
      }
    }
    this.#groups.clear();
  }

  /** Ends all timers. Parked joins and syncs stay unanswered: their connections are about to be closed. */
  close(): void {
    for (const group of this.#groups.values()) this.#rebalance.stop(group);
  }

  /** Resolves when the rebalance that the member takes part in has all its members. */
  join(request: JoinRequest, options: JoinOptions): JoinResult | Promise<JoinResult> {
    const { groupId, memberId, sessionTimeoutMs } = request;
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
   * Checks that this member may commit offsets in this generation. Without either (-1 and ""), as by tools and consumers
   * that assign partitions themselves, the group must be empty.
   */
  checkCommit(groupId: string, memberId: string, groupInstanceId: string | null, generationId: number): number {
    const group = this.#groups.get(groupId);
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
      void this.#log.append(group.id, [entry]);
      this.#saved.add(group.id);
    } catch (error) {
      this.#logLine("error", `writing group ${group.id} failed: ${String(error)}`);
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
    // A member that gets another's id as the leader's does not assign.
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
