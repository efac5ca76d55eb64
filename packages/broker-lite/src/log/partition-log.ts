import { strict as assert } from "node:assert";
import { RecordCursor } from "@millrace/protocol";
import type { BatchHeader } from "@millrace/protocol";
import type { Timers } from "@millrace/platform";
import { LogRemovedError } from "../errors.ts";
import { Durability } from "./durability.ts";
import type { DurabilityConfig } from "./durability.ts";
import type { LeaderEpochs } from "./leader-epochs.ts";
import { encodeSnapshot } from "./producer-snapshot.ts";
import type { ProducerStates } from "./producer-states.ts";
import { leaderEpochsFile, recoverSegments, rememberProducer } from "./recovery.ts";
import type { LogCheckpoint, Recovery } from "./recovery.ts";
import { Retention } from "./retention.ts";
import type { RetentionConfig } from "./retention.ts";
import { snapshotName } from "./segment-bytes.ts";
import type { LogStorage } from "./segment-bytes.ts";
import type { Segment } from "./segment.ts";
import { Segments } from "./segments.ts";

const int32Max = 2 ** 31 - 1;

/** Settings of a partition's log; Kafka's topic settings of the same names. */
export interface LogConfig extends DurabilityConfig, RetentionConfig {
  readonly indexIntervalBytes: number;
  readonly segmentBytes: number;
  readonly segmentMs: number;
}

/** A stretch of whole batches that a read will return. */
export interface LogSlice {
  readonly segment: Segment;
  readonly position: number;
  readonly length: number;
  /** True if there is more to read behind it: it was cut by the limit, or where its segment ends. */
  readonly isCut: boolean;
}

export interface TimestampedOffset {
  readonly offset: number;
  readonly timestampMs: number;
}

/**
 * One partition's log: segments of record batches, kept as the bytes they came in. It appends and reads; `Durability` decides
 * what is synced when, and `Retention` where the log begins.
 *
 *   logStartOffset        recovery point       high watermark      log end offset
 *     |---- readable, synced ----|---- readable, written ----|---- waits for a sync ----|
 *
 * Consumers see what lies below the high watermark. It is the log end offset, unless `flush.messages` asks for a sync
 * before records count as written: then it is what has been synced.
 */
export class PartitionLog {
  readonly config: LogConfig;
  readonly producers: ProducerStates;
  /** Called after the high watermark or the log start offset rose, or the leader changed; how waiting fetches learn of it. */
  readonly listeners: Set<() => void> = new Set();
  readonly #storage: LogStorage;
  readonly #segments: Segments;
  readonly #epochs: LeaderEpochs;
  readonly #durability: Durability;
  readonly #retention: Retention;
  #closed = false;

  private constructor(storage: LogStorage, config: LogConfig, timers: Timers, checkpoint: LogCheckpoint, recovery: Recovery) {
    this.config = config;
    this.producers = recovery.producers;
    this.#storage = storage;
    this.#epochs = recovery.epochs;
    const segments = new Segments(storage, config.indexIntervalBytes, recovery.segments);
    const end = recovery.segments.at(-1)?.nextOffset ?? 0;
    if (recovery.segments.length === 0 || end < checkpoint.logStartOffset) segments.restartAt(checkpoint.logStartOffset);
    const { recoveryPoint } = checkpoint;
    const durability = new Durability(storage, config, timers, segments.active.nextOffset, recoveryPoint, {
      onHighWatermark: () => this.wakeListeners(),
      onSynced: () => this.#retention.removeBelowStart(),
    });
    for (const segment of segments.all) if (segment.nextOffset > durability.recoveryPoint) durability.touched(segment);
    for (const segment of recovery.repaired) durability.touched(segment);
    const logStartOffset = Math.max(checkpoint.logStartOffset, segments.first.baseOffset);
    this.#segments = segments;
    this.#durability = durability;
    this.#retention = new Retention(config, segments, durability, logStartOffset, () => this.#roll());
  }

