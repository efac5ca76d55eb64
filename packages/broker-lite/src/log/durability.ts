import { strict as assert } from "node:assert";
import type { Timer, Timers } from "@millrace/platform";
import { unlimited } from "../config/definition.ts";
import { LogRemovedError } from "../errors.ts";
import type { Segment } from "./segment.ts";
import type { LogStorage } from "./segment-bytes.ts";

/** Settings that decide when a log is synced; Kafka's topic settings of the same names. */
export interface DurabilityConfig {
  readonly flushMessages: number;
  readonly flushMs: number;
}

/** Callbacks of a log about its durability. */
export interface DurabilityEvents {
  /** The high watermark rose. */
  onHighWatermark(): void;
  /** A sync ended: segments may be removed again. */
  onSynced(): void;
}

/**
 * Decides which records of one partition are safe: what must be synced, when, and who waits for it.
 *
 *   recovery point  <=  high watermark  <=  log end offset
 *
 * A write or sync that failed stays in `failure`; nothing is written or synced after it, because nobody knows what the disk
 * holds after a failed sync, whatever later syncs say.
 */
export class Durability {
  readonly #storage: LogStorage;
  readonly #config: DurabilityConfig;
  readonly #timers: Timers;
  readonly #events: DurabilityEvents;
  #logEndOffset: number;
  #highWatermark: number;
  #recoveryPoint: number;
  #failure: Error | null = null;
  /** The high watermark stays where it is until everything below this is synced: `flush.messages`. */
  #gateOffset = 0;
  /** Segments with bytes that were not synced. */
  readonly #dirty = new Set<Segment>();
  /**
   * True if files may have appeared or vanished since the directory was synced. It begins so, because a broker that was killed
   * may have left files behind whose names never reached the disk.
   */
  #directoryDirty = true;
  #flushing: Promise<void> | null = null;
  #flushTimer: Timer | null = null;
  #closed = false;
  /** Waits for the high watermark, ascending by offset. */
  readonly #waiting: { offset: number; settle: (error: Error | null) => void }[] = [];

  /** @param recoveryPoint everything below is synced */
  constructor(
    storage: LogStorage,
    config: DurabilityConfig,
    timers: Timers,
    logEndOffset: number,
    recoveryPoint: number,
    events: DurabilityEvents,
  ) {
    this.#storage = storage;
    this.#config = config;
    this.#timers = timers;
    this.#events = events;
    this.#logEndOffset = logEndOffset;
    this.#highWatermark = logEndOffset;
    this.#recoveryPoint = Math.min(recoveryPoint, logEndOffset);
  }

  get logEndOffset(): number {
    return this.#logEndOffset;
  }

  get highWatermark(): number {
    return this.#highWatermark;
  }

  get recoveryPoint(): number {
    return this.#recoveryPoint;
  }

  get failure(): Error | null {
    return this.#failure;
  }

  get isSyncing(): boolean {
    return this.#flushing !== null;
  }

  /** Takes no more from now on: a write failed. The first failure is kept. */
  fail(error: Error): void {
    this.#failure ??= error;
  }

  /** Notes that the segment has bytes, or index entries, to be synced. */
  touched(segment: Segment): void {
    if (this.#storage.durable) this.#dirty.add(segment);
  }

  /** Notes that files appeared or vanished. */
  filesChanged(): void {
    this.#directoryDirty = true;
  }

  /** Notes that the segment was removed. */
  removed(segment: Segment): void {
    this.#dirty.delete(segment);
    this.#directoryDirty = true;
  }

  /** Notes an append to the segment, which now ends the log; begins the sync that it may call for. */
  appended(segment: Segment): void {
    this.#logEndOffset = segment.nextOffset;
    if (!this.#storage.durable) {
      this.#recoveryPoint = this.#logEndOffset;
    } else {
      this.#dirty.add(segment);
      if (this.#logEndOffset - this.#recoveryPoint >= this.#config.flushMessages) {
        this.#gateOffset = this.#logEndOffset;
        if (this.#flushing === null) this.flushInBackground();
      } else if (this.#config.flushMs < unlimited) {
        this.#flushTimer ??= this.#timers.after(this.#config.flushMs, () => this.flushInBackground());
      }
    }
    if (this.#recoveryPoint >= this.#gateOffset) this.#setHighWatermark(this.#logEndOffset);
  }

  /** Null if records below `offset` count as written already, else a promise of it. Rejects with the log's failure. */
  whenWritten(offset: number): Promise<void> | null {
    if (this.#highWatermark >= offset) return null;
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      // A batch that was there already, sent again, waits for less than the newest.
      let at = this.#waiting.length;
      while (at > 0 && this.#waiting[at - 1]!.offset > offset) at -= 1;
      this.#waiting.splice(at, 0, { offset, settle: (error) => (error === null ? resolve() : reject(error)) });
    });
  }

  /** Syncs what was written before the call. Concurrent calls share the work. */
  async flush(): Promise<void> {
    this.#flushTimer?.cancel();
    this.#flushTimer = null;
    const target = this.#logEndOffset;
    while (this.#recoveryPoint < target || this.#directoryDirty) {
      if (this.#failure !== null) throw this.#failure;
      this.#flushing ??= this.#sync();
      await this.#flushing;
    }
  }

  flushInBackground(): void {
    // `failure` keeps the error in `failure`: waiting producers get it from `whenWritten`, others at their next append.
    this.flush().catch(() => {});
  }

  /** Begins the end: a last `flush` may follow, and nothing is removed after it. */
  closing(): void {
    this.#closed = true;
  }

  /** Ends timer and waits. Unsynced records stay unsynced. */
  end(): void {
    this.#closed = true;
    this.#flushTimer?.cancel();
    this.#flushTimer = null;
    this.#settleAll(this.#failure ?? new LogRemovedError());
  }

  /** @throws {AssertionError} when the offsets are out of order: a bug of this class */
  assertConsistent(): void {
    assert(this.#recoveryPoint <= this.#logEndOffset, "nothing is synced beyond the end of the log");
    assert(this.#highWatermark <= this.#logEndOffset, "the high watermark lies within the log");
    for (const { offset } of this.#waiting) assert(offset > this.#highWatermark, "a wait ends when its offset is reached");
  }

  async #sync(): Promise<void> {
    const target = this.#logEndOffset;
    const dirty = [...this.#dirty];
    const directoryDirty = this.#directoryDirty;
    this.#dirty.clear();
    this.#directoryDirty = false;
    try {
      await Promise.all(dirty.map((segment) => segment.sync()));
      if (directoryDirty) await this.#storage.syncDirectory();
    } catch (error) {
      this.#failure ??= error as Error;
    } finally {
      this.#flushing = null;
    }
    if (this.#failure !== null) {
      this.#settleAll(this.#failure);
      throw this.#failure;
    }
    this.#recoveryPoint = Math.max(this.#recoveryPoint, target);
    const gated = this.#recoveryPoint < this.#gateOffset;
    this.#setHighWatermark(gated ? this.#recoveryPoint : this.#logEndOffset);
    if (this.#closed) return;
    this.#events.onSynced();
    if (gated) this.flushInBackground();
  }

  #setHighWatermark(offset: number): void {
    if (offset <= this.#highWatermark) return;
    this.#highWatermark = offset;
    while (this.#waiting.length > 0 && this.#waiting[0]!.offset <= offset) this.#waiting.shift()!.settle(null);
    this.#events.onHighWatermark();
  }

  #settleAll(error: Error): void {
    for (const waiting of this.#waiting.splice(0)) waiting.settle(error);
  }
}
