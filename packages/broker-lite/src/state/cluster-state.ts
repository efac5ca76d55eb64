import type { FileLock, Platform, Timer } from "@millrace/platform";
import type { BrokerConfig } from "../config/broker-config.ts";
import { unlimited } from "../config/definition.ts";
import type { CoordinatorLog } from "../coordinator/coordinator-log.ts";
import { GroupRecords } from "../coordinator/group-records.ts";
import { ProducerIdRecords, ProducerIds } from "../coordinator/producer-ids.ts";
import type { GroupRecord } from "../journal/records.ts";
import { markClosed, openDataDirectory } from "../data-directory.ts";
import type { DataDirectory } from "../data-directory.ts";
import { DataDirectoryError } from "../errors.ts";
import type { CheckpointEntry, JournalEntry, TopicEntry } from "../journal/entry.ts";
import { FileJournal, memoryJournal } from "../journal/journal.ts";
import type { Journal } from "../journal/journal.ts";
import { JournalCoordinatorLog } from "./journal-coordinator-log.ts";
import type { LogCheckpoint } from "../log/recovery.ts";
import type { Log } from "../log-line.ts";
import { fileLogDirectory, memoryLogDirectory } from "../topic/log-directory.ts";
import { Topics } from "../topic/topics.ts";
import { randomUuid } from "../uuid.ts";

const journalFile = "broker.journal";

/** Parts of the state that are made before the rest. */
interface StateParts {
  readonly clusterId: string;
  /** Highest leader epoch of any partition so far. */
  readonly leaderEpoch: number;
  readonly journal: Journal;
  readonly topics: Topics;
  readonly groupRecords: GroupRecords;
  readonly producerIdRecords: ProducerIdRecords;
  readonly lock: FileLock | null;
}

/**
 * State that the nodes of a cluster share, and that outlives them if there is a data directory: topics with their logs, the
 * logs of the coordinators, producer ids.
 */
export class ClusterState {
  readonly clusterId: string;
  readonly topics: Topics;
  readonly producerIds: ProducerIds;
  /** Log of the groups' coordinators. */
  readonly groupLog: CoordinatorLog<GroupRecord>;
  /** Lock of the data directory, if there is one. */
  readonly lock: FileLock | null;
  readonly #journal: Journal;
  readonly #groupRecords: GroupRecords;
  readonly #producerIdRecords: ProducerIdRecords;
  readonly #platform: Platform;
  readonly #flushIntervalMs: number;
  readonly #syncsEachCommit: boolean;
  #leaderEpoch: number;
  #flushTimer: Timer | null = null;

  constructor(parts: StateParts, config: BrokerConfig, platform: Platform) {
    const { clusterId, leaderEpoch, journal, topics, groupRecords, producerIdRecords, lock } = parts;
    this.clusterId = clusterId;
    this.topics = topics;
    this.lock = lock;
    this.#leaderEpoch = leaderEpoch;
    this.#journal = journal;
    this.#groupRecords = groupRecords;
    this.#producerIdRecords = producerIdRecords;
    this.#platform = platform;
    this.#flushIntervalMs = config.logFlushIntervalMs;
    this.#syncsEachCommit = config.logFlushIntervalMessages === 1;
    this.groupLog = new JournalCoordinatorLog(journal, groupRecords, (record) => this.#whenWritten(record));
    this.producerIds = new ProducerIds(new JournalCoordinatorLog(journal, producerIdRecords, () => journal.sync()));
    topics.onDeleted.add((topic) => groupRecords.forgetTopic(topic));
  }

  /** Highest leader epoch of any partition: those that are placed anew begin with it. */
  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }

