import { RecordCursor } from "@millrace/protocol";
import type { BatchHeader } from "@millrace/protocol";
import type { Timer, Timers } from "@millrace/platform";
import { unlimited } from "../config/definition.ts";
import { LogRemovedError } from "../errors.ts";
import type { LeaderEpochs } from "./leader-epochs.ts";
import { encodeSnapshot } from "./producer-snapshot.ts";
import type { ProducerStates } from "./producer-states.ts";
import { leaderEpochsFile, recoverSegments, rememberProducer } from "./recovery.ts";
import type { LogCheckpoint, Recovery } from "./recovery.ts";
import { snapshotName } from "./segment-bytes.ts";
import type { LogStorage } from "./segment-bytes.ts";
import { Segment } from "./segment.ts";

const int32Max = 2 ** 31 - 1;

/** Settings of a partition's log; Kafka's topic settings of the same names. */
export interface LogConfig {
  readonly flushMessages: number;
  readonly flushMs: number;
  readonly indexIntervalBytes: number;
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly retentionBytes: number;
  readonly retentionMs: number;
  /** Whether retention applies: `cleanup.policy` contains `delete`. */
  readonly delete: boolean;
}

/** A stretch of whole batches that a read will return. */
export interface LogSlice {
  readonly segment: Segment;
  readonly position: number;
  readonly length: number;
  /** Whether there is more to read behind it: it was cut by the limit, or where its segment ends. */
  readonly isCut: boolean;
}

export interface TimestampedOffset {
  readonly offset: number;
  readonly timestampMs: number;
}