  /**
   * Opens what the storage holds, or begins an empty log. `warn` hears of bytes that recovery had to drop.
   * Before anything is appended or read, `flush` must have made last what recovery found and removed.
   * @param checkpoint what was last written down; zeros if nothing was
   */
  static open(
    storage: LogStorage,
    config: LogConfig,
    timers: Timers,
    nowMs: number,
    checkpoint: LogCheckpoint,
    warn: (text: string) => void,
  ): PartitionLog {
    const recovery = recoverSegments(storage, checkpoint, config.indexIntervalBytes, nowMs);
    if (recovery.bytesCut > 0 || recovery.removed.length > 0) {
      const lost = recovery.lostSyncedBytes ? "; some of them had been synced: the disk lost them" : "";
      warn(`cut ${recovery.bytesCut} bytes and ${recovery.removed.length} segments that a crash left incomplete${lost}`);
    }
    return new PartitionLog(storage, config, timers, checkpoint, recovery);
  }

  get logStartOffset(): number {
    return this.#retention.logStartOffset;
  }

  get logEndOffset(): number {
    return this.#durability.logEndOffset;
  }

  get highWatermark(): number {
    return this.#durability.highWatermark;
  }

  /** Everything below is synced. */
  get recoveryPoint(): number {
    return this.#durability.recoveryPoint;
  }

  /** Why the log takes no more records: a write or a sync failed, or it was discarded. Reopening recovers. */
  get failure(): Error | null {
    return this.#durability.failure;
  }

  /** Bytes of all segments. */
  get sizeBytes(): number {
    return this.#segments.sizeBytes;
  }

  get segmentCount(): number {
    return this.#segments.all.length;
  }

