import { batchLayout, readInt64, RecordCursor } from "@millrace/protocol";
import type { DropReason } from "../record/drop-reason.ts";
import { RawRecord } from "../record/raw-record.ts";
import { noHeaders, type Headers } from "../record/record-context.ts";
import { Callback } from "../operator/callback.ts";
import type { StreamOperator } from "../operator/operator.ts";
import { DeserializationError, NotReadyError } from "../serde/errors.ts";
import type { Serde } from "../serde/serde.ts";
import { settled } from "../serde/settled.ts";
import type { ConsumedRecord, TimestampExtractor } from "../topology/topology.ts";
import {
  InvalidTimestampError,
  SourceRecordError,
  TimestampExtractorError,
  UnreadableBatchError,
  type FailedRecord,
} from "./errors.ts";
import { shown } from "../shown.ts";
import { ask, type ErrorHandler } from "./handlers.ts";
import { PendingLookUp, type SettledLookUp } from "./pending-look-up.ts";
import { failOnInvalidTimestamp } from "./timestamp-extractors.ts";

/** Parts of its source node and task that a queue needs. */
export interface RecordQueueParts {
  readonly taskId: string;
  readonly nodeName: string;
  readonly topic: string;
  readonly partition: number;
  readonly keySerde: Serde<unknown>;
  readonly valueSerde: Serde<unknown>;
  readonly extractor: TimestampExtractor;
  readonly handler: ErrorHandler;
  /** True if the checksum of each batch is verified. */
  readonly checkCrcs: boolean;
  /** True if records with a null value are dropped at the source. */
  readonly dropsNullValues: boolean;
  /** Row of the source node in the task's figures. */
  readonly row: number;
  /** Longest time that a record waits for the look-up of a serde, in milliseconds. */
  readonly lookUpTimeoutMs: number;
  /** Called when a look-up that a record waits for is done or has failed. */
  readonly onLookUp: (lookUp: SettledLookUp) => void;
  /** The source node's children. */
  readonly operator: StreamOperator;
  dropped(record: FailedRecord, reason: DropReason, recordCount: number, cause: unknown): void;
}

const { countAt, lengthAt, lengthOverheadBytes, recordsAt } = batchLayout;

/**
 * Queue of one partition's records that wait to be processed: raw batches, and one decoded record, the head. Records that
 * cannot be decoded or have no time are skipped on the way to the head. If nothing else is left, the last undecodable record
 * becomes a head that is only consumed, so that its offset can be committed (Java's RecordQueue, KAFKA-6502).
 *
 * A record whose serde must look something up first becomes a head that waits, undecoded, at its own time. `resume` reads it again.
 */
export class RecordQueue {
  readonly parts: RecordQueueParts;
  readonly topic: string;
  readonly partition: number;
  readonly operator: StreamOperator;
  readonly keySerde: Serde<unknown>;
  readonly valueSerde: Serde<unknown>;
  /** null: the record's own time, which must not be negative; by far the most frequent. */
  readonly extractor: TimestampExtractor | null;
  readonly extracted: Callback;
  readonly cursor: RecordCursor;
  readonly view: MutableRecord;
  readonly chunks: Buffer[] = [];
  /** By chunk, the offset at which reading goes on behind it. */
  readonly nextOffsets: number[] = [];
  /** Position of the next batch in the first chunk. */
  batchAt: number = 0;
  /** The cursor stands in a batch. */
  batchOpen: boolean = false;
  /** Records in batches not yet taken to the head. */
  unread: number = 0;
  /** Number of unread records in the batch that the cursor stands in; `unread` includes them. */
  unreadInBatch: number = 0;
  /** The last offset of a damaged batch that was skipped since the last head; -1: none. */
  skippedOffset: number = -1;

  /** Offset of the last record that could not be decoded since the last head; -1: none. */
  corruptedOffset: number = -1;
  hasHead: boolean = false;
  /** Look-up that the head waits for; it has no key and value yet. null: it is decoded. */
  waiting: PendingLookUp | null = null;
  headCorrupted: boolean = false;
  headKey: unknown = null;
  headValue: unknown = null;
  headHeaders: Headers = noHeaders;
  headOffset: number = Number.NaN;
  /** Bytes of the head. The task that takes the head takes this object with it, and leaves another. */
  headRaw: RawRecord = new RawRecord();
  headTimestampMs: number = Number.NaN;

  /** The largest timestamp taken so far; NaN: none. */
  partitionTimeMs: number = Number.NaN;
  /** The next offset to read; records below it are not ours. */
  position: number = Number.NaN;
  committedOffset: number = Number.NaN;

