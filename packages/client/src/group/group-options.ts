import { wholeNumber } from "../config.ts";
import { type GroupError, InvalidConfigError } from "../errors.ts";

export interface GroupProtocol {
  readonly name: string;
  /** Subscription of this member for the leader's `assign`, in the protocol's own bytes. */
  readonly metadata: Buffer;
}

export interface JoinedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly metadata: Buffer;
}

/** A member of a classic group. Times in milliseconds; callbacks come one at a time. */
export interface GroupMemberOptions {
  /** `group.id`. */
  readonly groupId: string;
  /** A static member keeps its place when it restarts. Default: dynamic. `group.instance.id`, KIP-345. */
  readonly groupInstanceId?: string | undefined;
  /** Without a heartbeat for so long the group goes on without the member. Default 45 000. `session.timeout.ms`. */
  readonly sessionTimeoutMs?: number;
  /** Time that members have to rejoin. Default 300 000. `max.poll.interval.ms`. */
  readonly rebalanceTimeoutMs?: number;
  /**
   * True: a member leaves the group while its user has not called `poll` for `rebalanceTimeoutMs`, as a consumer of Java's does: its
   * user may be alive and yet not come round. Default false: heartbeats alone tell that the member lives.
   */
  readonly polled?: boolean;
  /** Default 3 000. `heartbeat.interval.ms`. */
  readonly heartbeatIntervalMs?: number;
  /** Default `consumer`. */
  readonly protocolType?: string;
  /** Asked for at each join, the preferred one first. */
  readonly protocols: () => readonly GroupProtocol[];
  /** The leader's task: which bytes each member gets. May wait for metadata. Who is absent from the map gets empty bytes. */
  readonly assign: (
    protocol: string,
    members: readonly JoinedMember[],
  ) => ReadonlyMap<string, Buffer> | Promise<ReadonlyMap<string, Buffer>>;
  /** This member's assignment in a new generation. */
  readonly onAssigned: (assignment: Buffer, generation: number) => void | Promise<void>;
  /**
   * The group rebalances: called before this member rejoins, so that it can commit and give up partitions. Heartbeats go on. A
   * cooperative member does neither: it goes on with what it has, and gives up what the next assignment does not give.
   */
  readonly onRebalance: () => Promise<void>;
  /**
   * The membership ended without a chance to commit. `CLIENT_MEMBERSHIP_LOST`: the member joins anew by itself, as soon as what is
   * returned resolves; anything else: it has stopped.
   */
  readonly onLost: (error: GroupError) => void | Promise<void>;
  /**
   * The membership has ended, as `onLost` will tell as soon as no other callback is under way: whatever those wait for, they wait for
   * in vain. Must not throw. Default: nothing.
   */
  readonly onLosing?: () => void;
  /**
   * Offsets of partitions that this member has, as they are committed or may be: a member that has to prove its membership commits them
   * again. Default: none; then it joins again for that. null: it has no partitions, so that there is nothing to prove.
   */
  readonly proof?: () => readonly OffsetToCommit[] | null;
  /**
   * `GroupMember.isSessionOver` has become true: others may have this member's partitions before it can know. Must not throw.
   * Default: nothing.
   */
  readonly onSessionOver?: () => void;
}

export interface GroupSettings extends Required<Omit<GroupMemberOptions, "groupInstanceId">> {
  readonly groupInstanceId: string | null;
}

/** @throws {InvalidConfigError} `CLIENT_INVALID_CONFIG` */
export function groupSettings(options: GroupMemberOptions): GroupSettings {
  const { groupId, groupInstanceId = null } = options;
  if (typeof groupId !== "string" || groupId === "")
    throw new InvalidConfigError("groupId", groupId, "a string that is not empty");
  if (groupInstanceId === "")
    throw new InvalidConfigError("groupInstanceId", groupInstanceId, "absent, or a string that is not empty");
  const sessionTimeoutMs = wholeNumber("sessionTimeoutMs", options.sessionTimeoutMs ?? 45_000, 1);
  const heartbeatIntervalMs = wholeNumber("heartbeatIntervalMs", options.heartbeatIntervalMs ?? 3_000, 1);
  if (heartbeatIntervalMs >= sessionTimeoutMs) {
    throw new InvalidConfigError(
      "heartbeatIntervalMs",
      heartbeatIntervalMs,
      `below "sessionTimeoutMs" (${sessionTimeoutMs}), best a third of it`,
    );
  }
  return {
    ...options,
    groupInstanceId,
    sessionTimeoutMs,
    heartbeatIntervalMs,
    rebalanceTimeoutMs: wholeNumber("rebalanceTimeoutMs", options.rebalanceTimeoutMs ?? 300_000, 1),
    polled: options.polled ?? false,
    onLosing: options.onLosing ?? (() => {}),
    proof: options.proof ?? (() => []),
    onSessionOver: options.onSessionOver ?? (() => {}),
    protocolType: options.protocolType ?? "consumer",
  };
}

/**
 * Fate of the membership when a member closes. `default`: a dynamic member leaves, so that others need not wait for
 * its session to end; a static one stays, so that it can come back in its place. KIP-1153.
 */
export type MembershipOperation = "default" | "leaveGroup" | "remainInGroup";

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface OffsetToCommit extends TopicPartition {
  /** Offset of the next record to read. */
  readonly offset: number;
  /** Leader epoch of the last record read. Default -1, unknown. */
  readonly leaderEpoch?: number;
  /** Default "". */
  readonly metadata?: string;
}

export interface CommittedOffset extends TopicPartition {
  /** null: nothing is committed. */
  readonly offset: number | null;
  readonly leaderEpoch: number;
  readonly metadata: string;
}
