import type { FileLock, Platform } from "@millrace/platform";
import type { BrokerConfig } from "./config/broker-config.ts";
import { GroupCoordinator } from "./coordinator/group-coordinator.ts";
import { GroupOffsets } from "./coordinator/group-offsets.ts";
import { ProducerIds } from "./coordinator/producer-ids.ts";
import { markClosed, openDataDirectory } from "./data-directory.ts";
import type { DataDirectory } from "./data-directory.ts";
import { DataDirectoryError } from "./errors.ts";
import type { CheckpointEntry, GroupEntry, JournalEntry, TopicEntry } from "./journal/entry.ts";
import { FileJournal, memoryJournal } from "./journal/journal.ts";
import type { Journal } from "./journal/journal.ts";
import type { LogCheckpoint } from "./log/recovery.ts";
import type { Log } from "./log-line.ts";
import { fileLogDirectory, memoryLogDirectory } from "./topic/log-directory.ts";
import { Topics } from "./topic/topics.ts";
import { randomUuid } from "./topic/uuid.ts";

const journalFile = "broker.journal";

/** State that outlives the broker, if it has a data directory. */
export interface DurableState {
  readonly clusterId: string;
  readonly leaderEpoch: number;
  readonly journal: Journal;
  readonly topics: Topics;
  readonly offsets: GroupOffsets;
  readonly groups: GroupCoordinator;
  readonly producerIds: ProducerIds;
  /** Lock of the data directory, if there is one. */
  readonly lock: FileLock | null;
}

/** State that begins empty and ends with the process. */
export function memoryState(config: BrokerConfig, platform: Platform, log: Log): DurableState {
  const warn = (text: string): void => log("warn", text);
  return {
    clusterId: randomUuid(platform.random),
    leaderEpoch: 0,
    journal: memoryJournal,
    topics: new Topics(config, platform, memoryJournal, memoryLogDirectory(), warn),
    offsets: groupOffsets(memoryJournal, config, platform),
    groups: new GroupCoordinator(config, platform, memoryJournal, log),
    producerIds: new ProducerIds(memoryJournal, 0),
    lock: null,
  };
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
): Promise<DurableState> {
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
): Promise<DurableState> {
  const { files } = platform;
  const replayed = new Replayed();
  const warn = (text: string): void => log("warn", text);
  let state: DurableState | null = null;
  let damaged = false;
  const opening = FileJournal.open(files, directory, journalFile, {
    apply: (entry) => replayed.apply(entry),
    snapshot: () => entriesOf(state!),
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
  const offsets = groupOffsets(journal, config, platform);
  const groups = new GroupCoordinator(config, platform, journal, log);
  const producerIds = new ProducerIds(journal, replayed.producerIds);
  state = { clusterId, leaderEpoch, journal, topics, offsets, groups, producerIds, lock };
  try {
    for (const entry of replayed.topics.values()) {
      topics.restore(entry, replayed.checkpoints.get(entry.id) ?? new Map(), closedCleanly);
    }
    replayed.restoreOffsets(offsets);
    for (const entry of replayed.groups.values()) groups.restore(entry);
    for (const group of offsets.groups()) groups.ensure(group);
    if (leaderEpoch !== replayed.leaderEpoch) journal.append({ type: "leaderEpoch", epoch: leaderEpoch });
    // What survived a crash unsynced must not be shown to anyone and lost in the next.
    await topics.flush();
    topics.checkpoint();
    await topics.persisted();
    return state;
  } catch (error) {
    groups.close();
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

function groupOffsets(journal: Journal, config: BrokerConfig, { timers }: Platform): GroupOffsets {
  return new GroupOffsets(journal, timers, config.logFlushIntervalMs, config.logFlushIntervalMessages === 1);
}

/** Sum of the journal's entries. */
class Replayed {
  leaderEpoch = -1;
  producerIds = 0;
  readonly topics: Map<string, TopicEntry> = new Map();
  /** By topic id and partition. */
  readonly checkpoints: Map<string, Map<number, LogCheckpoint>> = new Map();
  readonly groups: Map<string, GroupEntry> = new Map();
  readonly #offsets: Extract<JournalEntry, { type: "offsets" | "offsetsDeleted" | "topicDeleted" }>[] = [];

  apply(entry: JournalEntry): void {
    switch (entry.type) {
      case "topic":
        this.topics.set(entry.name, entry);
        return;
      case "topicDeleted":
        this.topics.delete(entry.name);
        this.#offsets.push(entry);
        return;
      case "offsets":
      case "offsetsDeleted":
        this.#offsets.push(entry);
        return;
      case "group":
        this.groups.set(entry.group, entry);
        return;
      case "groupDeleted":
        this.groups.delete(entry.group);
        return;
      case "checkpoint":
        this.#checkpoint(entry);
        return;
      case "producerIds":
        this.producerIds = entry.next;
        return;
      case "leaderEpoch":
        this.leaderEpoch = entry.epoch;
        return;
    }
  }

  restoreOffsets(offsets: GroupOffsets): void {
    for (const entry of this.#offsets) {
      if (entry.type === "offsets") offsets.restore(entry);
      else if (entry.type === "offsetsDeleted") offsets.restoreRemoval(entry.group, entry.partitions);
      else offsets.forgetTopic(entry.name);
    }
  }

  #checkpoint({ topicId, partitions }: CheckpointEntry): void {
    let checkpoints = this.checkpoints.get(topicId);
    if (checkpoints === undefined) this.checkpoints.set(topicId, (checkpoints = new Map()));
    for (const [partition, recoveryPoint, logStartOffset] of partitions)
      checkpoints.set(partition, { recoveryPoint, logStartOffset });
  }
}

/** Entries that lead to the present state. */
function* entriesOf({ topics, offsets, groups, producerIds, leaderEpoch }: DurableState): Generator<JournalEntry> {
  yield { type: "leaderEpoch", epoch: leaderEpoch };
  yield { type: "producerIds", next: producerIds.reservedEnd };
  yield* topics.entries();
  yield* offsets.entries();
  yield* groups.entries();
}
