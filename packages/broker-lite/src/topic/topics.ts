import { ErrorCode } from "@millrace/protocol";
import type { Platform } from "@millrace/platform";
import type { BrokerConfig } from "../config/broker-config.ts";
import { checkTopicOverrides, topicConfig } from "../config/topic-config.ts";
import type { TopicConfig } from "../config/topic-config.ts";
import { TopicRefusedError } from "../errors.ts";
import type { CheckpointEntry, TopicEntry } from "../journal/entry.ts";
import type { Journal } from "../journal/journal.ts";
import { PartitionLog } from "../log/partition-log.ts";
import type { LogCheckpoint } from "../log/recovery.ts";
import type { LogStorage } from "../log/segment-bytes.ts";
import { partitionName } from "./log-directory.ts";
import type { LogDirectory } from "./log-directory.ts";
import { collisionKey, topicNameProblem } from "./topic-name.ts";
import { randomUuid } from "./uuid.ts";

export interface Topic {
  readonly name: string;
  /** Kafka's text of a UUID. Another topic of the same name has another one. */
  readonly id: string;
  /** Settings of its own, as texts by Kafka's names. */
  readonly overrides: ReadonlyMap<string, string>;
  readonly config: TopicConfig;
  readonly partitions: readonly PartitionLog[];
}

export interface NewTopic {
  readonly name: string;
  /** -1: `num.partitions`. */
  readonly partitions: number;
  /** -1: `default.replication.factor`. Anything but 1 is more than one node can keep. */
  readonly replicationFactor: number;
  readonly configs: ReadonlyMap<string, string>;
}

const partitionsMax = 10_000;
const fromTheStart: LogCheckpoint = { recoveryPoint: 0, logStartOffset: 0 };

/** The topics of the broker. Changes are made at once, and durable after `persisted`. */
export class Topics {
  readonly #config: BrokerConfig;
  readonly #platform: Platform;
  readonly #journal: Journal;
  readonly #directory: LogDirectory;
  readonly #warn: (text: string) => void;
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<string, Topic>();
  /** What the journal holds of each log. */
  readonly #checkpoints = new Map<PartitionLog, LogCheckpoint>();

  constructor(config: BrokerConfig, platform: Platform, journal: Journal, directory: LogDirectory, warn: (text: string) => void) {
    this.#config = config;
    this.#platform = platform;
    this.#journal = journal;
    this.#directory = directory;
    this.#warn = warn;
  }

  get(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  byId(id: string): Topic | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<Topic> {
    return this.#byName.values();
  }

  /** The log of a partition, if topic and partition exist. */
  partition(name: string, partition: number): PartitionLog | undefined {
    return this.#byName.get(name)?.partitions[partition];
  }

  /**
   * Fills in what the topic leaves to the broker, and checks it.
   * @throws {TopicRefusedError} with the error code for the wire
   */
  check(topic: NewTopic): NewTopic {
    const problem = topicNameProblem(topic.name);
    if (problem !== null) throw new TopicRefusedError(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
    if (this.#byName.has(topic.name))
      throw new TopicRefusedError(ErrorCode.TOPIC_ALREADY_EXISTS, `Topic '${topic.name}' already exists.`);
    this.#checkCollision(topic.name);
    const partitions = topic.partitions === -1 ? this.#config.numPartitions : topic.partitions;
    if (partitions < 1 || partitions > partitionsMax) {
      throw new TopicRefusedError(
        ErrorCode.INVALID_PARTITIONS,
        `Number of partitions must be between 1 and ${partitionsMax}, or -1 for the default; it is ${partitions}.`,
      );
    }
    const replicationFactor = topic.replicationFactor === -1 ? this.#config.defaultReplicationFactor : topic.replicationFactor;
    if (replicationFactor !== 1) {
      throw new TopicRefusedError(
        ErrorCode.INVALID_REPLICATION_FACTOR,
        `The replication factor of ${replicationFactor} cannot be reached with 1 broker. Ask for 1, or -1 for the default.`,
      );
    }
    checkTopicOverrides(topic.configs);
    return { name: topic.name, partitions, replicationFactor, configs: topic.configs };
  }

  /** @throws {TopicRefusedError} as `check` */
  create(topic: NewTopic): Topic {
    const { name, partitions, configs } = this.check(topic);
    const entry: TopicEntry = {
      type: "topic",
      name,
      id: randomUuid(this.#platform.random),
      partitions,
      configs: Object.fromEntries(configs),
    };
    this.#journal.append(entry);
    return this.#add(entry, (partition) =>
      this.#open(name, partition, this.#directory.create(name, partition), entry, fromTheStart),
    );
  }

  /** Opens a topic that existed before the start. `checkpoints` by partition; those that are missing mean more to check. */
  restore(entry: TopicEntry, checkpoints: ReadonlyMap<number, LogCheckpoint>, closedCleanly: boolean): void {
    const { name } = entry;
    this.#add(entry, (partition) => {
      const checkpoint = { ...(checkpoints.get(partition) ?? fromTheStart), closedCleanly };
      return this.#open(name, partition, this.#directory.open(name, partition), entry, checkpoint);
    });
  }

  delete(topic: Topic): void {
    this.#byName.delete(topic.name);
    this.#byId.delete(topic.id);
    this.#journal.append({ type: "topicDeleted", name: topic.name });
    for (const [partition, log] of topic.partitions.entries()) {
      log.discard();
      this.#checkpoints.delete(log);
      this.#directory.retire(topic.name, partition, topic.id);
    }
  }

  /** Resolves once the topics created and deleted before the call stay so, whatever happens. */
  async persisted(): Promise<void> {
    await this.#journal.sync();
    await this.#directory.removeRetired();
  }

  /** Applies retention, and forgets producers that fell silent. */
  retain(): void {
    const nowMs = this.#platform.clock.nowMs();
    for (const { log, name } of this.#logs()) {
      try {
        log.retain(nowMs);
      } catch (error) {
        this.#warn(`retention of ${name} failed: ${String(error)}`);
      }
      log.producers.expireBefore(nowMs - this.#config.producerIdExpirationMs);
    }
  }

  /** Writes down how far the logs are synced, and where they begin, so that the next start has less to check. */
  checkpoint(): void {
    for (const topic of this.#byName.values()) {
      const entry = this.#checkpointOf(topic, (log) => {
        const written = this.#checkpoints.get(log) ?? fromTheStart;
        return written.recoveryPoint !== log.recoveryPoint || written.logStartOffset !== log.logStartOffset;
      });
      if (entry.partitions.length > 0) this.#journal.append(entry);
      for (const log of topic.partitions)
        this.#checkpoints.set(log, { recoveryPoint: log.recoveryPoint, logStartOffset: log.logStartOffset });
    }
  }

