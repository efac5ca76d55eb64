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

export type TimestampType = "CreateTime" | "LogAppendTime";

/**
 * A view of one batch's header in a buffer of batches; moved, not recreated. Reads and writes in place, so that a broker can
 * check and store a produced batch without decoding its records.
 *
 * Offsets, timestamps and producer ids are numbers: exact within ±2^53, else the nearest double; `exact` gives all bits.
 */
export class BatchHeader {
  buffer: Buffer = empty;
  /** Where the batch begins. */
  start: number = 0;
  /** Where the next one begins. */
  end: number = 0;

  /**
   * Moves to the batch that begins at `at`.
   *
   * @returns where the next batch begins, or -1 when the rest holds no whole batch
   * @throws {CorruptBatchError} of stage `framing` or `header`; the checksum is not looked at, see {@link checkCrc}
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

  get sizeInBytes(): number {
    return this.end - this.start;
  }

  get baseOffset(): number {
    return readInt64(this.buffer, this.start + baseOffsetAt);
  }

  /** Outside of the checksum: a broker overwrites it on append. */
  set baseOffset(offset: number) {
    writeInt64(this.buffer, this.start + baseOffsetAt, offset);
  }

  /** -1: unknown, as producers send it. */
  get leaderEpoch(): number {
    return readInt32(this.buffer, this.start + leaderEpochAt);
  }

  /** Outside of the checksum: a broker overwrites it on append. */
  set leaderEpoch(epoch: number) {
    writeInt32(this.buffer, this.start + leaderEpochAt, epoch);
  }

  get crc(): number {
    return readInt32(this.buffer, this.start + crcAt) >>> 0;
  }

  get isCrcValid(): boolean {
    return this.crc === this.#computeCrc();
  }

  /** @throws {CorruptBatchError} of stage `crc` */
  checkCrc(): void {
    const computed = this.#computeCrc();
    if (this.crc !== computed) {
      throw new CorruptBatchError("crc", this.baseOffset, `its checksum is ${this.crc}, but that of its bytes is ${computed}`);
    }
  }

  /** To be called after any change behind the checksum; the setters for such fields do it themselves. */
  writeCrc(): void {
    writeInt32(this.buffer, this.start + crcAt, this.#computeCrc());
  }

  get attributes(): number {
    return readInt16(this.buffer, this.start + attributesAt) & 0xffff;
  }

  /** 0 to 4 are those of `codecs`. */
  get codecId(): number {
    return this.attributes & codecMask;
  }

  get timestampType(): TimestampType {
    return (this.attributes & logAppendTimeBit) === 0 ? "CreateTime" : "LogAppendTime";
  }

  get isTransactional(): boolean {
    return (this.attributes & transactionalBit) !== 0;
  }

  get isControl(): boolean {
    return (this.attributes & controlBit) !== 0;
  }

  /** When the log cleaner may drop the batch's tombstones (KIP-534); null without one. */
  get deleteHorizonMs(): number | null {
    return (this.attributes & deleteHorizonBit) === 0 ? null : this.baseTimestamp;
  }

  get lastOffsetDelta(): number {
    return readInt32(this.buffer, this.start + lastOffsetDeltaAt);
  }

  get lastOffset(): number {
    return this.baseOffset + this.lastOffsetDelta;
  }

  /** What the records' timestamps are relative to: the first one's, or the delete horizon. */
  get baseTimestamp(): number {
    return readInt64(this.buffer, this.start + baseTimestampAt);
  }

  get maxTimestamp(): number {
    return readInt64(this.buffer, this.start + maxTimestampAt);
  }

  /**
   * Stamps the batch as a broker does: with `LogAppendTime` every record has this timestamp. Renews the checksum, and clears the
   * attributes that mean nothing, as Java does.
   */
  setMaxTimestamp(type: TimestampType, timestampMs: number | bigint): void {
    const others = this.attributes & (codecMask | transactionalBit | controlBit | deleteHorizonBit);
    writeInt16(this.buffer, this.start + attributesAt, type === "LogAppendTime" ? others | logAppendTimeBit : others);
    if (typeof timestampMs === "bigint") this.buffer.writeBigInt64BE(timestampMs, this.start + maxTimestampAt);
    else writeInt64(this.buffer, this.start + maxTimestampAt, timestampMs);
    this.writeCrc();
  }

  /** -1: none. */
  get producerId(): number {
    return readInt64(this.buffer, this.start + producerIdAt);
  }

  get producerEpoch(): number {
    return readInt16(this.buffer, this.start + producerEpochAt);
  }

  get baseSequence(): number {
    return readInt32(this.buffer, this.start + baseSequenceAt);
  }

  /** The sequence of the last record; after 2147483647 comes 0. -1: none. */
  get lastSequence(): number {
    return this.baseSequence === -1 ? -1 : sequenceAfter(this.baseSequence, this.lastOffsetDelta);
  }

  /** Gives the batch to another producer id, epoch or sequence, as after an epoch bump (KIP-360). Renews the checksum. */
  setProducer(producerId: number, producerEpoch: number, baseSequence: number): void {
    writeInt64(this.buffer, this.start + producerIdAt, producerId);
    writeInt16(this.buffer, this.start + producerEpochAt, producerEpoch);
    writeInt32(this.buffer, this.start + baseSequenceAt, baseSequence);
    this.writeCrc();
  }

  /** How many records there are; 0 in what the log cleaner leaves of a batch to keep its sequence. */
  get count(): number {
    return readInt32(this.buffer, this.start + countAt);
  }

  /** An int64 field with all its bits. */
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

/** The sequence `count` records after `sequence`; sequences are int32 and wrap from 2147483647 to 0 (`incrementSequence`). */
export function sequenceAfter(sequence: number, count: number): number {
  const past = (sequence + count) | 0;
  // Overflown it is negative; 0 is next to the largest, not the smallest.
  return sequence > ((0x7fff_ffff - count) | 0) ? past ^ 0x8000_0000 : past;
}
