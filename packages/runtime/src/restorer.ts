import type { Client, Fetcher, TopicPartition } from "@millrace/client";
import type { TaskStore } from "@millrace/core";
import { RecordCursor } from "@millrace/protocol";

/** A store to be filled from its changelog. */
export interface Restoration extends TopicPartition {
  readonly store: TaskStore;
}

/** How far a restoration is; `endOffset` is where it will be complete. */
export interface RestoreProgress extends TopicPartition {
  readonly storeName: string;
  readonly nextOffset: number;
  readonly endOffset: number;
}

/**
 * Replays changelogs into stores, all partitions at once, batch by batch. The end is what the log held at the beginning:
 * nobody else writes to the changelog of a task that is being restored. When `signal` is aborted it ends at once, unfinished.
 *
 * @see StoreChangelogReader
 */
export async function restore(
  client: Client,
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
  for (const restoration of restorations) {
    const [from = 0, endOffset = 0] = [begin.get(key(restoration)), end.get(key(restoration))];
    if (from >= endOffset) continue;
    open.set(key(restoration), { restoration, endOffset });
    fetcher.assign(restoration.topic, restoration.partition, from);
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
    for (let at = cursor.open(fetched.buffer, 0); at !== -1; at = cursor.open(fetched.buffer, at)) restoration.store.restore(cursor, endOffset);
    progress({ ...restoration, storeName: restoration.store.spec.name, nextOffset: fetched.nextOffset, endOffset });
    if (fetched.nextOffset < endOffset) continue;
    fetcher.unassign(fetched.topic, fetched.partition);
    open.delete(key(fetched));
  }
}

/** What was next to be read has been deleted by retention meanwhile: it is not wanted any more. @returns whether anything is left to read */
async function seekToBegin(client: Client, fetcher: Fetcher, { topic, partition }: Restoration, endOffset: number): Promise<boolean> {
  const [begin] = await client.admin.listOffsets([{ topic, partition }], "earliest");
  const from = begin?.offset ?? endOffset;
  if (from >= endOffset) fetcher.unassign(topic, partition);
  else fetcher.seek(topic, partition, from);
  return from < endOffset;
}

function key({ topic, partition }: TopicPartition): string {
  return `${topic} ${String(partition)}`;
}