/**
 * One partition's log: segments of record batches, kept as the bytes they came in.
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
  logStartOffset = 0;
  logEndOffset = 0;
  highWatermark = 0;
  /** Everything below is synced. */
  recoveryPoint = 0;
  /** Why the log takes no more records: a write or a sync failed. Reopening recovers. */
  failure: Error | null = null;
  /** Called after the high watermark or the log start offset rose; how waiting fetches learn of it. */
  readonly listeners: Set<() => void> = new Set();
  readonly #storage: LogStorage;
  readonly #timers: Timers;
  readonly #segments: Segment[];
  readonly #epochs: LeaderEpochs;
  /**
   * Segments with bytes that were not synced; and whether files appeared or vanished since the directory was. At first nobody
   * knows: a broker that was killed may have left files behind whose names never reached the disk.
   */
  readonly #dirty = new Set<Segment>();
  #directoryDirty = true;
  #flushing: Promise<void> | null = null;
  #flushTimer: Timer | null = null;
  #closed = false;
  /** The high watermark stays where it is until everything below this is synced: `flush.messages`. */
  #gateOffset = 0;
  readonly #durable: { offset: number; settle: (error: Error | null) => void }[] = [];

  private constructor(storage: LogStorage, config: LogConfig, timers: Timers, recovery: Recovery) {
    this.#storage = storage;
    this.config = config;
    this.#timers = timers;
    this.producers = recovery.producers;
    this.#segments = recovery.segments;
    this.#epochs = recovery.epochs;
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
    const log = new PartitionLog(storage, config, timers, recovery);
    if (recovery.bytesCut > 0 || recovery.removed.length > 0) {
      const lost = recovery.lostSyncedBytes ? "; some of them had been synced: the disk lost them" : "";
      warn(`cut ${recovery.bytesCut} bytes and ${recovery.removed.length} segments that a crash left incomplete${lost}`);
    }
    const end = log.#segments.at(-1)?.nextOffset ?? 0;
    if (log.#segments.length === 0 || end < checkpoint.logStartOffset) log.#restartAt(checkpoint.logStartOffset);
    log.logEndOffset = log.#active.nextOffset;
    log.highWatermark = log.logEndOffset;
    log.logStartOffset = Math.max(checkpoint.logStartOffset, log.#segments[0]!.baseOffset);
    log.recoveryPoint = Math.min(checkpoint.recoveryPoint, log.logEndOffset);
    for (const segment of log.#segments) if (segment.nextOffset > log.recoveryPoint) log.#dirty.add(segment);
    for (const segment of recovery.repaired) log.#dirty.add(segment);
    return log;
  }

  /** Bytes of all segments. */
  get sizeBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  }

  get segmentCount(): number {
    return this.#segments.length;
  }

  /**
   * Appends the checked batch that `batch` stands at, after writing its base offset and leader epoch into its header, and
   * returns the base offset.
   * @throws what the storage throws when it cannot write; the log is then unchanged, and takes no more
   */
  append(batch: BatchHeader, leaderEpoch: number, nowMs: number): number {
    const baseOffset = this.logEndOffset;
    batch.baseOffset = baseOffset;
    batch.leaderEpoch = leaderEpoch;
    try {
      if (this.#mustRoll(batch)) this.#roll();
      if (this.#epochs.latest !== leaderEpoch && this.#epochs.note(leaderEpoch, baseOffset)) this.#writeEpochs();
      this.#active.append(batch);
      this.#active.appendedMs = nowMs;
    } catch (error) {
      this.failure = error as Error;
      throw error;
    }
    rememberProducer(batch, this.producers, nowMs);
    this.logEndOffset = this.#active.nextOffset;
    this.#dirty.add(this.#active);
    this.#afterAppend();
    return baseOffset;
  }

  /**
   * The batches from the one that contains `offset` on: at most `bytesMax` bytes of one segment, but at least one batch
   * if `atLeastOne`. Null at the high watermark, or when nothing fits.
   */
  locate(offset: number, bytesMax: number, atLeastOne: boolean): LogSlice | null {
    if (offset >= this.highWatermark) return null;
    for (let i = this.#segmentIndexOf(offset); i < this.#segments.length; i += 1) {
      const segment = this.#segments[i]!;
      const position = segment.positionOf(offset);
      if (position < 0) continue;
      const isLast = segment.nextOffset >= this.highWatermark;
      const readable = segment.nextOffset > this.highWatermark ? segment.positionOf(this.highWatermark) : segment.sizeBytes;
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
    for (const segment of this.#segments) {
      const from = Math.max(segment.positionOf(this.logStartOffset), 0);
      for (let position = segment.positionOfTimestamp(timestampMs, from); position >= 0;) {
        const batch = segment.batchAt(position);
        const found = firstAtLeast(batch, timestampMs, this.logStartOffset);
        if (found !== null) return found.offset < this.highWatermark ? found : null;
        position = segment.positionOfTimestamp(timestampMs, position + batch.length);
      }
    }
    return null;
  }

  /** The first record with the largest timestamp of the log, which is -1 where none has one; null if the log is empty. */
  offsetOfMaxTimestamp(): TimestampedOffset | null {
    let newest = this.#segments[0]!;
    for (const segment of this.#segments) if (segment.maxTimestampMs > newest.maxTimestampMs) newest = segment;
    return this.offsetForTimestamp(newest.maxTimestampMs);
  }

  /** Raises the log start offset, up to the high watermark, and removes the segments wholly below it. */
  deleteRecordsBefore(offset: number): void {
    if (offset <= this.logStartOffset) return;
    const start = Math.min(offset, this.highWatermark);
    if (start >= this.#active.nextOffset && this.#active.sizeBytes > 0) this.#roll();
    this.#startAt(start);
  }

  /**
   * Raises the log start offset over the oldest segments that `retention.ms` or `retention.bytes` no longer keeps, and
   * removes what lies below it. The last segment is among them if all its records are: an empty one follows it.
   */
  retain(nowMs: number): void {
    if (this.failure !== null || !this.config.delete) return;
    const count = this.#expiredCount(nowMs);
    if (count === this.#segments.length) this.#roll();
    this.#startAt(this.#segments[count]!.baseOffset);
  }

  /** Null if records below `offset` count as written already, else a promise of it. Rejects with the log's failure. */
  whenWritten(offset: number): Promise<void> | null {
    if (this.highWatermark >= offset) return null;
    if (this.failure !== null) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.#durable.push({ offset, settle: (error) => (error === null ? resolve() : reject(error)) });
    });
  }

  /** Syncs what was written before the call. Concurrent calls share the work. */
  async flush(): Promise<void> {
    this.#flushTimer?.cancel();
    this.#flushTimer = null;
    const target = this.logEndOffset;
    while (this.recoveryPoint < target || this.#directoryDirty) {
      if (this.failure !== null) throw this.failure;
      this.#flushing ??= this.#sync();
      await this.#flushing;
    }
  }

  /** Syncs and closes the segments. Rejects with the log's failure: then not everything is synced. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (this.failure !== null) throw this.failure;
      this.#active.seal();
      this.#dirty.add(this.#active);
      this.#writeSnapshot();
      await this.flush();
    } finally {
      this.#release();
    }
  }

  /** Closes the log without syncing it: its topic is deleted. Whoever waits for it is told. */
  discard(): void {
    if (!this.#closed) this.#release();
    this.#closed = true;
    this.failure ??= new LogRemovedError();
    this.#notify();
  }

  #release(): void {
    this.#flushTimer?.cancel();
    this.#flushTimer = null;
    for (const segment of this.#segments) segment.bytes.close();
    this.#storage.close();
    for (const waiting of this.#durable.splice(0)) waiting.settle(this.failure ?? new LogRemovedError());
  }

  get #active(): Segment {
    return this.#segments.at(-1)!;
  }

  #mustRoll(batch: BatchHeader): boolean {
    const active = this.#active;
    if (active.sizeBytes === 0) return false;
    if (active.sizeBytes + batch.sizeInBytes > this.config.segmentBytes) return true;
    // Offsets, and in the indexes positions, are kept as int32 differences to the base offset.
    if (batch.lastOffset - active.baseOffset > int32Max || active.sizeBytes + batch.sizeInBytes > int32Max) return true;
    return batch.maxTimestamp - active.firstTimestampMs > this.config.segmentMs;
  }

  #roll(): void {
    const { logEndOffset } = this;
    const rolled = this.#active;
    rolled.seal();
    this.#dirty.add(rolled);
    this.#segments.push(new Segment(logEndOffset, this.#storage.create(logEndOffset), this.config.indexIntervalBytes));
    this.#writeSnapshot();
    if (this.#storage.durable) this.#flushInBackground();
  }

  /** What the producers did up to here, so that recovery need not look further back. */
  #writeSnapshot(): void {
    if (!this.#storage.durable) return;
    this.#storage.writeFile(snapshotName(this.logEndOffset), encodeSnapshot(this.producers));
    this.#directoryDirty = true;
  }

  #writeEpochs(): void {
    if (!this.#storage.durable) return;
    this.#storage.writeFile(leaderEpochsFile, Buffer.from(this.#epochs.encode(this.logStartOffset)));
    this.#directoryDirty = true;
  }

  #restartAt(offset: number): void {
    for (const segment of this.#segments.splice(0)) {
      segment.bytes.close();
      this.#storage.remove(segment.baseOffset);
    }
    this.#segments.push(new Segment(offset, this.#storage.create(offset), this.config.indexIntervalBytes));
    this.#directoryDirty = true;
  }

  /** How many of the oldest segments lie below the log start offset, or are too old or too much to be kept. */
  #expiredCount(nowMs: number): number {
    const { retentionMs, retentionBytes } = this.config;
    let sizeBytes = this.sizeBytes;
    let count = 0;
    for (const segment of this.#segments) {
      if (segment.sizeBytes === 0 || segment.nextOffset > this.highWatermark) break;
      const newestMs = segment.maxTimestampMs >= 0 ? segment.maxTimestampMs : segment.appendedMs;
      const isOld = retentionMs >= 0 && nowMs - newestMs > retentionMs;
      const isTooMuch = retentionBytes >= 0 && sizeBytes - segment.sizeBytes >= retentionBytes;
      if (!isOld && !isTooMuch && segment.nextOffset > this.logStartOffset) break;
      sizeBytes -= segment.sizeBytes;
      count += 1;
    }
    return count;
  }

  #startAt(offset: number): void {
    const rises = offset > this.logStartOffset;
    if (rises) this.logStartOffset = offset;
    this.#removeBelowStart();
    if (rises) this.#notify();
  }

  /** Not while segments are being synced: the end of the sync removes them. */
  #removeBelowStart(): void {
    while (this.#segments.length > 1 && this.#flushing === null && this.#segments[1]!.baseOffset <= this.logStartOffset) {
      const segment = this.#segments.shift()!;
      this.#dirty.delete(segment);
      segment.bytes.close();
      this.#storage.remove(segment.baseOffset);
      this.#directoryDirty = true;
    }
  }

  #segmentIndexOf(offset: number): number {
    let i = this.#segments.length - 1;
    while (i > 0 && this.#segments[i]!.baseOffset > offset) i -= 1;
    return i;
  }

  #afterAppend(): void {
    if (!this.#storage.durable) {
      this.recoveryPoint = this.logEndOffset;
      this.#dirty.clear();
    } else if (this.logEndOffset - this.recoveryPoint >= this.config.flushMessages) {
      this.#gateOffset = this.logEndOffset;
      if (this.#flushing === null) this.#flushInBackground();
    } else if (this.config.flushMs < unlimited) {
      this.#flushTimer ??= this.#timers.after(this.config.flushMs, () => this.#flushInBackground());
    }
    if (this.recoveryPoint >= this.#gateOffset) this.#setHighWatermark(this.logEndOffset);
  }

  #flushInBackground(): void {
    // The failure is kept in `failure`, and reaches those who wait through `whenWritten` and the next append.
    this.flush().catch(() => {});
  }

  async #sync(): Promise<void> {
    const target = this.logEndOffset;
    const dirty = [...this.#dirty];
    const directoryDirty = this.#directoryDirty;
    this.#dirty.clear();
    this.#directoryDirty = false;
    try {
      await Promise.all(dirty.map((segment) => segment.sync()));
      if (directoryDirty) await this.#storage.syncDirectory();
    } catch (error) {
      this.failure ??= error as Error;
    } finally {
      this.#flushing = null;
    }
    if (this.failure !== null) {
      for (const waiting of this.#durable.splice(0)) waiting.settle(this.failure);
      throw this.failure;
    }
    this.recoveryPoint = Math.max(this.recoveryPoint, target);
    const gated = this.recoveryPoint < this.#gateOffset;
    this.#setHighWatermark(gated ? this.recoveryPoint : this.logEndOffset);
    if (this.#closed) return;
    this.#removeBelowStart();
    if (gated) this.#flushInBackground();
  }

  #setHighWatermark(offset: number): void {
    if (offset <= this.highWatermark) return;
    this.highWatermark = offset;
    while (this.#durable.length > 0 && this.#durable[0]!.offset <= offset) this.#durable.shift()!.settle(null);
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.listeners) listener();
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