  constructor(parts: RecordQueueParts) {
    this.parts = parts;
    this.cursor = new RecordCursor({ checkCrc: parts.checkCrcs });
    this.topic = parts.topic;
    this.partition = parts.partition;
    this.operator = parts.operator;
    this.keySerde = parts.keySerde;
    this.valueSerde = parts.valueSerde;
    this.extractor = parts.extractor === failOnInvalidTimestamp ? null : parts.extractor;
    this.extracted = new Callback(parts.nodeName, "stream", "timestamp extractor");
    this.view = {
      topic: parts.topic,
      partition: parts.partition,
      offset: Number.NaN,
      timestampMs: Number.NaN,
      key: null,
      value: null,
      headers: noHeaders,
    };
  }

  get size(): number {
    return this.unread + (this.hasHead ? 1 : 0);
  }

  /** The offset to commit: that of the next record to process. NaN before the queue has a position. */
  get committableOffset(): number {
    return this.hasHead ? this.headOffset : this.position;
  }

  /**
   * Queues record batches; a partial one at the end is ignored, as a fetch response may have it.
   *
   * @param recordCount of the whole batches, as their headers say
   * @param nextOffset at which reading goes on behind them: batches at the end may be there for the log alone
   */
  add(buffer: Buffer, recordCount: number, nextOffset: number): void {
    this.unread += recordCount;
    this.chunks.push(buffer);
    this.nextOffsets.push(nextOffset);
    if (!this.hasHead) this.fill();
  }

  /** Lets go of the head and decodes the next. */
  advance(): void {
    if (!(this.partitionTimeMs >= this.headTimestampMs)) this.partitionTimeMs = this.headTimestampMs;
    this.hasHead = false;
    this.headKey = null;
    this.headValue = null;
    this.fill();
  }

  clear(): void {
    this.chunks.length = 0;
    this.nextOffsets.length = 0;
    this.batchAt = 0;
    this.batchOpen = false;
    this.unread = 0;
    this.hasHead = false;
    this.waiting = null;
    this.corruptedOffset = -1;
    this.headKey = null;
    this.headValue = null;
    this.headRaw.clear();
    this.partitionTimeMs = Number.NaN;
    this.position = Number.NaN;
  }

  fill(): void {
    this.skippedOffset = -1;
    while (this.nextRecord()) {
      const offset = this.cursor.offset;
      if (offset < this.position) continue;
      this.position = offset + 1;
      if (this.take()) return;
    }
    const corruptedOffset = Math.max(this.corruptedOffset, this.skippedOffset);
    this.corruptedOffset = -1;
    if (corruptedOffset >= 0) this.standIn(corruptedOffset);
  }

  /** Makes the record at the cursor the head, decoded or waiting. Returns false if it is dropped. */
  take(): boolean {
    if (!this.decode()) this.corruptedOffset = this.cursor.offset;
    else if (this.waiting !== null || this.stamp()) {
      this.corruptedOffset = -1;
      return true;
    }
    return false;
  }

  /**
   * Reads the waiting head again, if its look-up is done, or gives it up, if that failed for good or took too long. Returns false
   * while the same record goes on waiting; else the head may have another time, be another record, or none.
   *
   * @param nowMs wall-clock time
   */
  resume(nowMs: number): boolean {
    const waiting = this.waiting!;
    const state = waiting.state(nowMs, this.parts.lookUpTimeoutMs);
    if (state === "waits") return false;
    this.hasHead = false;
    if (state === "done") {
      if (!this.take()) this.fill();
      return this.waiting !== waiting;
    }
    this.waiting = null;
    this.undecodable(state === "failed" ? waiting.failure : waiting.timeout(nowMs), waiting.part);
    this.corruptedOffset = this.cursor.offset;
    this.fill();
    return true;
  }

  /** @throws {UnreadableBatchError} */
  nextRecord(): boolean {
    for (;;) {
      try {
        return this.nextInBatches();
      } catch (error) {
        this.unreadable(error);
      }
    }
  }

