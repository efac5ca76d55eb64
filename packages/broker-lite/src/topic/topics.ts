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
import { randomUuid } from "../uuid.ts";

export interface Topic {
  readonly name: string;
  /** Kafka's text of a UUID. Another topic of the same name has another one. */
  readonly id: string;
  /** Settings of its own, as texts by Kafka's names. */
  readonly overrides: ReadonlyMap<string, string>;
  readonly config: TopicConfig;
  readonly partitions: readonly PartitionLog[];
  /** First leader of each partition, if the topic was made with an assignment. */
  readonly leaders?: readonly number[];
}

export interface NewTopic {
  readonly name: string;
  /** -1: `num.partitions`. */
  readonly partitions: number;
  /** -1: `default.replication.factor`. Anything but 1 is more than one node can keep. */
  readonly replicationFactor: number;
  readonly configs: ReadonlyMap<string, string>;
  /** First leader of each partition. Default: the nodes in turns. */
  readonly leaders?: readonly number[];
}

const partitionsMax = 10_000;
const fromTheStart: LogCheckpoint = { recoveryPoint: 0, logStartOffset: 0 };

/** The topics of the broker. Changes are made at once, and durable after `persisted`. */
export class Topics {
  /** Called with the name of each topic that is deleted. */
  readonly onDeleted: Set<(topic: string) => void> = new Set();
  readonly #config: BrokerConfig;
  readonly #platform: Platform;
  readonly #journal: Journal;
  readonly #directory: LogDirectory;
  readonly #warn: (text: string) => void;
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<string, Topic>();
  /** Checkpoint of each log in the journal. */
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
    return { ...topic, partitions, replicationFactor };
  }

  /** @throws {TopicRefusedError} as `check`, and with `KAFKA_STORAGE_ERROR` if the disk does not take it; there is then no such topic */
  create(topic: NewTopic): Topic {
    const { name, partitions, configs, leaders } = this.check(topic);
    const entry: TopicEntry = {
      type: "topic",
      name,
      id: randomUuid(this.#platform.random),
      partitions,
      configs: Object.fromEntries(configs),
    };
    // Records can be sent to the topic before whoever made it is told of it: they are not durable before the topic is.
    let making: Promise<void> | null = null;
    const made = (): Promise<void> => (making ??= this.persisted());
    const logs: PartitionLog[] = [];
    try {
      for (let partition = 0; partition < partitions; partition += 1)
        logs.push(this.#open(name, partition, this.#directory.create(name, partition, made), entry, fromTheStart));
      this.#journal.append(entry);
    } catch (error) {
      for (const log of logs) log.discard();
      for (let partition = 0; partition < partitions; partition += 1) this.#directory.discard(name, partition);
      throw new TopicRefusedError(ErrorCode.KAFKA_STORAGE_ERROR, `Topic '${name}' could not be written: ${String(error)}`);
    }
    return this.#add(entry, logs, leaders);
  }

  /** Opens a topic that existed before the start. `checkpoints` by partition; those that are missing mean more to check. */
  restore(entry: TopicEntry, checkpoints: ReadonlyMap<number, LogCheckpoint>, closedCleanly: boolean): void {
    const logs: PartitionLog[] = [];
    try {
      for (let partition = 0; partition < entry.partitions; partition += 1) {
        const checkpoint = { ...(checkpoints.get(partition) ?? fromTheStart), closedCleanly };
        logs.push(this.#open(entry.name, partition, this.#storageOf(entry, partition), entry, checkpoint));
      }
    } catch (error) {
      for (const log of logs) log.discard();
      throw error;
    }
    this.#add(entry, logs);
  }

  /** @throws what the journal throws; the topic is then not deleted */
  delete(topic: Topic): void {
    this.#journal.append({ type: "topicDeleted", name: topic.name });
    this.#byName.delete(topic.name);
    this.#byId.delete(topic.id);
    for (const tell of this.onDeleted) tell(topic.name);
    for (const [partition, log] of topic.partitions.entries()) {
      log.discard();
      this.#checkpoints.delete(log);
      try {
        this.#directory.retire(topic.name, partition, topic.id);
      } catch (error) {
        // It is in nobody's way: a new topic of that name takes its place.
        this.#warn(`the directory of ${partitionName(topic.name, partition)} stays behind: ${String(error)}`);
      }
    }
  }

  /** Resolves once the topics created and deleted before the call stay so, whatever happens. */
  async persisted(): Promise<void> {
    const removeRetired = this.#directory.takeRetired();
    await this.#journal.sync();
    await removeRetired();
  }

  /** Applies retention, and forgets producers that fell silent. */
  applyRetention(): void {
    const nowMs = this.#platform.clock.nowMs();
    for (const { log, name } of this.#logs()) {
      try {
        log.applyRetention(nowMs);
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

  /** Syncs and closes all logs, and writes down how far they got; false if that failed for any of them. */
  async close(): Promise<boolean> {
    const closing = [...this.#logs()].map(async ({ log, name }) => {
      try {
        await log.close();
        return true;
      } catch (error) {
        this.#warn(`closing ${name} failed: ${String(error)}`);
        return false;
      }
    });
    const closed = await Promise.all(closing);
    try {
      this.checkpoint();
    } catch (error) {
      this.#warn(`writing down how far the logs are synced failed: ${String(error)}`);
      return false;
    }
    return closed.every(Boolean);
  }

  /** Closes all logs as they are. */
  discard(): void {
    for (const { log } of this.#logs()) log.discard();
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

  #add(entry: TopicEntry, partitions: readonly PartitionLog[], leaders?: readonly number[]): Topic {
    const overrides = new Map(Object.entries(entry.configs));
    const config = topicConfig(overrides, this.#config);
    const placed = leaders === undefined ? {} : { leaders };
    const topic: Topic = { name: entry.name, id: entry.id, overrides, config, partitions, ...placed };
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

  /**
   * The storage of a partition that existed before the start. A directory of another topic's, which a crash in the middle of
   * a deletion can bring back under the name, is none of it.
   */
  #storageOf({ name, id }: TopicEntry, partition: number): LogStorage {
    const storage = this.#directory.open(name, partition);
    const owner = ownerOf(storage);
    if (owner === null || owner === id) return storage;
    this.#directory.setAside(name, partition, owner);
    this.#warn(`${partitionName(name, partition)}: put aside a directory of another topic of that name, ${owner}`);
    return this.#directory.create(name, partition, () => this.persisted());
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
const metadataFile = "partition.metadata";

function writeMetadata(storage: LogStorage, topicId: string): void {
  if (ownerOf(storage) !== topicId) storage.writeFile(metadataFile, Buffer.from(`version: 0\ntopic_id: ${topicId}`));
}

/** The id of the topic that the directory belongs to; null if it does not tell, as when a crash tore the file. */
function ownerOf(storage: LogStorage): string | null {
  const text = storage.readFile(metadataFile)?.toString("utf8") ?? "";
  return /^version: 0\ntopic_id: ([A-Za-z0-9_-]{22})\s*$/.exec(text)?.[1] ?? null;
}