  /** Writes down that a partition has this leader epoch, before any record does. Rejects when the disk does not take it. */
  async raiseLeaderEpoch(epoch: number): Promise<void> {
    if (epoch <= this.#leaderEpoch) return;
    this.#journal.append({ type: "leaderEpoch", epoch });
    this.#leaderEpoch = epoch;
    await this.#journal.sync();
  }

  /** Journal entries that lead to the present state. */
  *entries(): Generator<JournalEntry> {
    yield { type: "leaderEpoch", epoch: this.#leaderEpoch };
    yield* this.#producerIdRecords.records();
    yield* this.topics.entries();
    yield* this.#groupRecords.records();
  }

  /** Syncs and closes everything but the lock; false if some log could not be closed in good order. */
  async close(): Promise<boolean> {
    this.#flushTimer?.cancel();
    const closedCleanly = await this.topics.close();
    await this.#journal.close();
    return closedCleanly;
  }

  /**
   * Tells when a record of a group counts as written. Offsets are synced as the log settings of the broker ask for it. Groups are
   * not waited for: a restart that misses one finds its members joining anew.
   */
  #whenWritten({ type }: GroupRecord): Promise<void> | null {
    if (type !== "offsets") return null;
    if (this.#syncsEachCommit) return this.#journal.sync();
    if (this.#flushIntervalMs < unlimited)
      this.#flushTimer ??= this.#platform.timers.after(this.#flushIntervalMs, () => this.#flush());
    return null;
  }

  #flush(): void {
    this.#flushTimer = null;
    // A failing disk shows itself at the next append; offsets lost with it are committed again by their groups.
    this.#journal.sync().catch(() => {});
  }
}

/** Makes a state that begins empty and ends with the process. */
export function memoryState(config: BrokerConfig, platform: Platform, log: Log): ClusterState {
  const warn = (text: string): void => log("warn", text);
  const parts: StateParts = {
    clusterId: randomUuid(platform.random),
    leaderEpoch: 0,
    journal: memoryJournal,
    topics: new Topics(config, platform, memoryJournal, memoryLogDirectory(), warn),
    groupRecords: new GroupRecords(),
    producerIdRecords: new ProducerIdRecords(),
    lock: null,
  };
  return new ClusterState(parts, config, platform);
}

/**
 * Opens what a data directory holds. After a crash logs are recovered, and the leader epoch rises, so that clients look anew.
 * @throws {DataDirectoryError} when it belongs to another node, another broker uses it, or what it holds cannot be opened
 */
export async function openState(
  directory: string,
  nodeId: number,
  config: BrokerConfig,
  platform: Platform,
  log: Log,
): Promise<ClusterState> {
  let opened: DataDirectory | null = null;
  try {
    opened = await openDataDirectory(platform.files, directory, nodeId, platform.random);
    return await restoreState(directory, opened, config, platform, log);
  } catch (error) {
    opened?.lock.release();
    if (error instanceof DataDirectoryError) throw error;
    const fact = `what it holds cannot be opened (${String(error)})`;
    throw new DataDirectoryError(directory, fact, "Check the disk, and that its files may be read and written.", {
      cause: error,
    });
  }
}

async function restoreState(
  directory: string,
  { clusterId, closedCleanly, lock }: DataDirectory,
  config: BrokerConfig,
  platform: Platform,
  log: Log,
): Promise<ClusterState> {
  const { files } = platform;
  const replayed = new Replayed();
  const warn = (text: string): void => log("warn", text);
  let state: ClusterState | null = null;
  let damaged = false;
  const opening = FileJournal.open(files, directory, journalFile, {
    apply: (entry) => replayed.apply(entry),
    snapshot: () => state!.entries(),
    torn(bytes) {
      damaged = closedCleanly;
      if (damaged) throw damagedJournal(directory, bytes);
      warn(`cut ${bytes} bytes from the end of ${journalFile} that a crash left incomplete`);
    },
  });
  const journal = await opening.catch(async (error: unknown) => {
    // It is as damaged at the next start: the mark of a good end must not be missing then.
    if (damaged) await markClosed(files, directory);
    throw error;
  });
  const leaderEpoch = replayed.leaderEpoch < 0 ? 0 : replayed.leaderEpoch + (closedCleanly ? 0 : 1);
  const namesById = new Map([...replayed.topics.values()].map(({ id, name }) => [id, name]));
  const logDirectory = fileLogDirectory(files, directory, (id) => namesById.get(id));
  const topics = new Topics(config, platform, journal, logDirectory, warn);
  const { groupRecords, producerIdRecords } = replayed;
  state = new ClusterState({ clusterId, leaderEpoch, journal, topics, groupRecords, producerIdRecords, lock }, config, platform);
  try {
    for (const entry of replayed.topics.values()) {
      topics.restore(entry, replayed.checkpoints.get(entry.id) ?? new Map(), closedCleanly);
    }
    if (leaderEpoch !== replayed.leaderEpoch) journal.append({ type: "leaderEpoch", epoch: leaderEpoch });
    // What survived a crash unsynced must not be shown to anyone and lost in the next.
    await topics.flush();
    topics.checkpoint();
    await topics.persisted();
    return state;
  } catch (error) {
    topics.discard();
    await journal.close().catch(() => {});
    throw error;
  }
}

function damagedJournal(directory: string, bytes: number): DataDirectoryError {
  return new DataDirectoryError(
    directory,
    `its ${journalFile} is damaged, although the broker was closed in good order: ${bytes} bytes at the end cannot be read`,
    `Put back a copy of ${journalFile}, which holds topics and group offsets, or take another directory.`,
  );
}

/** Sum of the journal's entries. */
class Replayed {
  leaderEpoch = -1;
  readonly topics: Map<string, TopicEntry> = new Map();
  /** Checkpoints by topic id and partition. */
  readonly checkpoints: Map<string, Map<number, LogCheckpoint>> = new Map();
  readonly groupRecords: GroupRecords = new GroupRecords();
  readonly producerIdRecords: ProducerIdRecords = new ProducerIdRecords();

  apply(entry: JournalEntry): void {
    switch (entry.type) {
      case "topic":
        this.topics.set(entry.name, entry);
        return;
      case "topicDeleted":
        this.topics.delete(entry.name);
        this.groupRecords.forgetTopic(entry.name);
        return;
      case "offsets":
      case "offsetsDeleted":
      case "group":
      case "groupDeleted":
        this.groupRecords.apply(entry);
        return;
      case "checkpoint":
        this.#checkpoint(entry);
        return;
      case "producerIds":
        this.producerIdRecords.apply(entry);
        return;
      case "leaderEpoch":
        this.leaderEpoch = entry.epoch;
        return;
    }
  }

  #checkpoint({ topicId, partitions }: CheckpointEntry): void {
    let checkpoints = this.checkpoints.get(topicId);
    if (checkpoints === undefined) this.checkpoints.set(topicId, (checkpoints = new Map()));
    for (const [partition, recoveryPoint, logStartOffset] of partitions)
      checkpoints.set(partition, { recoveryPoint, logStartOffset });
  }
}