  /**
   * Goes on behind a damaged batch, if the handler says so: what is left of it is dropped. Without the end of the batch there
   * is no behind, so a batch that cannot be cut out is always an error.
   */
  unreadable(error: unknown): void {
    const { cursor, topic, partition } = this;
    const unreadable = new UnreadableBatchError(topic, partition, cursor.baseOffset, cursor.lastOffset, error);
    if (!unreadable.isFramed) throw unreadable;
    if (!this.batchOpen && this.skipsIfPassed()) return;
    if (!this.goesBehind(unreadable)) throw unreadable;
    const chunk = this.chunks[0]!;
    if (!this.batchOpen) {
      this.unreadInBatch = Math.max(0, chunk.readInt32BE(this.batchAt + countAt));
      this.batchAt += lengthOverheadBytes + chunk.readInt32BE(this.batchAt + lengthAt);
    }
    const behind = this.offsetBehind(chunk);
    const dropped = this.unreadInBatch;
    this.unread -= dropped;
    this.unreadInBatch = 0;
    this.batchOpen = false;
    this.position = behind;
    this.skippedOffset = behind - 1;
    const record = this.placeOf(unreadable);
    this.parts.dropped(record, "unreadable batch", Math.max(1, Math.min(dropped, behind - cursor.baseOffset)), unreadable);
  }

  /** Asks the handler whether to go on behind a damaged batch with a known end. */
  goesBehind(unreadable: UnreadableBatchError): boolean {
    return ask("deserialization", this.parts.handler, unreadable, this.placeOf(unreadable), null) === "continue";
  }

  placeOf({ offset }: UnreadableBatchError): FailedRecord {
    return { ...this.record(), offset, timestampMs: -1 };
  }

  /**
   * Skips a damaged batch with nothing of ours: its successor begins at or before the position. A broker finds such a batch again
   * and again, if its last offset became too large.
   */
  skipsIfPassed(): boolean {
    const chunk = this.chunks[0]!;
    const nextAt = this.batchAt + lengthOverheadBytes + chunk.readInt32BE(this.batchAt + lengthAt);
    if (nextAt + recordsAt > chunk.length) return false;
    const next = readInt64(chunk, nextAt);
    if (!(next > this.cursor.baseOffset && next <= this.position)) return false;
    this.unread -= Math.max(0, chunk.readInt32BE(this.batchAt + countAt));
    this.batchAt = nextAt;
    return true;
  }

  /**
   * The offset behind a damaged batch, or less where nothing follows that tells it: the last offset and the number of records may
   * be what is damaged, and too large an offset would pass over records in silence, too small a one passes over none.
   */
  offsetBehind(chunk: Buffer): number {
    const { baseOffset, lastOffset, count } = this.cursor;
    const atLeast = this.position > baseOffset ? this.position : baseOffset + 1;
    const isFollowed = this.batchAt + recordsAt <= chunk.length;
    const next = isFollowed ? readInt64(chunk, this.batchAt) : Math.min(lastOffset + 1, baseOffset + count);
    return next >= atLeast ? next : atLeast;
  }

  /** Moves the cursor to the next record, over the ends of batches and chunks. */
  nextInBatches(): boolean {
    for (;;) {
      if (this.batchOpen) {
        if (this.cursor.next()) {
          this.unread -= 1;
          this.unreadInBatch -= 1;
          return true;
        }
        this.endBatch();
      }
      if (!this.openBatch()) return false;
    }
  }

  openBatch(): boolean {
    while (this.chunks.length > 0) {
      const at = this.cursor.open(this.chunks[0]!, this.batchAt);
      if (at === -1) {
        this.endChunk();
        continue;
      }
      this.batchAt = at;
      this.batchOpen = true;
      this.unreadInBatch = this.cursor.count;
      if (!this.cursor.isControl) return true;
      this.unread -= this.cursor.count;
      this.endBatch();
    }
    return false;
  }

  endChunk(): void {
    this.chunks.shift();
    this.batchAt = 0;
    const end = this.nextOffsets.shift()!;
    if (!(this.position >= end)) this.position = end;
  }

  /** Offsets may be missing at a batch's end (compaction, transaction markers): they count as read. */
  endBatch(): void {
    this.batchOpen = false;
    const end = this.cursor.lastOffset + 1;
    if (!(this.position >= end)) this.position = end;
  }

  decode(): boolean {
    const cursor = this.cursor;
    let part: "key" | "value" = "key";
    try {
      const buffer = cursor.buffer;
      const key =
        cursor.keyEnd === -1 ? null : settled(this.keySerde, this.keySerde.read(buffer, cursor.keyStart, cursor.keyEnd));
      this.headKey = key === undefined ? null : key;
      part = "value";
      this.headValue =
        cursor.valueEnd === -1
          ? null
          : settled(this.valueSerde, this.valueSerde.read(buffer, cursor.valueStart, cursor.valueEnd));
      if (this.headValue === undefined) throw new DeserializationError(this.valueSerde.name, "its read returned undefined.");
    } catch (error) {
      if (error instanceof NotReadyError) this.wait(error, part);
      else {
        this.waiting = null;
        this.undecodable(error, part);
      }
      return this.waiting !== null;
    }
    this.waiting = null;
    this.headHeaders = cursor.headerCount === 0 ? noHeaders : ownHeaders(cursor);
    return true;
  }

