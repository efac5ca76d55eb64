import type { Client, TopicPartition } from "@millrace/client";
import type { Checkpoint, TaskStore } from "@millrace/core";
import type { Clock } from "@millrace/platform";
import type { Log } from "@millrace/platform";

/** A store partition that may hold something from before, and the log of its changelog. */
export interface StoreToResume extends TopicPartition {
  readonly store: TaskStore;
  readonly beginOffset: number;
  readonly endOffset: number;
  /** Committed offset of a source topic that serves as changelog; the store must not be beyond it. */
  readonly endOffsetMax?: number | undefined;
}

/** Parts of a thread that resuming stores needs. */
export interface ResumeParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
}

/** Cleanup settings of a topic's log that decide about old tombstones. */
interface LoggedTopic {
  /** Empty if the broker has no topic ids: then only offsets tell a topic from one of the same name before it. */
  readonly topicId: string;
  /** After this time tombstones may be gone; infinite where nothing is compacted. */
  readonly tombstonesMs: number;
}

/** Kafka's default of `delete.retention.ms`. */
const tombstonesMsDefault = 86_400_000;

/**
 * Prepares the stores for a restoration. A store continues from its checkpoint if the checkpoint belongs to this log; otherwise
 * it is emptied, and the changelog is replayed from its beginning. A store whose content ends with the process is always emptied.
 *
 * @returns where the restoration of each store begins
 * @see Java's ProcessorStateManager.initializeStoreOffsetsFromCheckpoint, which has no topic ids and ignores old tombstones
 */
export async function resumeStores(parts: ResumeParts, stores: readonly StoreToResume[]): Promise<number[]> {
  const nowMs = parts.clock.nowMs();
  const kept = stores.filter(({ store }) => store.tail !== null);
  const topics = kept.length === 0 ? new Map<string, LoggedTopic>() : await describe(parts, kept);
  return stores.map((one) => {
    const { store, beginOffset } = one;
    if (store.tail === null) {
      store.empty();
      return beginOffset;
    }
    const topic = topics.get(one.topic)!;
    const origin = originOf(topic, store);
    const checkpoint = store.checkpoint();
    const flaw = checkpoint === null ? null : flawOf(checkpoint, origin, topic, one, nowMs);
    if (checkpoint !== null && flaw === null) {
      store.resume(checkpoint);
      return checkpoint.offset;
    }
    if (flaw !== null) {
      const where = `store "${store.spec.name}", partition ${String(one.partition)}`;
      parts.log("info", `discarding the local state of ${where}: ${flaw}`, { ...checkpoint });
    }
    store.empty();
    store.resume({ origin, offset: beginOffset, streamTimeMs: Number.NaN, writtenMs: nowMs });
    return beginOffset;
  });
}

/** Origin that the store's checkpoint names: the log that its content comes from, and the layout. */
function originOf({ topicId }: LoggedTopic, { layout }: TaskStore): string {
  return `${topicId} ${layout}`;
}

/** Reason for which a checkpoint is void, or null. */
function flawOf(
  checkpoint: Checkpoint,
  origin: string,
  topic: LoggedTopic,
  { beginOffset, endOffset, endOffsetMax }: StoreToResume,
  nowMs: number,
): string | null {
  const { offset, writtenMs } = checkpoint;
  if (!checkpoint.origin.startsWith(`${topic.topicId} `)) return "its changelog topic was deleted and created again";
  if (checkpoint.origin !== origin) return "it is laid out otherwise than the store is now";
  if (offset < beginOffset || offset > endOffset) return "its checkpoint lies outside the changelog";
  if (endOffsetMax !== undefined && offset > endOffsetMax) return "its checkpoint lies beyond the committed offset";
  // with nothing behind the checkpoint no tombstone can be missed; an unknown age is too old
  const isFresh = offset === endOffset || topic.tombstonesMs === Infinity || nowMs - writtenMs <= topic.tombstonesMs;
  return isFresh ? null : "its checkpoint is older than the changelog keeps tombstones";
}

async function describe(parts: ResumeParts, stores: readonly StoreToResume[]): Promise<Map<string, LoggedTopic>> {
  const names = [...new Set(stores.map(({ topic }) => topic))];
  const described = await parts.client.admin.describeTopics(names);
  const behind = new Set(stores.filter(isBehind).map(({ topic }) => topic));
  const topics = await Promise.all(
    described.map(async ({ name, topicId }): Promise<[string, LoggedTopic]> => {
      const tombstonesMs = behind.has(name) ? await tombstonesMsOf(parts, name) : Infinity;
      return [name, { topicId: topicId ?? "", tombstonesMs }];
    }),
  );
  return new Map(topics);
}

function isBehind({ store, endOffset }: StoreToResume): boolean {
  const checkpoint = store.checkpoint();
  return checkpoint !== null && checkpoint.offset < endOffset;
}

async function tombstonesMsOf({ client, log }: ResumeParts, topic: string): Promise<number> {
  try {
    const configs = await client.admin.describeConfigs("topic", topic);
    const valueOf = (name: string): string | null => configs.find((config) => config.name === name)?.value ?? null;
    if (!(valueOf("cleanup.policy") ?? "compact").includes("compact")) return Infinity;
    const retentionMs = Number(valueOf("delete.retention.ms") ?? tombstonesMsDefault);
    return Number.isFinite(retentionMs) ? retentionMs : tombstonesMsDefault;
  } catch (error) {
    log("warn", `assuming that topic "${topic}" keeps tombstones for a day: its configuration could not be read`, {
      cause: error,
    });
    return tombstonesMsDefault;
  }
}
