import { crc32c } from "../hash/crc32c.ts";
import { CorruptBatchError } from "./errors.ts";
import { frameBatch } from "./framing.ts";
import { readInt16, readInt32, readInt64, writeInt16, writeInt32, writeInt64 } from "./int64.ts";
import {
  attributesAt,
  baseOffsetAt,
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
  transactionalBit,
} from "./layout.ts";

/**
 * Origin of the timestamps in a batch (`message.timestamp.type`): the producer (CreateTime), or the broker when it appended the
 * batch (LogAppendTime).
 */
export type TimestampType = "CreateTime" | "LogAppendTime";

/**
 * View of one batch's header in a buffer of batches. One object serves all batches: `open` moves it. It reads and writes in place,
 * so that a broker can check and store a produced batch without decoding its records.
 *
 * Offsets, timestamps and producer ids are numbers: exact within ±2^53, else the nearest double; `exact` gives all bits.
 *
 * ```ts
 * const header = new BatchHeader();
 * for (let at = 0; (at = header.open(records, at)) !== -1; ) console.log(header.baseOffset, header.count);
 * ```
 */
export class BatchHeader {
  /** Buffer given to `open`; empty before. */
  buffer: Buffer = empty;
  /** Position of the first byte of the batch in `buffer`. */
  start: number = 0;
  /** Position behind the batch, at which the next one begins. */
  end: number = 0;

  /**
   * Moves to the batch that begins at `at`.
   *
   * @returns position of the next batch, or -1 when the rest of the buffer holds no whole batch
   * @throws {CorruptBatchError} of stage `framing` or `header`; {@link checkCrc} looks at the checksum, this does not
   * @throws {UnsupportedMagicError} for magic 0 and 1
   */
  open(buffer: Buffer, at: number = 0): number {
    const end = frameBatch(buffer, at);
    if (end < 0) return -1;
    this.buffer = buffer;
    this.start = at;
    this.end = end;
    return end;
  }

  /** Size of the whole batch in bytes, header included. */
  get sizeInBytes(): number {
    return this.end - this.start;
  }

  /** Offset of the first record. Producers send 0. Compaction keeps it, even when that record is gone. */
  get baseOffset(): number {
    return readInt64(this.buffer, this.start + baseOffsetAt);
  }

  /** Overwrites the offset, as a broker does on append. The checksum does not cover it. */
  set baseOffset(offset: number) {
    writeInt64(this.buffer, this.start + baseOffsetAt, offset);
  }

  /** Epoch of the leader that appended the batch. -1: unknown, as producers send it. */
  get leaderEpoch(): number {
    return readInt32(this.buffer, this.start + leaderEpochAt);
  }

  /** Overwrites the epoch, as a broker does on append. The checksum does not cover it. */
  set leaderEpoch(epoch: number) {
    writeInt32(this.buffer, this.start + leaderEpochAt, epoch);
  }

  /** Checksum that the batch carries: CRC-32C of its bytes from the attributes to the end, unsigned. */
  get crc(): number {
    return readInt32(this.buffer, this.start + crcAt) >>> 0;
  }

  /** Compares the checksum with the bytes, all of which it reads. */
  get isCrcValid(): boolean {
    return this.crc === this.#computeCrc();
  }

  /**
   * Compares the checksum with the bytes.
   *
   * @throws {CorruptBatchError} of stage `crc` when they differ
   */
  checkCrc(): void {
    const computed = this.#computeCrc();
    if (this.crc !== computed) {
      throw new CorruptBatchError("crc", this.baseOffset, `its checksum is ${this.crc}, but that of its bytes is ${computed}`);
    }
  }

