import { codecById, decompressedBytesMaxDefault } from "../compression/codecs.ts";
import { crc32c } from "../hash/crc32c.ts";
import type { TimestampType } from "./batch-header.ts";
import { CorruptBatchError } from "./errors.ts";
import { frameBatch } from "./framing.ts";
import { readInt16, readInt32, readInt64 } from "./int64.ts";
import {
  attributesAt,
  baseSequenceAt,
  baseTimestampAt,
  codecMask,
  controlBit,
  countAt,
  crcAt,
  deleteHorizonBit,
  lastOffsetDeltaAt,
  leaderEpochAt,
  logAppendTimeBit,
  maxTimestampAt,
  producerEpochAt,
  producerIdAt,
  recordsAt,
  transactionalBit,
} from "./layout.ts";
import type { RecordHeader } from "./record-header.ts";

/** Checks and limits of a `RecordCursor`. */
export interface RecordCursorOptions {
  /**
   * Compares the checksum of each batch (`check.crcs`). Default true. A broker that has checked the batch on append may set
   * false.
   */
  readonly checkCrc?: boolean;
  /** Upper bound of the bytes that one batch may decompress to. Default 128 MiB. */
  readonly decompressedBytesMax?: number;
}

/**
 * Walks the records of one batch after the other, in place: its fields are positions in `buffer`. It copies nothing and makes no
 * object per record. An end of -1 stands for null.
 *
 * Offsets and timestamps are numbers: exact within ±2^53, else the nearest double. `BatchHeader.exact` and `exactRecord` give
 * all bits.
 *
 * Structure and errors are those of Java's DefaultRecordBatch and DefaultRecord: all lengths are checked, and the last record is
 * only delivered when nothing follows it.
 *
 * ```ts
 * const cursor = new RecordCursor();
 * for (let at = 0; (at = cursor.open(records, at)) !== -1; ) {
 *   while (cursor.next()) console.log(cursor.offset, cursor.value());
 * }
 * ```
 */
export class RecordCursor {
  /** Buffer to which all positions refer: the one given to `open`, or the decompressed records. */
  buffer: Buffer = empty;

  // The record
  /** Offset of the record; NaN before the first. */
  offset: number = Number.NaN;
  /** Milliseconds since 1970: that of the record, or with LogAppendTime that of the batch. -1: none. */
  timestamp: number = Number.NaN;
  /** Position of the record's body, behind its length. */
  recordStart: number = 0;
  /** Position of the first byte of the key. */
  keyStart: number = 0;
  /** Position behind the key; -1: the key is null. */
  keyEnd: number = -1;
  /** Position of the first byte of the value. */
  valueStart: number = 0;
  /** Position behind the value; -1: the value is null. */
  valueEnd: number = -1;
  /** Position of the header count; equal to `headersEnd` - 1 when there are no headers. */
  headersStart: number = 0;
  /** Position behind the last header, which is the end of the record. */
  headersEnd: number = 0;
  /** Number of headers of the record. */
  headerCount: number = 0;

  // The batch
  /** Offset to which those of the records are relative; NaN before the first batch. */
  baseOffset: number = Number.NaN;
  /** Last offset that the batch was appended with, even when compaction removed that record. Fetch on from the next one. */
  lastOffset: number = Number.NaN;
  /** Milliseconds since 1970 to which the timestamps of the records are relative, or the delete horizon. */
  baseTimestamp: number = Number.NaN;
  /** Largest timestamp of the batch in milliseconds since 1970; with LogAppendTime that of every record. */
  maxTimestamp: number = Number.NaN;
  /** Id of the idempotent producer that sent the batch; -1: none. */
  producerId: number = Number.NaN;
  /** Epoch of the producer id; -1: none. */
  producerEpoch: number = -1;
  /** Sequence number of the first record; -1: none. */
  baseSequence: number = -1;
  /** Epoch of the leader that appended the batch; -1: unknown. */
  leaderEpoch: number = -1;
  /** Number of records in the batch, delivered or not. */
  count: number = 0;
  /** Attributes of the batch as they are, 16 bits. The getters below name them. */
  attributes: number = 0;

