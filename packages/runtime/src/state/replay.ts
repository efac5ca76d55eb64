import type { Client, FetchedPartition, TopicPartition } from "@millrace/client";
import {
  StreamsError,
  UnreadableBatchError,
  type ChangelogRecords,
  type Headers,
  type ProcessedRecords,
  type TaskStore,
} from "@millrace/core";
import { batchLayout, RecordCursor } from "@millrace/protocol";
import type { StateManager } from "./state-manager.ts";

const { lengthAt, lengthOverheadBytes } = batchLayout;

/** A store to be filled from its changelog. */
export interface Restoration extends TopicPartition {
  readonly store: TaskStore;
  /** End of a changelog that others write to: the committed offset of a source topic that serves as one. Default: the log's end. */
  readonly endOffsetMax?: number;
  /** View of the topic as processing has it. Default: the store takes the records as they were written. */
  readonly processed?: ProcessedRecords;
}

/** Event of a store's restoration, for the application. */
export type RestoreEvent = RestoredStore &
  /** Comes again if the changelog lost what was to be read next: then all begins anew. */
  (
    | { readonly kind: "start"; readonly startingOffset: number; readonly endingOffset: number }
    /** Records of one fetch: their number, and the offset behind them. */
    | { readonly kind: "batch"; readonly batchEndOffset: number; readonly endingOffset: number; readonly recordCount: number }
    | { readonly kind: "end"; readonly recordsRestored: number }
    /** The task went to another instance, or the application was closed, before the store was complete. */
    | { readonly kind: "suspended"; readonly recordsRestored: number }
  );

/** One partition of a store, and of the topic it is restored from. */
export interface RestoredStore extends TopicPartition {
  /** Name of the store. */
  readonly storeName: string;
}

/** Called while stores are restored, so it should be quick; it must not throw. @see org.apache.kafka.streams.processor.StateRestoreListener */
export type RestoreListener = (event: RestoreEvent) => void;

/**
 * Finds out where the replays of changelogs begin, which is where the stores' checkpoints are, and end. The end is what the log holds now: nobody else writes to the
 * changelog of a task that is being restored, but for a source topic that serves as one.
 */
export async function openReplays(
  client: Client,
  manager: StateManager,
  restorations: readonly Restoration[],
): Promise<Replay[]> {
  const stretches = await stretchesOf(client, manager, restorations);
  return restorations.map((restoration, index) => new Replay(restoration, stretches[index]!));
}

/**
 * Prepares a replay anew whose next record the log does not have any more: what was applied before is of no use, since deletions of
 * it may have been among what is gone.
 *
 * @see TaskCorruptedException, which Java throws for it
 */
export async function reopenReplay(client: Client, manager: StateManager, replay: Replay): Promise<void> {
  const [stretch] = await stretchesOf(client, manager, [replay.restoration]);
  replay.begin(stretch!);
}

/** From which offset to which. */
interface Stretch {
  readonly startOffset: number;
  readonly endOffset: number;
}

async function stretchesOf(client: Client, manager: StateManager, restorations: readonly Restoration[]): Promise<Stretch[]> {
  if (restorations.length === 0) return [];
  const begins = await client.admin.listOffsets(restorations, "earliest");
  const ends = await client.admin.listOffsets(restorations, "latest");
  const begin = new Map(begins.map((listed) => [key(listed), listed.offset ?? 0]));
  const end = new Map(ends.map((listed) => [key(listed), listed.offset ?? 0]));
  const starts = await manager.resume(
    restorations.map((one) => ({ ...one, beginOffset: begin.get(key(one)) ?? 0, endOffset: end.get(key(one)) ?? 0 })),
  );
  return restorations.map((restoration, index) => {
    const startOffset = starts[index]!;
    const endOffset = Math.min(end.get(key(restoration)) ?? 0, restoration.endOffsetMax ?? Number.POSITIVE_INFINITY);
    // A source topic's log may begin behind the committed offset.
    return { startOffset, endOffset: Math.max(startOffset, endOffset) };
  });
}