  /** Renews the checksum. Call it after a change behind the checksum; the setters for such fields do so themselves. */
  writeCrc(): void {
    writeInt32(this.buffer, this.start + crcAt, this.#computeCrc());
  }

  /** Attributes as they are, 16 bits: codec, timestamp type, transactional, control, delete horizon. */
  get attributes(): number {
    return readInt16(this.buffer, this.start + attributesAt) & 0xffff;
  }

  /** Id of the codec that compressed the records, as in `codecs`; 5 to 7 are unknown. */
  get codecId(): number {
    return this.attributes & codecMask;
  }

  /** Origin of the timestamps: with LogAppendTime every record has `maxTimestamp`. */
  get timestampType(): TimestampType {
    return (this.attributes & logAppendTimeBit) === 0 ? "CreateTime" : "LogAppendTime";
  }

  /** True when the batch is part of a transaction, or its marker (KIP-98). */
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

  /** Distance of `lastOffset` from `baseOffset`. Compaction keeps it, so it may exceed `count` - 1. */
  get lastOffsetDelta(): number {
    return readInt32(this.buffer, this.start + lastOffsetDeltaAt);
  }

  /** Offset of the last record that the batch was appended with. */
  get lastOffset(): number {
    return this.baseOffset + this.lastOffsetDelta;
  }

  /** Milliseconds since 1970 to which the timestamps of the records are relative: the first timestamp, or the delete horizon. */
  get baseTimestamp(): number {
    return readInt64(this.buffer, this.start + baseTimestampAt);
  }

  /** Largest timestamp of the records in milliseconds since 1970; with LogAppendTime the time of the append. -1: none. */
  get maxTimestamp(): number {
    return readInt64(this.buffer, this.start + maxTimestampAt);
  }

  /**
   * Stamps the batch as a broker does: with LogAppendTime every record has this timestamp. Renews the checksum, and clears
   * attribute bits without a meaning, as Java does.
   *
   * @param timestampMs milliseconds since 1970; -1 for none
   */
  setMaxTimestamp(type: TimestampType, timestampMs: number | bigint): void {
    const others = this.attributes & (codecMask | transactionalBit | controlBit | deleteHorizonBit);
    writeInt16(this.buffer, this.start + attributesAt, type === "LogAppendTime" ? others | logAppendTimeBit : others);
    if (typeof timestampMs === "bigint") this.buffer.writeBigInt64BE(timestampMs, this.start + maxTimestampAt);
    else writeInt64(this.buffer, this.start + maxTimestampAt, timestampMs);
    this.writeCrc();
  }

  /** Id of the idempotent producer. -1: the producer is not idempotent. */
  get producerId(): number {
    return readInt64(this.buffer, this.start + producerIdAt);
  }

  /** Epoch of the producer id; a broker fences batches of older epochs. -1 without a producer id. */
  get producerEpoch(): number {
    return readInt16(this.buffer, this.start + producerEpochAt);
  }

  /** Sequence number of the first record, by which a broker recognizes duplicates and gaps. -1: none. */
  get baseSequence(): number {
    return readInt32(this.buffer, this.start + baseSequenceAt);
  }

  /** Sequence number of the last record; after 2147483647 comes 0. -1: none. */
  get lastSequence(): number {
    return this.baseSequence === -1 ? -1 : sequenceAfter(this.baseSequence, this.lastOffsetDelta);
  }

  /** Gives the batch another producer id, epoch and sequence, as after an epoch bump (KIP-360). Renews the checksum. */
  setProducer(producerId: number, producerEpoch: number, baseSequence: number): void {
    writeInt64(this.buffer, this.start + producerIdAt, producerId);
    writeInt16(this.buffer, this.start + producerEpochAt, producerEpoch);
    writeInt32(this.buffer, this.start + baseSequenceAt, baseSequence);
    this.writeCrc();
  }

  /** Number of records. 0 in an empty batch that the log cleaner keeps for its sequence. */
  get count(): number {
    return readInt32(this.buffer, this.start + countAt);
  }

  /** Reads an int64 field with all its bits. */
  exact(field: "baseOffset" | "baseTimestamp" | "maxTimestamp" | "producerId"): bigint {
    return this.buffer.readBigInt64BE(this.start + int64Positions[field]);
  }

  #computeCrc(): number {
    return crc32c(this.buffer, this.start + attributesAt, this.end);
  }
}

const empty: Buffer = Buffer.alloc(0);
const int64Positions = {
  baseOffset: baseOffsetAt,
  baseTimestamp: baseTimestampAt,
  maxTimestamp: maxTimestampAt,
  producerId: producerIdAt,
} as const;

/** Sequence number `count` records after `sequence`. Sequences are int32 and wrap from 2147483647 to 0 (`incrementSequence`). */
export function sequenceAfter(sequence: number, count: number): number {
  const past = (sequence + count) | 0;
  // An overflow makes the sum negative. The number after the largest is 0, not the smallest int32.
  return sequence > ((0x7fff_ffff - count) | 0) ? past ^ 0x8000_0000 : past;
}