  readonly #checkCrc: boolean;
  readonly #decompressedBytesMax: number;
  // Not private by syntax: these are touched per record.
  private position: number = 0;
  private end: number = 0;
  private remaining: number = 0;
  private isLogAppendTime: boolean = false;
  /** Position behind the varint that a slow path read last. */
  private varintEnd: number = 0;

  constructor(options: RecordCursorOptions = {}) {
    this.#checkCrc = options.checkCrc ?? true;
    this.#decompressedBytesMax = options.decompressedBytesMax ?? decompressedBytesMaxDefault;
  }

  /** Id of the codec that compressed the batch, as in `codecs`. */
  get codecId(): number {
    return this.attributes & codecMask;
  }

  /** Origin of the timestamps in the batch: its producer, or the broker that appended it. */
  get timestampType(): TimestampType {
    return this.isLogAppendTime ? "LogAppendTime" : "CreateTime";
  }

  /** True when the batch is part of a transaction, or its marker. */
  get isTransactional(): boolean {
    return (this.attributes & transactionalBit) !== 0;
  }

  /** True when the records are markers for clients, not data. See {@link readControlRecord}. */
  get isControl(): boolean {
    return (this.attributes & controlBit) !== 0;
  }

  /** Milliseconds since 1970 from which the log cleaner may drop the tombstones of the batch (KIP-534); null: not set. */
  get deleteHorizonMs(): number | null {
    return (this.attributes & deleteHorizonBit) === 0 ? null : this.baseTimestamp;
  }