  /**
   * Appends the checked batch that `batch` stands at, after writing its base offset and leader epoch into its header, and
   * returns the base offset.
   * @throws what the storage throws when it cannot write; the log is then unchanged, and takes no more
   */
  append(batch: BatchHeader, leaderEpoch: number, nowMs: number): number {
    const baseOffset = this.#durability.logEndOffset;
    batch.baseOffset = baseOffset;
    batch.leaderEpoch = leaderEpoch;
    let active = this.#segments.active;
    try {
      if (this.#mustRoll(active, batch)) active = this.#roll();
      if (this.#epochs.latest !== leaderEpoch && this.#epochs.note(leaderEpoch, baseOffset)) this.#writeEpochs();
      active.append(batch);
      active.appendedMs = nowMs;
    } catch (error) {
      this.#durability.fail(error as Error);
      throw error;
    }
    rememberProducer(batch, this.producers, nowMs);
    this.#durability.appended(active);
    return baseOffset;
  }

  /**
   * The batches from the one that contains `offset` on: at most `bytesMax` bytes of one segment, but at least one batch
   * if `atLeastOne`. Null at the high watermark, or when nothing fits.
   */
  locate(offset: number, bytesMax: number, atLeastOne: boolean): LogSlice | null {
    const { highWatermark } = this;
    if (offset >= highWatermark) return null;
    const { all } = this.#segments;
    for (let i = this.#segments.indexOf(offset); i < all.length; i += 1) {
      const segment = all[i]!;
      const position = segment.positionOf(offset);
      if (position < 0) continue;
      const isLast = segment.nextOffset >= highWatermark;
      const readable = segment.nextOffset > highWatermark ? segment.positionOf(highWatermark) : segment.sizeBytes;
      const end = Math.min(segment.endOfRead(position, bytesMax, atLeastOne), readable);
      return end > position ? { segment, position, length: end - position, isCut: !isLast || end < readable } : null;
    }
    return null;
  }

  read(slice: LogSlice): Uint8Array[] {
    return slice.segment.bytes.read(slice.position, slice.length);
  }

  /** The first record below the high watermark with a timestamp of at least `timestampMs`, or null. */
  offsetForTimestamp(timestampMs: number): TimestampedOffset | null {
    const { logStartOffset, highWatermark } = this;
    for (const segment of this.#segments.all) {
      const from = Math.max(segment.positionOf(logStartOffset), 0);
      for (let position = segment.positionOfTimestamp(timestampMs, from); position >= 0;) {
        const batch = segment.batchAt(position);
        const found = firstAtLeast(batch, timestampMs, logStartOffset);
        if (found !== null) return found.offset < highWatermark ? found : null;
        position = segment.positionOfTimestamp(timestampMs, position + batch.length);
      }
    }
    return null;
  }

  /** The first record with the largest timestamp of the log, which is -1 where none has one; null if the log is empty. */
  offsetOfMaxTimestamp(): TimestampedOffset | null {
    let newest = this.#segments.first;
    for (const segment of this.#segments.all) if (segment.maxTimestampMs > newest.maxTimestampMs) newest = segment;
    return this.offsetForTimestamp(newest.maxTimestampMs);
  }

  /** Raises the log start offset, up to the high watermark, and removes the segments wholly below it. */
  deleteRecordsBefore(offset: number): void {
    if (this.#retention.deleteRecordsBefore(offset)) this.wakeListeners();
  }

  /** Removes the oldest segments that `retention.ms` or `retention.bytes` no longer keeps. A log that failed keeps all. */
  applyRetention(nowMs: number): void {
    if (this.failure === null && this.#retention.apply(nowMs)) this.wakeListeners();
  }

  /** Null if records below `offset` count as written already, else a promise of it. Rejects with the log's failure. */
  whenWritten(offset: number): Promise<void> | null {
    return this.#durability.whenWritten(offset);
  }

  /** Syncs what was written before the call. Concurrent calls share the work. */
  flush(): Promise<void> {
    return this.#durability.flush();
  }

  /** Syncs and closes the segments. Rejects with the log's failure: then not everything is synced. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#durability.closing();
    try {
      if (this.failure !== null) throw this.failure;
      const { active } = this.#segments;
      active.seal();
      this.#durability.touched(active);
      this.#writeSnapshot();
      await this.flush();
    } finally {
      this.#release();
    }
  }

  /** Closes the log without syncing it: its topic is deleted. Whatever waits for it fails with {@link LogRemovedError}. */
  discard(): void {
    if (!this.#closed) this.#release();
    this.#closed = true;
    this.#durability.fail(new LogRemovedError());
    this.wakeListeners();
  }

  /** Lets waiting fetches look again. */
  wakeListeners(): void {
    for (const listener of this.listeners) listener();
  }

  /** @throws {AssertionError} when offsets and segments contradict each other: a bug of this package */
  assertConsistent(): void {
    const { all } = this.#segments;
    this.#durability.assertConsistent();
    assert(this.logStartOffset <= this.highWatermark, "the log begins at or below the high watermark");
    assert(all[0]!.baseOffset <= this.logStartOffset, "the first segment holds the start of the log");
    assert(this.#segments.active.nextOffset === this.logEndOffset, "the active segment ends the log");
    for (let i = 1; i < all.length; i += 1)
      assert(all[i - 1]!.nextOffset <= all[i]!.baseOffset, "segments follow each other without overlap");
  }

  #release(): void {
    this.#segments.close();
    this.#storage.close();
    this.#durability.end();
  }

  #mustRoll(active: Segment, batch: BatchHeader): boolean {
    if (active.sizeBytes === 0) return false;
    if (active.sizeBytes + batch.sizeInBytes > this.config.segmentBytes) return true;
    // Offsets, and in the indexes positions, are kept as int32 differences to the base offset.
    if (batch.lastOffset - active.baseOffset > int32Max || active.sizeBytes + batch.sizeInBytes > int32Max) return true;
    return batch.maxTimestamp - active.firstTimestampMs > this.config.segmentMs;
  }

  #roll(): Segment {
    const rolled = this.#segments.active;
    rolled.seal();
    this.#durability.touched(rolled);
    this.#segments.add(this.logEndOffset);
    this.#writeSnapshot();
    if (this.#storage.durable) this.#durability.flushInBackground();
    return this.#segments.active;
  }

  /** Writes what the producers did up to here, so that recovery need not look further back. */
  #writeSnapshot(): void {
    if (!this.#storage.durable) return;
    this.#storage.writeFile(snapshotName(this.logEndOffset), encodeSnapshot(this.producers));
    this.#durability.filesChanged();
  }

  #writeEpochs(): void {
    if (!this.#storage.durable) return;
    this.#storage.writeFile(leaderEpochsFile, Buffer.from(this.#epochs.encode(this.logStartOffset)));
    this.#durability.filesChanged();
  }
}

/** The first record of a batch at `offsetMin` or later whose timestamp is at least `timestampMs`. */
function firstAtLeast(batch: Buffer, timestampMs: number, offsetMin: number): TimestampedOffset | null {
  const cursor = new RecordCursor({ checkCrc: false });
  cursor.open(batch, 0);
  while (cursor.next()) {
    if (cursor.timestamp >= timestampMs && cursor.offset >= offsetMin)
      return { offset: cursor.offset, timestampMs: cursor.timestamp };
  }
  return null;
}
