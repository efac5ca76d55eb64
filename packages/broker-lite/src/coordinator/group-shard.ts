import type { Platform } from "@millrace/platform";
import { shardOf } from "../placement/placement.ts";
import type { BrokerConfig } from "../config/broker-config.ts";
import type { Log } from "../log-line.ts";
import { ClassicGroups } from "./classic/classic-groups.ts";
import { CommittedOffsets } from "./committed-offsets.ts";
import type { CommittedOffset } from "./committed-offsets.ts";
import type { CoordinatorLog } from "./coordinator-log.ts";
import type { GroupRecord, OffsetsDeletedEntry, OffsetsEntry } from "../journal/records.ts";

/** Offset to be committed for one partition. */
export interface OffsetToCommit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** -1: not known. */
  readonly leaderEpoch: number;
  readonly metadata: string;
}

/**
 * Groups of one shard, as their coordinator knows them: members, and committed offsets. Kafka's GroupCoordinatorShard. Every
 * change of the offsets, and every group that comes to rest, is a record of the coordinator's log first.
 */
export class GroupShard {
  readonly classic: ClassicGroups;
  readonly #index: number;
  readonly #config: BrokerConfig;
  readonly #platform: Platform;
  readonly #log: CoordinatorLog<GroupRecord>;
  readonly #offsets = new CommittedOffsets();

  constructor(index: number, config: BrokerConfig, platform: Platform, log: CoordinatorLog<GroupRecord>, logLine: Log) {
    this.#index = index;
    this.#config = config;
    this.#platform = platform;
    this.#log = log;
    this.classic = new ClassicGroups(config, platform, log, logLine);
  }

  /** Takes what the log holds of its groups. The sessions of their members begin now. */
  load(): void {
    this.#log.load(
      (groupId) => shardOf(groupId) === this.#index,
      (record) => {
        if (record.type === "group") this.classic.restore(record);
        else if (record.type !== "groupDeleted") this.#restoreOffsets(record);
      },
    );
  }

  offset(group: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.#offsets.get(group, topic, partition);
  }

  /** All committed offsets of a group, by topic and partition. */
  offsets(group: string): ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> {
    return this.#offsets.topics(group);
  }

  /**
   * Commits offsets of a group.
   * @returns null if they count as committed at once, else a promise of it
   * @throws the disk's error; nothing is committed then
   */
  commit(group: string, offsets: readonly OffsetToCommit[], nowMs: number): Promise<void> | null {
    const rows = offsets.map(
      ({ topic, partition, offset, leaderEpoch, metadata }) => [topic, partition, offset, leaderEpoch, metadata] as const,
    );
    return this.#apply(group, { type: "offsets", group, atMs: nowMs, offsets: rows });
  }

  /** Deletes a group without members, with its offsets. */
  remove(groupId: string): void {
    const removal = this.#offsets.removalBefore(groupId, Infinity);
    if (removal !== null) void this.#apply(groupId, removal);
    this.classic.remove(this.classic.get(groupId)!);
  }

  /** Drops the offsets of groups that have been empty for long, and those groups. */
  expireOffsets(): void {
    const timeMs = this.#platform.clock.nowMs() - this.#config.offsetsRetentionMinutes * 60_000;
    for (const group of this.classic.all()) {
      if (group.state !== "Empty" || group.pendingMembers.size > 0) continue;
      // A group that once had members keeps its offsets for the whole time after the last of them left.
      if (group.protocolType === null || group.stateSinceMs < timeMs) {
        const removal = this.#offsets.removalBefore(group.id, timeMs);
        if (removal !== null) void this.#apply(group.id, removal);
      }
      if (this.#offsets.topics(group.id).size === 0 && group.stateSinceMs < timeMs) this.classic.remove(group);
    }
  }

  /** Forgets what the groups committed for a topic that was deleted. */
  forgetTopic(topic: string): void {
    this.#offsets.forgetTopic(topic);
  }

  #restoreOffsets(record: OffsetsEntry | OffsetsDeletedEntry): void {
    this.#offsets.apply(record);
    this.classic.ensure(record.group);
  }

  #apply(group: string, record: OffsetsEntry | OffsetsDeletedEntry): Promise<void> | null {
    const written = this.#log.append(group, [record]);
    this.#offsets.apply(record);
    return written;
  }
}
