import type { Fetcher, FetchedPartition } from "@millrace/client";
import { NotReadyError, PendingLookUp, type ProcessedRecords } from "@millrace/core";
import { RecordCursor } from "@millrace/protocol";
import type { Clock } from "@millrace/platform";
import type { Replay, RestoreEvent, RestoreListener } from "./replay.ts";
import { fetcherOptions } from "../settings/client-options.ts";
import type { StreamThreadParts } from "../thread/stream-thread-parts.ts";

/**
 * Replays changelogs a little at a time, between the slices of the tasks that run: `step` applies what was fetched, never
 * waits, and returns when its time is over.
 *
 * @see org.apache.kafka.streams.processor.internals.StoreChangelogReader
 */
export class ChangelogReader {
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
  /** Look-up that a record of the batch in hand waits for. */
  #lookUp: RestoreLookUp | null = null;
  readonly #lookUpTimeoutMs: number;
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
    this.#lookUpTimeoutMs = config.taskTimeoutMs;
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

  /**
   * Applies batches until `endMs` or until nothing is there. Returns whether there was any.
   *
   * @throws {UnreadableBatchError | FetchError}
   * @throws {LookUpTimeoutError} when the look-up of a source's serde took longer than `taskTimeoutMs`
   */
  step(endMs: number): boolean {
    let worked = false;
    while (this.#fetched !== null || this.#take()) {
      const { replay, chunk, at } = this.#fetched!;
      if (this.#lookUp !== null && !this.#lookUp.resumes(this.#clock.nowMs(), this.#lookUpTimeoutMs)) break;
      worked = true;
      const next = this.#apply(replay, chunk, at);
      if (next === null) break;
      if (next === -1) this.#applied();
      else this.#fetched!.at = next;
      if (this.#clock.nowMs() >= endMs) break;
    }
    return worked;
  }

  /** Resolves when `step` has something to do. Only while active. */
  whenData(): Promise<void> {
    if (this.#lookUp !== null) return this.#lookUp.settled;
    return this.#fetcher?.whenData() ?? Promise.resolve();
  }

  async close(): Promise<void> {
    await this.#fetcher?.close();
  }

  #take(): boolean {
    for (;;) {
      const fetched = this.#fetcher?.take() ?? null;
      if (fetched === null) return false;
      const replay = this.#open.get(key(fetched));
      if (replay === undefined) continue;
      if (fetched.error === null) {
        this.#fetched = {
          replay,
          chunk: fetched,
          at: 0,
          countBefore: replay.recordCount,
          offsetBefore: replay.nextOffset,
        };
        return true;
      }
      if (fetched.error.code !== "CLIENT_OFFSET_OUT_OF_RANGE") throw fetched.error;
      this.#onGone(replay);
    }
  }

  /** Applies a batch. Returns where the next one is, -1 after the last; null: a serde must look something up before. */
  #apply(replay: Replay, chunk: FetchedPartition, at: number): number | null {
    try {
      const next = replay.apply(chunk, at, this.#cursor);
      this.#lookUp?.end();
      this.#lookUp = null;
      return next;
    } catch (error) {
      const { processed } = replay.restoration;
      if (!(error instanceof NotReadyError) || processed === undefined) throw error;
      if (this.#lookUp === null || !this.#lookUp.goesOn(processed.offset, error)) {
        this.#lookUp?.end();
        this.#lookUp = new RestoreLookUp(replay, processed, error);
      }
      return null;
    }
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
    if (this.#fetched?.replay === replay) {
      this.#fetched = null;
      this.#lookUp?.end();
      this.#lookUp = null;
    }
    this.#fetcher?.unassign(replay.topic, replay.partition);
  }

  #tell({ topic, partition, store }: Replay, event: WithoutStore<RestoreEvent>): void {
    this.#listener({ topic, partition, storeName: store.spec.name, ...event });
  }
}

/** Wait of a restoration for the look-up of a source's serde, as the task waits for the same record. */
class RestoreLookUp {
  readonly #records: ProcessedRecords;
  readonly #pending: PendingLookUp;
  #settled = Promise.withResolvers<void>();

  constructor(replay: Replay, records: ProcessedRecords, waiting: NotReadyError) {
    this.#records = records;
    const { topic, partition, store } = replay;
    const { offset, timestamp: timestampMs } = records;
    const record = { taskId: "", nodeName: store.spec.name, topic, partition, offset, timestampMs };
    this.#pending = new PendingLookUp(record, waiting, "value", ({ failure }) => {
      if (failure === null) this.#settled.resolve(); // after a failure there is a pause
    });
  }

  /** Resolves when the batch can be applied again. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** The batch was applied again. Returns false if another record waits now. */
  goesOn(offset: number, waiting: NotReadyError): boolean {
    if (offset !== this.#pending.record.offset) return false;
    this.#settled.resolve();
    this.#settled = Promise.withResolvers();
    this.#pending.again(waiting, "value");
    return true;
  }

  /** Returns true if the batch should be applied again: without the record, if that can never be read. @throws {LookUpTimeoutError} */
  resumes(nowMs: number, timeoutMs: number): boolean {
    const state = this.#pending.state(nowMs, timeoutMs);
    if (state === "expired") throw this.#pending.timeout(nowMs);
    if (state === "failed") this.#records.giveUp(this.#pending.record.offset);
    return state !== "waits";
  }

  /** Nobody waits any more. */
  end(): void {
    this.#settled.resolve();
  }
}

type WithoutStore<T> = T extends unknown ? Omit<T, "topic" | "partition" | "storeName"> : never;

function key({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic} ${String(partition)}`;
}
