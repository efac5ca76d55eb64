import type { Fetcher, FetchedPartition } from "@millrace/client";
import { RecordCursor } from "@millrace/protocol";
import type { Clock } from "@millrace/platform";
import type { Replay, RestoreEvent, RestoreListener } from "./restorer.ts";
import { fetcherOptions } from "./settings/client-options.ts";
import type { StreamThreadParts } from "./thread/stream-thread-parts.ts";

/**
 * Replays changelogs a little at a time, between the slices of the tasks that run: `step` applies what was fetched, never
 * waits, and returns when its time is over.
 *
 * @see DefaultStateUpdater, which has a thread for that
 */
export class BackgroundRestore {
  readonly #clock: Clock;
  readonly #openFetcher: () => Fetcher;
  readonly #listener: RestoreListener;
  readonly #onGone: (replay: Replay) => void;
  /** Count since the start, in the way of `recordsToRestore`. */
  recordsRestored: number = 0;
  readonly #cursor: RecordCursor;
  readonly #open = new Map<string, Replay>();
  /** Opened for the first replay. */
  #fetcher: Fetcher | null = null;
  /** Resolves when the serdes of a source topic have looked up what the last batches need; null: they have. */
  #preparing: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;
  /** Batches that are being applied. */
  #fetched: {
    readonly replay: Replay;
    readonly chunk: FetchedPartition;
    at: number;
    readonly countBefore: number;
    readonly offsetBefore: number;
  } | null = null;

  /** @param onGone the record that a replay needs next is gone from the log: it waits for `restart` */
  constructor(parts: StreamThreadParts, listener: RestoreListener, onGone: (replay: Replay) => void) {
    const { client, config, platform } = parts;
    this.#clock = platform.clock;
    this.#openFetcher = () => client.fetcher(fetcherOptions(config));
    this.#cursor = new RecordCursor({ checkCrc: config.consumer.checkCrcs });
    this.#listener = listener;
    this.#onGone = onGone;
  }

  /** By their offsets, as Kafka Streams counts: gaps of a compacted log are records. */
  get recordsToRestore(): number {
    let sum = 0;
    for (const { nextOffset, endOffset } of this.#open.values()) sum += endOffset - nextOffset;
    return sum;
  }

  get isActive(): boolean {
    return this.#open.size > 0;
  }

  add(replay: Replay): void {
    this.#open.set(key(replay), replay);
    this.#begin(replay);
  }

  /** Goes on with a replay that was prepared anew, if it was not given up meanwhile. */
  restart(replay: Replay): void {
    if (this.#open.get(key(replay)) === replay) this.#begin(replay);
  }

  /** Gives up a replay, if it is not complete. */
  remove(replay: Replay): void {
    if (this.#open.get(key(replay)) !== replay) return;
    this.#forget(replay);
    this.#tell(replay, { kind: "suspended", recordsRestored: replay.recordCount });
  }

  /** Applies batches until `endMs` or until nothing is there. Returns whether there was any. @throws {UnreadableBatchError | FetchError} */
  step(endMs: number): boolean {
    let worked = false;
    while (this.#fetched !== null || this.#take()) {
      const { replay, chunk, at } = this.#fetched!;
      worked = true;
      const next = replay.apply(chunk, at, this.#cursor);
      if (next === -1) this.#applied();
      else this.#fetched!.at = next;
      if (this.#clock.nowMs() >= endMs) break;
    }
    return worked;
  }

  /** Resolves when `step` has something to do. Only while active. */
  whenData(): Promise<void> {
    if (this.#preparing !== null) return this.#preparing;
    return this.#fetcher?.whenData() ?? Promise.resolve();
  }

  async close(): Promise<void> {
    await this.#fetcher?.close();
  }

  #take(): boolean {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#preparing !== null) return false;
    for (;;) {
      const fetched = this.#fetcher?.take() ?? null;
      if (fetched === null) return false;
      const replay = this.#open.get(key(fetched));
      if (replay === undefined) continue;
      if (fetched.error === null) {
        return this.#begun(replay, fetched);
      }
      if (fetched.error.code !== "CLIENT_OFFSET_OUT_OF_RANGE") throw fetched.error;
      this.#onGone(replay);
    }
  }

  /** @returns whether the records can be applied now; else `whenData` tells */
  #begun(replay: Replay, chunk: FetchedPartition): boolean {
    const begin = (): void => {
      if (this.#open.get(key(replay)) !== replay) return;
      this.#fetched = { replay, chunk, at: 0, countBefore: replay.recordCount, offsetBefore: replay.nextOffset };
    };
    const preparing = replay.restoration.processed?.prepare(chunk.buffer);
    if (preparing === undefined) {
      begin();
      return true;
    }
    this.#preparing = preparing
      .then(begin, (error: unknown) => {
        this.#failure = { error };
      })
      .finally(() => {
        this.#preparing = null;
      });
    return false;
  }

  #applied(): void {
    const { replay, countBefore, offsetBefore } = this.#fetched!;
    this.#fetched = null;
    this.recordsRestored += Math.min(replay.nextOffset, replay.endOffset) - offsetBefore;
    this.#tell(replay, {
      kind: "batch",
      batchEndOffset: replay.nextOffset,
      endingOffset: replay.endOffset,
      recordCount: replay.recordCount - countBefore,
    });
    // The listener may have ended it.
    if (replay.isComplete && this.#open.get(key(replay)) === replay) this.#completed(replay);
  }

  #begin(replay: Replay): void {
    this.#tell(replay, { kind: "start", startingOffset: replay.startOffset, endingOffset: replay.endOffset });
    if (replay.isComplete) return this.#completed(replay);
    this.#fetcher ??= this.#openFetcher();
    this.#fetcher.assign(replay.topic, replay.partition, replay.startOffset);
  }

  #completed(replay: Replay): void {
    this.#forget(replay);
    this.#tell(replay, { kind: "end", recordsRestored: replay.recordCount });
  }

  #forget(replay: Replay): void {
    this.#open.delete(key(replay));
    if (this.#fetched?.replay === replay) this.#fetched = null;
    this.#fetcher?.unassign(replay.topic, replay.partition);
  }

  #tell({ topic, partition, store }: Replay, event: WithoutStore<RestoreEvent>): void {
    this.#listener({ topic, partition, storeName: store.spec.name, ...event });
  }
}

type WithoutStore<T> = T extends unknown ? Omit<T, "topic" | "partition" | "storeName"> : never;

function key({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic} ${String(partition)}`;
}