  /**
   * Lets the record at the cursor wait as the head. Its time orders it among the heads of other partitions; where only an
   * extractor knows that, it comes first.
   */
  wait(error: NotReadyError, part: "key" | "value"): void {
    const { offset, timestamp } = this.cursor;
    const isTime = this.extractor === null && timestamp >= 0 && timestamp <= Number.MAX_SAFE_INTEGER;
    this.headKey = null;
    this.headTimestampMs = isTime ? timestamp : Number.NEGATIVE_INFINITY;
    this.headOffset = offset;
    this.headCorrupted = false;
    this.hasHead = true;
    if (this.waiting !== null && this.waiting.record.offset === offset) this.waiting.again(error, part);
    else this.waiting = new PendingLookUp(this.record(), error, part, this.parts.onLookUp);
  }

  /** Gives the decoded record its time. Returns whether it is the head now; a record without time is dropped. */
  stamp(): boolean {
    const { offset, timestamp } = this.cursor;
    if (this.extractor !== null) this.headTimestampMs = this.extract(this.extractor);
    else if (timestamp >= 0 && timestamp <= Number.MAX_SAFE_INTEGER) this.headTimestampMs = timestamp;
    else throw new InvalidTimestampError(this.topic, this.partition, offset, timestamp);
    if (this.headTimestampMs < 0) {
      this.parts.dropped(this.record(), "invalid timestamp", 1, null);
      return false;
    }
    this.headOffset = offset;
    this.headCorrupted = false;
    this.hasHead = true;
    this.keepRaw();
    return true;
  }

  /** Keeps where the bytes of the record at the cursor are. */
  keepRaw(): void {
    const { cursor, headRaw } = this;
    headRaw.topic = this.topic;
    headRaw.partition = this.partition;
    headRaw.offset = cursor.offset;
    headRaw.buffer = cursor.buffer;
    headRaw.keyStart = cursor.keyStart;
    headRaw.keyEnd = cursor.keyEnd;
    headRaw.valueStart = cursor.valueStart;
    headRaw.valueEnd = cursor.valueEnd;
  }

  extract(extractor: TimestampExtractor): number {
    const view = this.view;
    view.offset = this.cursor.offset;
    view.timestampMs = this.cursor.timestamp;
    view.key = this.headKey;
    view.value = this.headValue;
    view.headers = this.headHeaders;
    let timestampMs: number;
    try {
      timestampMs = this.extracted.settled(extractor(view, this.partitionTimeMs >= 0 ? this.partitionTimeMs : -1));
    } catch (error) {
      if (error instanceof InvalidTimestampError) throw error;
      throw new TimestampExtractorError(this.record(), error);
    }
    if (Number.isSafeInteger(timestampMs)) return timestampMs;
    throw new TimestampExtractorError(
      this.record(),
      `it returned ${shown(timestampMs)}, which is no whole number of milliseconds.`,
    );
  }

  undecodable(error: unknown, part: "key" | "value"): void {
    this.headKey = null;
    this.headValue = null;
    this.keepRaw();
    const record = this.record();
    if (ask("deserialization", this.parts.handler, error, record, this.headRaw) === "fail")
      throw new SourceRecordError(record, part, error);
    this.parts.dropped(record, "deserialization", 1, error);
  }

  standIn(offset: number): void {
    this.headKey = null;
    this.headValue = null;
    this.headHeaders = noHeaders;
    this.headOffset = offset;
    this.headTimestampMs = -1;
    this.headCorrupted = true;
    this.hasHead = true;
  }

  /** The record at the cursor, for an error. */
  record(): FailedRecord {
    const { parts, topic, partition, cursor } = this;
    return {
      taskId: parts.taskId,
      nodeName: parts.nodeName,
      topic,
      partition,
      offset: cursor.offset,
      timestampMs: cursor.timestamp,
    };
  }
}

/** Copies, since a cache may keep them long after the fetched buffer could have gone. */
function ownHeaders(cursor: RecordCursor): Headers {
  return cursor.readHeaders().map(({ key, value }) => ({ key, value: value === null ? null : Buffer.from(value) }));
}

type MutableRecord = { -readonly [Field in keyof ConsumedRecord]: ConsumedRecord[Field] };
