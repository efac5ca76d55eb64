import { ErrorCode } from "@millrace/protocol";
import type { Platform, Timer } from "@millrace/platform";
import { shardOf } from "../placement/placement.ts";
import type { BrokerConfig } from "../config/broker-config.ts";
import type { Log } from "../log-line.ts";
import type { CoordinatorLog } from "./coordinator-log.ts";
import { GroupShard } from "./group-shard.ts";
import type { GroupRecord } from "../journal/records.ts";

/** Shard that is being loaded. */
interface Loading {
  readonly timer: Timer;
}

/**
 * A node's part in coordinating groups: the shards it was elected for. A shard answers requests when it has been loaded from
 * the coordinator's log. Kafka's CoordinatorRuntime.
 *
 *   absent --elect--> loading --its time is over--> active --resign--> absent
 */
export class GroupCoordinator {
  readonly #config: BrokerConfig;
  readonly #platform: Platform;
  readonly #log: CoordinatorLog<GroupRecord>;
  readonly #logLine: Log;
  readonly #shards = new Map<number, GroupShard | Loading>();

  constructor(config: BrokerConfig, platform: Platform, log: CoordinatorLog<GroupRecord>, logLine: Log) {
    this.#config = config;
    this.#platform = platform;
    this.#log = log;
    this.#logLine = logLine;
  }

  /**
   * Becomes the coordinator of a shard.
   * @param loadMs how long the shard loads; 0: it is active at once
   */
  elect(shard: number, loadMs: number): void {
    this.resign(shard);
    if (loadMs <= 0) this.#load(shard);
    else this.#shards.set(shard, { timer: this.#platform.timers.after(loadMs, () => this.#load(shard)) });
  }

  /** Is the coordinator no more. Parked joins and syncs are answered with `NOT_COORDINATOR`. */
  resign(shard: number): void {
    const held = this.#shards.get(shard);
    this.#shards.delete(shard);
    if (held instanceof GroupShard) held.classic.resign();
    else held?.timer.cancel();
  }

  /** Returns the shard of a group, or the error code why there is none here. */
  find(groupId: string): GroupShard | number {
    const held = this.#shards.get(shardOf(groupId));
    if (held === undefined) return ErrorCode.NOT_COORDINATOR;
    return held instanceof GroupShard ? held : ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
  }

  /** True while some shard loads: lists of all groups are incomplete. */
  get isLoading(): boolean {
    for (const held of this.#shards.values()) if (!(held instanceof GroupShard)) return true;
    return false;
  }

  /** Shards that are active. */
  *shards(): Generator<GroupShard> {
    for (const held of this.#shards.values()) if (held instanceof GroupShard) yield held;
  }

  /** Drops the offsets of groups that have been empty for long, and those groups. */
  expireOffsets(): void {
    for (const shard of this.shards()) shard.expireOffsets();
  }

  /** Forgets what the groups committed for a topic that was deleted. */
  forgetTopic(topic: string): void {
    for (const shard of this.shards()) shard.forgetTopic(topic);
  }

  /** Ends all timers. Parked joins and syncs stay unanswered: their connections are about to be closed. */
  close(): void {
    for (const held of this.#shards.values()) {
      if (held instanceof GroupShard) held.classic.close();
      else held.timer.cancel();
    }
    this.#shards.clear();
  }

  #load(index: number): void {
    const shard = new GroupShard(index, this.#config, this.#platform, this.#log, this.#logLine);
    this.#shards.set(index, shard);
    shard.load();
  }
}