  /**
   * Moves to the batch that begins at `at`, before its first record. When it throws in the stages `crc` and `records`, the
   * batch-level fields are set; the batch has no records then.
   *
   * @returns position of the next batch, or -1 when the rest of the buffer holds no whole batch; the cursor is then unchanged
   * @throws {CorruptBatchError} also for an unknown codec and for data that the codec cannot decompress (stage `records`, with the cause)
   * @throws {DecompressedTooLargeError} when the batch decompresses to more than the options allow
   * @throws {UnsupportedMagicError} for magic 0 and 1
   */
  open(buffer: Buffer, at: number): number {
    const next = frameBatch(buffer, at);
    if (next < 0) return -1;
    this.buffer = buffer;
    this.baseOffset = readInt64(buffer, at);
    this.leaderEpoch = readInt32(buffer, at + leaderEpochAt);
    this.attributes = readInt16(buffer, at + attributesAt) & 0xffff;
    this.isLogAppendTime = (this.attributes & logAppendTimeBit) !== 0;
    this.lastOffset = this.baseOffset + readInt32(buffer, at + lastOffsetDeltaAt);
    this.baseTimestamp = readInt64(buffer, at + baseTimestampAt);
    this.maxTimestamp = readInt64(buffer, at + maxTimestampAt);
    this.producerId = readInt64(buffer, at + producerIdAt);
    this.producerEpoch = readInt16(buffer, at + producerEpochAt);
    this.baseSequence = readInt32(buffer, at + baseSequenceAt);
    this.count = readInt32(buffer, at + countAt);
    this.remaining = 0;
    if (this.#checkCrc) this.#verifyCrc(at, next);
    if (this.count < 0) throw this.#corrupt(`its record count is ${this.count}`);
    if ((this.attributes & codecMask) === 0) {
      this.position = at + recordsAt;
      this.end = next;
    } else {
      this.buffer = this.#decompress(buffer.subarray(at + recordsAt, next));
      this.position = 0;
      this.end = this.buffer.length;
    }
    this.remaining = this.count;
    return next;
  }

  /**
   * Moves to the batch's next record; false after the last.
   *
   * @throws {CorruptBatchError} of stage `records`; the batch then has no more records
   */
  next(): boolean {
    if (this.remaining === 0) return false;
    const buffer = this.buffer;
    let at = this.position;
    if (this.end - at < recordBytesMin) throw this.#fail("its records end before the last of them");

    let length = buffer[at]!;
    if (length < 0x80) at += 1;
    else if (buffer[at + 1]! < 0x80) {
      length = (length & 0x7f) | (buffer[at + 1]! << 7);
      at += 2;
    } else {
      length = this.unsignedVarint(at);
      at = this.varintEnd;
    }
    length = (length >>> 1) ^ -(length & 1);
    const recordEnd = at + length;
    if (length < recordBytesMin - 1 || recordEnd > this.end) throw this.#fail(`the length of a record is ${length}`);
    this.recordStart = at;
    at += 1; // the attributes, which no version uses

    // Reads from here on may leave the record. The check at the end finds it: positions only grow, and the last must be the record's end.
    let delta = buffer[at]!;
    if (delta < 0x80) {
      at += 1;
      delta = (delta >>> 1) ^ -(delta & 1);
    } else {
      delta = this.varlong(at);
      at = this.varintEnd;
    }
    this.timestamp = this.isLogAppendTime ? this.maxTimestamp : this.baseTimestamp + delta;

    delta = buffer[at]!;
    if (delta < 0x80) at += 1;
    else if (buffer[at + 1]! < 0x80) {
      delta = (delta & 0x7f) | (buffer[at + 1]! << 7);
      at += 2;
    } else {
      delta = this.unsignedVarint(at);
      at = this.varintEnd;
    }
    this.offset = this.baseOffset + ((delta >>> 1) ^ -(delta & 1));
    this.position = this.walkFields(at, recordEnd);
    this.remaining -= 1;
    if (this.remaining === 0 && recordEnd !== this.end) throw this.#fail("bytes follow its last record");
    return true;
  }

  /** Finds key, value and headers, from the key's length on. Returns the end of the record. */
  private walkFields(start: number, recordEnd: number): number {
    const buffer = this.buffer;
    let at = start;
    let length = buffer[at]!;
    if (length < 0x80) at += 1;
    else {
      length = this.unsignedVarint(at);
      at = this.varintEnd;
    }
    this.keyStart = at;
    // The sign bit of a zigzag is its lowest; any negative length is null, as in Java.
    if ((length & 1) !== 0) this.keyEnd = -1;
    else {
      at += length >>> 1;
      if (at > recordEnd) throw this.#fail("a key is longer than its record");
      this.keyEnd = at;
    }

    length = buffer[at]!;
    if (length < 0x80) at += 1;
    else if (buffer[at + 1]! < 0x80) {
      length = (length & 0x7f) | (buffer[at + 1]! << 7);
      at += 2;
    } else {
      length = this.unsignedVarint(at);
      at = this.varintEnd;
    }
    this.valueStart = at;
    if ((length & 1) !== 0) this.valueEnd = -1;
    else {
      at += length >>> 1;
      if (at > recordEnd) throw this.#fail("a value is longer than its record");
      this.valueEnd = at;
    }

    this.headersStart = at;
    if (buffer[at] === 0) {
      at += 1;
      this.headerCount = 0;
    } else at = this.walkHeaders(at, recordEnd);
    if (at !== recordEnd) throw this.#fail("the parts of a record do not add up to its length");
    this.headersEnd = at;
    return at;
  }

  /** Decodes the headers of the record. Values are views into `buffer`; keys are decoded as UTF-8, malformed parts as U+FFFD. */
  readHeaders(): RecordHeader[] {
    const headers: RecordHeader[] = [];
    if (this.headerCount === 0) return headers;
    const buffer = this.buffer;
    this.unsignedVarint(this.headersStart);
    for (let i = 0; i < this.headerCount; i += 1) {
      const keyLength = this.#signedVarint(this.varintEnd);
      const keyStart = this.varintEnd;
      const key = buffer.toString("utf8", keyStart, keyStart + keyLength);
      const valueLength = this.#signedVarint(keyStart + keyLength);
      const valueStart = this.varintEnd;
      headers.push({ key, value: valueLength < 0 ? null : buffer.subarray(valueStart, valueStart + valueLength) });
      if (valueLength >= 0) this.varintEnd = valueStart + valueLength;
    }
    return headers;
  }

  /** Returns the key of the record as a view; null when the key is null. */
  key(): Buffer | null {
    return this.keyEnd < 0 ? null : this.buffer.subarray(this.keyStart, this.keyEnd);
  }

  /** The record's value as a view; null for null. */
  value(): Buffer | null {
    return this.valueEnd < 0 ? null : this.buffer.subarray(this.valueStart, this.valueEnd);
  }

  /** Checks the lengths of the headers that are counted at `at`. @returns their end */
  private walkHeaders(start: number, recordEnd: number): number {
    const count = this.#signedVarint(start);
    let at = this.varintEnd;
    if (count < 0 || count > recordEnd - at) throw this.#fail(`a record's header count is ${count}`);
    for (let i = 0; i < count; i += 1) {
      const keyLength = this.#signedVarint(at);
      if (keyLength < 0) throw this.#fail(`the length of a header's key is ${keyLength}`);
      at = this.varintEnd + keyLength;
      if (at >= recordEnd) throw this.#fail("a header is longer than its record");
      const valueLength = this.#signedVarint(at);
      at = valueLength < 0 ? this.varintEnd : this.varintEnd + valueLength;
      if (at > recordEnd) throw this.#fail("a header is longer than its record");
    }
    this.headerCount = count;
    return at;
  }

  #signedVarint(start: number): number {
    const zigzag = this.unsignedVarint(start);
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /** Reads a varint of up to five bytes; bits beyond the 32nd are dropped, as in Java. The result may be negative: callers use its bits. */
  private unsignedVarint(start: number): number {
    const buffer = this.buffer;
    let at = start;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (at >= this.end) throw this.#fail("a record is cut");
      const byte = buffer[at]!;
      at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.varintEnd = at;
        return value;
      }
    }
    throw this.#fail("a varint is longer than 5 bytes");
  }

  /** Reads a zigzag varlong of up to ten bytes as a number. */
  private varlong(start: number): number {
    const buffer = this.buffer;
    let at = start;
    // 28 bits each in the first two, so that they stay small integers; up to 14, of which 8 count, in the third.
    let low = 0;
    let middle = 0;
    let high = 0;
    for (let group = 0; group < 10; group += 1) {
      if (at >= this.end) throw this.#fail("a record is cut");
      const byte = buffer[at]!;
      at += 1;
      if (group < 4) low |= (byte & 0x7f) << (7 * group);
      else if (group < 8) middle |= (byte & 0x7f) << (7 * (group - 4));
      else high |= (byte & 0x7f) << (7 * (group - 8));
      if (byte < 0x80) {
        this.varintEnd = at;
        const low32 = low | (middle << 28);
        const high32 = (middle >>> 4) | (high << 24);
        const sign = -(low32 & 1);
        return ((high32 >>> 1) ^ sign) * 0x1_0000_0000 + ((((low32 >>> 1) | (high32 << 31)) ^ sign) >>> 0);
      }
    }
    throw this.#fail("a varlong is longer than 10 bytes");
  }

  #verifyCrc(at: number, end: number): void {
    const stored = readInt32(this.buffer, at + crcAt) >>> 0;
    const computed = crc32c(this.buffer, at + attributesAt, end);
    if (stored !== computed) {
      throw new CorruptBatchError("crc", this.baseOffset, `its checksum is ${stored}, but that of its bytes is ${computed}`);
    }
  }

  #decompress(records: Buffer): Buffer {
    try {
      return codecById(this.attributes & codecMask).decompress(records, this.#decompressedBytesMax);
    } catch (error) {
      if ((error as { code?: string }).code === "PROTOCOL_DECOMPRESSED_TOO_LARGE") throw error;
      throw new CorruptBatchError("records", this.baseOffset, (error as Error).message, error);
    }
  }

  #corrupt(reason: string): CorruptBatchError {
    return new CorruptBatchError("records", this.baseOffset, reason);
  }

  /** Ends the batch, so that a caller that goes on gets no further records. */
  #fail(reason: string): CorruptBatchError {
    this.remaining = 0;
    return this.#corrupt(reason);
  }
}

const empty: Buffer = Buffer.alloc(0);
/** Size of the smallest record: length, attributes, two deltas, two lengths and the header count, a byte each. */
const recordBytesMin = 7;
