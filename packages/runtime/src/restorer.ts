import type { Client, Fetcher, FetchedPartition, TopicPartition } from "@millrace/client";
import { UnreadableBatchError, type ChangelogRecords, type TaskStore } from "@millrace/core";
import { RecordCursor } from "@millrace/protocol";
import type { LocalState } from "./local-state.ts";

/** A store to be filled from its changelog. */
export interface Restoration extends TopicPartition {
  readonly store: TaskStore;
  /** Where a changelog ends that others write to: the committed offset of a source topic that serves as one. Default: the log's end. */
  readonly endOffsetMax?: number;
}

/** How far a restoration is; `endOffset` is where it will be complete. */
export interface RestoreProgress extends TopicPartition {
  readonly storeName: string;
  readonly nextOffset: number;
  readonly endOffset: number;
}

/**
 * Replays changelogs into stores, all partitions at once, batch by batch. The end is what the log held at the beginning:
 * nobody else writes to the changelog of a task that is being restored, but for a source topic that serves as one. When `signal` is aborted it ends at once, unfinished.
 *
 * @see StoreChangelogReader
 */
export async function restore(
  client: Client,
  local: LocalState,
  restorations: readonly Restoration[],
  signal: AbortSignal,
  progress: (progress: RestoreProgress) => void,
): Promise<void> {
  if (restorations.length === 0) return;
  const open = new Map<string, { readonly restoration: Restoration; readonly endOffset: number }>();
  await using fetcher = client.fetcher();
  // Whoever waits for data of a closed fetcher need not wait.
  signal.addEventListener("abort", () => void fetcher.close(), { once: true });
  const begins = await client.admin.listOffsets(restorations, "earliest");
  const ends = await client.admin.listOffsets(restorations, "latest");
  const begin = new Map(begins.map((listed) => [key(listed), listed.offset ?? 0]));
  const end = new Map(ends.map((listed) => [key(listed), listed.offset ?? 0]));
  if (signal.aborted) return;
  const starts = await local.resume(
    restorations.map((one) => ({ ...one, beginOffset: begin.get(key(one)) ?? 0, endOffset: end.get(key(one)) ?? 0 })),
  );
  for (const [index, restoration] of restorations.entries()) {
    const from = starts[index]!;
    const endOffset = Math.min(end.get(key(restoration)) ?? 0, restoration.endOffsetMax ?? Number.POSITIVE_INFINITY);
    if (from >= endOffset) continue;
    open.set(key(restoration), { restoration, endOffset });
    fetcher.assign(restoration.topic, restoration.partition, from);
    progress({ ...restoration, storeName: restoration.store.spec.name, nextOffset: from, endOffset });
  }
  const cursor = new RecordCursor();
  while (open.size > 0 && !signal.aborted) {
    const fetched = fetcher.take();
    if (fetched === null) {
      await fetcher.whenData();
      continue;
    }
    const target = open.get(key(fetched));
    if (target === undefined) continue;
    const { restoration, endOffset } = target;
    if (fetched.error !== null) {
      if (fetched.error.code !== "CLIENT_OFFSET_OUT_OF_RANGE") throw fetched.error;
      if (!(await seekToBegin(client, fetcher, restoration, endOffset))) open.delete(key(fetched));
      continue;
    }
    apply(fetched, cursor, restoration.store, endOffset);
    restoration.store.restored(Math.min(fetched.nextOffset, endOffset));
    progress({ ...restoration, storeName: restoration.store.spec.name, nextOffset: fetched.nextOffset, endOffset });
    if (fetched.nextOffset < endOffset) continue;
    fetcher.unassign(fetched.topic, fetched.partition);
    open.delete(key(fetched));
  }
}

function apply(
  { topic, partition, buffer, fetchOffset }: FetchedPartition,
  cursor: RecordCursor,
  store: TaskStore,
  endOffset: number,
): void {
  try {
    for (let at = cursor.open(buffer, 0); at !== -1; at = cursor.open(buffer, at)) {
      if (cursor.isControl) continue;
      store.restore(cursor.baseOffset < fetchOffset ? new RecordsFrom(cursor, fetchOffset) : cursor, endOffset);
    }
  } catch (error) {
    throw new UnreadableBatchError(topic, partition, cursor.baseOffset, error);
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

  next(): boolean {
    while (this.#cursor.next()) if (this.#cursor.offset >= this.#fromOffset) return true;
    return false;
  }
}

/** What was next to be read has been deleted by retention meanwhile: it is not wanted any more. @returns whether anything is left to read */
async function seekToBegin(
  client: Client,
  fetcher: Fetcher,
  { topic, partition }: Restoration,
  endOffset: number,
): Promise<boolean> {
  const [begin] = await client.admin.listOffsets([{ topic, partition }], "earliest");
  const from = begin?.offset ?? endOffset;
  if (from >= endOffset) fetcher.unassign(topic, partition);
  else fetcher.seek(topic, partition, from);
  return from < endOffset;
}

function key({ topic, partition }: TopicPartition): string {
  return `${topic} ${String(partition)}`;
}