/** The replay of one changelog partition into its store, batch by batch. */
export class Replay {
  readonly restoration: Restoration;
  readonly topic: string;
  readonly partition: number;
  readonly store: TaskStore;
  startOffset: number = Number.NaN;
  /** Offset at which it is complete. */
  endOffset: number = Number.NaN;
  /** Offset of the record to be read next. */
  nextOffset: number = Number.NaN;
  recordCount: number = 0;

  constructor(restoration: Restoration, stretch: Stretch) {
    this.restoration = restoration;
    this.topic = restoration.topic;
    this.partition = restoration.partition;
    this.store = restoration.store;
    this.begin(stretch);
  }

  /** The store is prepared for the record at `startOffset`. */
  begin({ startOffset, endOffset }: Stretch): void {
    this.startOffset = startOffset;
    this.endOffset = endOffset;
    this.nextOffset = startOffset;
  }

  get isComplete(): boolean {
    return this.nextOffset >= this.endOffset;
  }

  /**
   * Applies the record batch at `at` of what was fetched. Returns where the next one is, -1 after the last. A batch that processing left
   * behind is left behind here, too, where the store takes the topic as processing had it.
   *
   * @throws {UnreadableBatchError} `STREAMS_UNREADABLE_BATCH`
   * @throws {NotReadyError} when a serde must look something up first: then apply the same batch again
   * @throws {StreamsError} what the engine throws that is to take it
   */
  apply({ topic, partition, buffer, fetchOffset, nextOffset }: FetchedPartition, at: number, cursor: RecordCursor): number {
    try {
      const next = cursor.open(buffer, at);
      if (next === -1) {
        this.nextOffset = nextOffset;
        this.store.restored(Math.min(nextOffset, this.endOffset));
      } else if (!cursor.isControl) {
        this.recordCount += this.store.restore(this.#recordsOf(cursor, fetchOffset), this.endOffset);
      }
      return next;
    } catch (error) {
      if (error instanceof StreamsError) throw error;
      const { processed, endOffsetMax } = this.restoration;
      const role = endOffsetMax === undefined ? "changelog" : "sourceAsChangelog";
      const unreadable = new UnreadableBatchError(topic, partition, cursor.baseOffset, cursor.lastOffset, error, role);
      if (processed?.leavesBehind(unreadable) !== true) throw unreadable;
      return at + lengthOverheadBytes + buffer.readInt32BE(at + lengthAt);
    }
  }

  #recordsOf(cursor: RecordCursor, fetchOffset: number): ChangelogRecords {
    const { processed } = this.restoration;
    if (processed !== undefined) return processed.open(cursor, fetchOffset);
    return cursor.baseOffset < fetchOffset ? new RecordsFrom(cursor, fetchOffset) : cursor;
  }
}

/** A batch without its first records: a fetch from inside a batch brings it whole, but what lies before the log's start is deleted. */
class RecordsFrom implements ChangelogRecords {
  readonly #cursor: RecordCursor;
  readonly #fromOffset: number;

  constructor(cursor: RecordCursor, fromOffset: number) {
    this.#cursor = cursor;
    this.#fromOffset = fromOffset;
  }

  get buffer(): Buffer {
    return this.#cursor.buffer;
  }
  get offset(): number {
    return this.#cursor.offset;
  }
  get timestamp(): number {
    return this.#cursor.timestamp;
  }
  get keyStart(): number {
    return this.#cursor.keyStart;
  }
  get keyEnd(): number {
    return this.#cursor.keyEnd;
  }
  get valueStart(): number {
    return this.#cursor.valueStart;
  }
  get valueEnd(): number {
    return this.#cursor.valueEnd;
  }

  readHeaders(): Headers {
    return this.#cursor.readHeaders();
  }

  next(): boolean {
    while (this.#cursor.next()) if (this.#cursor.offset >= this.#fromOffset) return true;
    return false;
  }
}

function key({ topic, partition }: TopicPartition): string {
  return `${topic} ${String(partition)}`;
}
