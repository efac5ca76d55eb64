import { crc32c } from "../hash/crc32c.ts";
import { writeInt16, writeInt32, writeInt64 } from "./int64.ts";
import {
  attributesAt,
  baseOffsetAt,
  baseSequenceAt,
  baseTimestampAt,
  countAt,
  crcAt,
  lastOffsetDeltaAt,
  leaderEpochAt,
  lengthAt,
  lengthOverheadBytes,
  magicAt,
  maxTimestampAt,
  producerEpochAt,
  producerIdAt,
} from "./layout.ts";

/** Fields of a batch header that do not follow from the bytes behind it. */
export interface BatchFields {
  readonly baseOffset: number | bigint;
  readonly leaderEpoch: number;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly baseTimestamp: number | bigint;
  readonly maxTimestamp: number | bigint;
  readonly producerId: number | bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly count: number;
}

/** Fills the header of a batch whose records are in place; `batch` is the whole batch and nothing else. */
export function writeBatchHeader(batch: Buffer, fields: BatchFields): void {
  write64(batch, baseOffsetAt, fields.baseOffset);
  writeInt32(batch, lengthAt, batch.length - lengthOverheadBytes);
  writeInt32(batch, leaderEpochAt, fields.leaderEpoch);
  batch[magicAt] = 2;
  writeInt16(batch, attributesAt, fields.attributes);
  writeInt32(batch, lastOffsetDeltaAt, fields.lastOffsetDelta);
  write64(batch, baseTimestampAt, fields.baseTimestamp);
  write64(batch, maxTimestampAt, fields.maxTimestamp);
  write64(batch, producerIdAt, fields.producerId);
  writeInt16(batch, producerEpochAt, fields.producerEpoch);
  writeInt32(batch, baseSequenceAt, fields.baseSequence);
  writeInt32(batch, countAt, fields.count);
  writeInt32(batch, crcAt, crc32c(batch, attributesAt, batch.length));
}

function write64(batch: Buffer, at: number, value: number | bigint): void {
  if (typeof value === "bigint") batch.writeBigInt64BE(value, at);
  else writeInt64(batch, at, value);
}
