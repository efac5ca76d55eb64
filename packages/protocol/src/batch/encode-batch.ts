import { Writer } from "../bytes/writer.ts";
import type { CodecName } from "../compression/codec.ts";
import { codecs } from "../compression/codecs.ts";
import type { TimestampType } from "./batch-header.ts";
import { UnwritableRecordError } from "./errors.ts";
import { writeBatchHeader } from "./header-writer.ts";
import {
  controlBit,
  deleteHorizonBit,
  logAppendTimeBit,
  noLeaderEpoch,
  noProducerId,
  noSequence,
  noTimestamp,
  recordsAt,
  transactionalBit,
} from "./layout.ts";
import type { RecordHeader } from "./record-header.ts";

/** A record with its place in the log. */
export interface RecordContent {
  /** Offset of the record. Give a bigint beyond 2^53. */
  readonly offset: number | bigint;
  /** Milliseconds since 1970; -1 for none. */
  readonly timestamp: number | bigint;
  /** Bytes of the key; null: the record has none. */
  readonly key: Uint8Array | null;
  /** Bytes of the value; null: a tombstone. */
  readonly value: Uint8Array | null;
  /** Headers in their order. Default none. */
  readonly headers?: readonly RecordHeader[];
}

/** All fields of a batch. A field that is left out follows from the records, or is -1, none or false. */
export interface BatchContent {
  /** Offset to which those of the records are relative. Default: the first record's offset. Needed when there are no records. */
  readonly baseOffset?: number | bigint;
  /** Last offset of the batch. Default: the last record's offset. Compaction leaves it larger. */
  readonly lastOffset?: number | bigint;
  /** Epoch of the leader that appended the batch. Default -1: unknown. */
  readonly leaderEpoch?: number;
  /** Codec that compresses the records, at its default level. Default `none`. */
  readonly codec?: CodecName;
  /** Origin of the timestamps. Default CreateTime. With LogAppendTime give `maxTimestamp` too. */
  readonly timestampType?: TimestampType;
  /** Marks the batch as part of a transaction. Default false. */
  readonly isTransactional?: boolean;
  /** Marks the records as control records, not data. Default false. */
  readonly isControl?: boolean;
  /** Timestamp to which those of the records are relative, in milliseconds since 1970. Default: the first record's timestamp. */
  readonly baseTimestamp?: number | bigint;
  /**
   * Milliseconds since 1970 from which tombstones may go (KIP-534). Stored in place of the base timestamp. Default null: not set.
   */
  readonly deleteHorizonMs?: number | bigint | null;
  /** Largest timestamp in milliseconds since 1970. Default: that of the records, -1 without any. */
  readonly maxTimestamp?: number | bigint;
  /** Id of the idempotent producer. Default -1: none. */
  readonly producerId?: number | bigint;
  /** Epoch of the producer id. Default -1: none. */
  readonly producerEpoch?: number;
  /** Sequence number of the first record. Default -1: none. */
  readonly baseSequence?: number;
  /** Records by rising offset; may be empty, as after compaction. */
  readonly records: readonly RecordContent[];
}

/**
 * Encodes any batch at once: offsets with gaps, control batches, no records at all. For brokers, tools and tests; producers
 * use `BatchWriter`. int64 values beyond 2^53 are exact when given as bigint.
 *
 * @throws {UnwritableRecordError} when the offset of a record is further from the base offset than an int32 can hold
 */
export function encodeBatch(content: BatchContent): Buffer {
  const { records } = content;
  const baseOffset = BigInt(content.baseOffset ?? records[0]?.offset ?? 0);
  const lastOffset = BigInt(content.lastOffset ?? records.at(-1)?.offset ?? baseOffset);
  const horizon = content.deleteHorizonMs ?? null;
  const baseTimestamp = BigInt(horizon ?? content.baseTimestamp ?? records[0]?.timestamp ?? noTimestamp);
  const plain = new Writer();
  for (const record of records) writeRecord(plain, record, baseOffset, baseTimestamp);
  const codec = codecs[content.codec ?? "none"];
  const body = codec.compress(plain.toBuffer());
  const batch = Buffer.allocUnsafe(recordsAt + body.length);
  batch.set(body, recordsAt);
  writeBatchHeader(batch, {
    baseOffset,
    leaderEpoch: content.leaderEpoch ?? noLeaderEpoch,
    attributes:
      codec.id |
      (content.timestampType === "LogAppendTime" ? logAppendTimeBit : 0) |
      (content.isTransactional === true ? transactionalBit : 0) |
      (content.isControl === true ? controlBit : 0) |
      (horizon === null ? 0 : deleteHorizonBit),
    lastOffsetDelta: offsetDelta(lastOffset, baseOffset),
    baseTimestamp,
    maxTimestamp: content.maxTimestamp ?? largestTimestamp(records),
    producerId: content.producerId ?? noProducerId,
    producerEpoch: content.producerEpoch ?? noProducerId,
    baseSequence: content.baseSequence ?? noSequence,
    count: records.length,
  });
  return batch;
}

function writeRecord(writer: Writer, record: RecordContent, baseOffset: bigint, baseTimestamp: bigint): void {
  const body = new Writer();
  body.int8(0);
  body.varlong(BigInt.asIntN(64, BigInt(record.timestamp) - baseTimestamp));
  body.varint(offsetDelta(BigInt(record.offset), baseOffset));
  writeField(body, record.key);
  writeField(body, record.value);
  const headers = record.headers ?? [];
  body.varint(headers.length);
  for (const { key, value } of headers) {
    writeField(body, Buffer.from(key));
    writeField(body, value);
  }
  writer.varint(body.length);
  writer.raw(body.toBuffer());
}

function writeField(writer: Writer, bytes: Uint8Array | null): void {
  writer.varint(bytes === null ? -1 : bytes.length);
  if (bytes !== null) writer.raw(bytes);
}

function offsetDelta(offset: bigint, baseOffset: bigint): number {
  const delta = offset - baseOffset;
  if (delta !== BigInt.asIntN(32, delta)) {
    throw new UnwritableRecordError(`Offset ${offset} is too far from the batch's base offset ${baseOffset}`);
  }
  return Number(delta);
}

function largestTimestamp(records: readonly RecordContent[]): number | bigint {
  let largest: number | bigint = noTimestamp;
  for (const { timestamp } of records) if (timestamp > largest) largest = timestamp;
  return largest;
}
