import { codecs, crc32c, Writer } from "@millrace/protocol";
import type { CodecName } from "@millrace/protocol";

/** A record as a faulty producer might write it: every part can be something else than the others say. */
export interface HandMadeRecord {
  readonly attributes?: number;
  readonly timestampDelta?: number | bigint;
  /** Default: the position in the batch. */
  readonly offsetDelta?: number;
  readonly key?: string | null;
  readonly value?: string | Buffer | null;
  /** Length that the record states for itself, if it is not the true one; the same for its key, and so on. */
  readonly length?: number;
  readonly keyLength?: number;
  readonly valueLength?: number;
  readonly headerCount?: number;
  /** The headers' bytes. */
  readonly headers?: Buffer;
  /** Bytes in front of the record's length, of its timestamp and so on, instead of theirs. */
  readonly lengthBytes?: Buffer;
  readonly timestampBytes?: Buffer;
  readonly offsetBytes?: Buffer;
}

/** A batch as a faulty producer might write it. A field that is left out has the correct value, or -1. */
export interface HandMadeBatch {
  readonly records?: readonly HandMadeRecord[];
  /** Instead of the records. */
  readonly body?: Buffer;
  /** Comes behind the records, before compression. */
  readonly behind?: Buffer;
  readonly codec?: CodecName;
  /** Change to the records once they are compressed. */
  readonly spoil?: (compressed: Buffer) => Buffer;
  readonly baseOffset?: bigint;
  readonly length?: number;
  readonly leaderEpoch?: number;
  readonly magic?: number;
  /** Added to (by exclusive or) the right checksum. */
  readonly crcChange?: number;
  /** Added to the codec's bits, or with `codecId` instead of them. */
  readonly attributes?: number;
  readonly codecId?: number;
  readonly lastOffsetDelta?: number;
  readonly baseTimestamp?: number | bigint;
  readonly maxTimestamp?: number | bigint;
  readonly producerId?: bigint;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly count?: number;
}

/** Default timestamp of hand-made records, in milliseconds. */
export const handMadeMs = 1_700_000_000_000;

export function handMadeRecord(record: HandMadeRecord, position: number): Buffer {
  const { key = "k", value = "v", headers = Buffer.alloc(0) } = record;
  const body = new Writer();
  body.int8(record.attributes ?? 0);
  if (record.timestampBytes === undefined) body.varlong(BigInt(record.timestampDelta ?? 0));
  else body.raw(record.timestampBytes);
  if (record.offsetBytes === undefined) body.varint(record.offsetDelta ?? position);
  else body.raw(record.offsetBytes);
  for (const [bytes, length] of [
    [key === null ? null : Buffer.from(key), record.keyLength],
    [typeof value === "string" ? Buffer.from(value) : value, record.valueLength],
  ] as const) {
    body.varint(length ?? bytes?.length ?? -1);
    if (bytes !== null) body.raw(bytes);
  }
  body.varint(record.headerCount ?? 0);
  body.raw(headers);
  const whole = new Writer();
  if (record.lengthBytes === undefined) whole.varint(record.length ?? body.length);
  else whole.raw(record.lengthBytes);
  whole.raw(body.toBuffer());
  return whole.toBuffer();
}

/** One header of a record; a length of null stands for none. */
export function handMadeHeader(key: string, value: string | null, keyLength?: number, valueLength?: number): Buffer {
  const writer = new Writer();
  writer.varint(keyLength ?? key.length);
  writer.raw(Buffer.from(key));
  writer.varint(valueLength ?? value?.length ?? -1);
  if (value !== null) writer.raw(Buffer.from(value));
  return writer.toBuffer();
}

export function handMadeBatch(batch: HandMadeBatch = {}): Buffer {
  const { records = [{}], codec = "none", behind = Buffer.alloc(0), spoil = (bytes: Buffer) => bytes } = batch;
  const body = batch.body ?? Buffer.concat([...records.map(handMadeRecord), behind]);
  const content = spoil(codecs[codec].compress(body));
  const baseTimestamp = BigInt(batch.baseTimestamp ?? handMadeMs);
  const deltas = records.map(({ timestampDelta = 0 }) => BigInt(timestampDelta));
  const largest = deltas.reduce((max, delta) => (delta > max ? delta : max), deltas[0] ?? 0n);
  const writer = new Writer();
  writer.int16((((batch.codecId ?? codecs[codec].id) | (batch.attributes ?? 0)) << 16) >> 16);
  writer.int32(batch.lastOffsetDelta ?? (batch.count ?? records.length) - 1);
  writer.int64(baseTimestamp);
  writer.int64(BigInt(batch.maxTimestamp ?? baseTimestamp + largest));
  writer.int64(batch.producerId ?? -1n);
  writer.int16(batch.producerEpoch ?? -1);
  writer.int32(batch.baseSequence ?? -1);
  writer.int32(batch.count ?? records.length);
  writer.raw(content);
  const checked = writer.toBuffer();
  const head = new Writer();
  head.int64(batch.baseOffset ?? 0n);
  head.int32(batch.length ?? checked.length + 9);
  head.int32(batch.leaderEpoch ?? -1);
  head.int8(batch.magic ?? 2);
  head.uint32((crc32c(checked, 0, checked.length) ^ (batch.crcChange ?? 0)) >>> 0);
  return Buffer.concat([head.toBuffer(), checked]);
}