  /** Journal entries that lead to the present topics. */
  *entries(): Generator<TopicEntry | CheckpointEntry> {
    for (const topic of this.#byName.values()) {
      const { name, id, partitions, overrides } = topic;
      yield { type: "topic", name, id, partitions: partitions.length, configs: Object.fromEntries(overrides) };
      yield this.#checkpointOf(topic, () => true);
    }
  }

  /** Syncs all logs. */
  async flush(): Promise<void> {
    await Promise.all([...this.#logs()].map(({ log }) => log.flush()));
  }

  /** Syncs and closes all logs; false if that failed for any of them. */
  async close(): Promise<boolean> {
    const results = await Promise.allSettled([...this.#logs()].map(({ log }) => log.close()));
    for (const result of results) if (result.status === "rejected") this.#warn(`closing a log failed: ${String(result.reason)}`);
    this.checkpoint();
    return results.every(({ status }) => status === "fulfilled");
  }

  *#logs(): Generator<{ log: PartitionLog; name: string }> {
    for (const topic of this.#byName.values()) {
      for (const [partition, log] of topic.partitions.entries()) yield { log, name: partitionName(topic.name, partition) };
    }
  }

  #checkpointOf({ id, partitions }: Topic, condition: (log: PartitionLog) => boolean): CheckpointEntry {
    const changed = [...partitions.entries()].filter(([, log]) => condition(log));
    return {
      type: "checkpoint",
      topicId: id,
      partitions: changed.map(([partition, log]) => [partition, log.recoveryPoint, log.logStartOffset] as const),
    };
  }

  #add(entry: TopicEntry, open: (partition: number) => PartitionLog): Topic {
    const overrides = new Map(Object.entries(entry.configs));
    const partitions = Array.from({ length: entry.partitions }, (_, partition) => open(partition));
    const topic: Topic = { name: entry.name, id: entry.id, overrides, config: topicConfig(overrides, this.#config), partitions };
    this.#byName.set(topic.name, topic);
    this.#byId.set(topic.id, topic);
    return topic;
  }

  #open(
    topic: string,
    partition: number,
    storage: LogStorage,
    { configs, id }: TopicEntry,
    checkpoint: LogCheckpoint,
  ): PartitionLog {
    writeMetadata(storage, id);
    const config = topicConfig(new Map(Object.entries(configs)), this.#config);
    const warn = (text: string): void => this.#warn(`${partitionName(topic, partition)}: ${text}`);
    return PartitionLog.open(storage, config, this.#platform.timers, this.#platform.clock.nowMs(), checkpoint, warn);
  }

  #checkCollision(name: string): void {
    const key = collisionKey(name);
    if (key === name && !name.includes("_")) return;
    for (const other of this.#byName.keys()) {
      if (collisionKey(other) === key) {
        throw new TopicRefusedError(ErrorCode.INVALID_TOPIC_EXCEPTION, `Topic '${name}' collides with existing topic: ${other}`);
      }
    }
  }
}

/** Kafka's file that tells which topic a partition's directory belongs to. */
function writeMetadata(storage: LogStorage, topicId: string): void {
  const name = "partition.metadata";
  const bytes = Buffer.from(`version: 0\ntopic_id: ${topicId}`);
  if (storage.readFile(name)?.equals(bytes) !== true) storage.writeFile(name, bytes);
}
