import { wholeNumber } from "../config.ts";
import { type GroupError, InvalidConfigError } from "../errors.ts";

/** Assignment protocol that a member supports, with its subscription. */
export interface GroupProtocol {
  /** Name of the protocol, such as `range`. The group uses one that all members support. */
  readonly name: string;
  /** Subscription of this member in the protocol's own bytes; the leader's `assign` gets it. */
  readonly metadata: Buffer;
}

/** Member of a new generation, as the leader's `assign` gets it. */
export interface JoinedMember {
  /** Id of the member, the key of its part in the result of `assign`. */
  readonly memberId: string;
  /** Id of a static member; null: a dynamic one. */
  readonly groupInstanceId: string | null;
  /** Subscription that the member gave with the chosen protocol. */
  readonly metadata: Buffer;
}

/** Options of a member of a classic group. Times in milliseconds. Callbacks run one at a time. */
export interface GroupMemberOptions {
  /** Id of the group, not empty. `group.id`. */
  readonly groupId: string;
  /**
   * Id of a static member, which keeps its partitions over a restart. Default: a dynamic member. `group.instance.id`, KIP-345.
   */
  readonly groupInstanceId?: string | undefined;
  /** Time without a heartbeat after which the group continues without the member. Default 45 000. `session.timeout.ms`. */
  readonly sessionTimeoutMs?: number;
  /** Time that members have to rejoin in a rebalance. Default 300 000. `max.poll.interval.ms`. */
  readonly rebalanceTimeoutMs?: number;
  /**
   * True: the member leaves the group when `poll` was not called for `rebalanceTimeoutMs`, as Java's consumer does, since its
   * user may be alive and yet make no progress. Default false: heartbeats are enough to stay.
   */
  readonly polled?: boolean;
  /** Time between heartbeats, below `sessionTimeoutMs`. Default 3 000. `heartbeat.interval.ms`. */
  readonly heartbeatIntervalMs?: number;
  /** Kind of the group; a group has members of one kind only. Default `consumer`. */
  readonly protocolType?: string;
  /** Returns the protocols of this member, the preferred one first. Called at each join. */
  readonly protocols: () => readonly GroupProtocol[];
  /**
   * Distributes the work, if this member is the leader: the assignment of each member by its id. A member that is absent from the
   * map gets empty bytes.
   */
  readonly assign: (
    protocol: string,
    members: readonly JoinedMember[],
  ) => ReadonlyMap<string, Buffer> | Promise<ReadonlyMap<string, Buffer>>;
  /** Called with this member's assignment at the start of a generation. The next callback waits for the promise. */
  readonly onAssigned: (assignment: Buffer, generation: number) => void | Promise<void>;
  /**
   * Called when the group rebalances, before this member rejoins, so that it can commit and give up partitions. Heartbeats go on.
   * A cooperative member does neither: it keeps its partitions until an assignment comes without them.
   */
  readonly onRebalance: () => Promise<void>;
  /**
   * Called when the membership ended without a chance to commit. With `CLIENT_MEMBERSHIP_LOST` the member joins anew by itself,
   * once the returned promise resolves. With any other code it has stopped.
   */
  readonly onLost: (error: GroupError) => void | Promise<void>;
  /**
   * Called at once when the membership has ended, even during another callback, so that the callback can stop waiting for what no
   * longer comes. `onLost` follows when no callback is under way. Must not throw. Default: nothing.
   */
  readonly onLosing?: () => void;
  /**
   * Returns offsets of the member's partitions that may be committed again. A member that must prove its membership commits them.
   * Default: no offsets; the member then joins again instead. null: it has no partitions, so there is nothing to prove.
   */
  readonly proof?: () => readonly OffsetToCommit[] | null;
  /**
   * Called when `GroupMember.isSessionOver` becomes true: other members may have this member's partitions already. Must not
   * throw. Default: nothing.
   */
  readonly onSessionOver?: () => void;
}

export interface GroupSettings extends Required<Omit<GroupMemberOptions, "groupInstanceId">> {
  readonly groupInstanceId: string | null;
}

/** Checks options and fills in the defaults. @throws {InvalidConfigError} `CLIENT_INVALID_CONFIG` */
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
 * Fate of the membership when a member closes (KIP-1153). `default`: a dynamic member leaves, so that others need not wait for
 * its session to end; a static member stays, so that it keeps its partitions over a restart.
 */
export type MembershipOperation = "default" | "leaveGroup" | "remainInGroup";

/** Partition of a topic. */
export interface TopicPartition {
  /** Name of the topic. */
  readonly topic: string;
  /** Number of the partition, from 0. */
  readonly partition: number;
}

/** Offset that `GroupMember.commit` writes for one partition. */
export interface OffsetToCommit extends TopicPartition {
  /** Offset of the next record to read, one after the last processed. */
  readonly offset: number;
  /** Leader epoch of the last record read (KIP-320). Default -1: unknown. */
  readonly leaderEpoch?: number;
  /** Text that is kept with the offset, at most `offset.metadata.max.bytes` of the broker (4096). Default "". */
  readonly metadata?: string;
}

/** Offset that a group has committed for one partition. */
export interface CommittedOffset extends TopicPartition {
  /** Offset of the next record to read; null: nothing is committed. */
  readonly offset: number | null;
  /** Leader epoch that was committed with it; -1: unknown. */
  readonly leaderEpoch: number;
  /** Text that was committed with it; "" if there is none. */
  readonly metadata: string;
}
