import { createHash } from "node:crypto";
import {
  BatchHeader,
  BatchWriter,
  CorruptBatchError,
  RecordCursor,
  type RecordHeader,
  UnsupportedMagicError,
  bytesWriter,
  codecs,
  encodeBatch,
  exactRecord,
  readControlRecord,
  sequenceAfter,
} from "../src/index.ts";
import { firstDifference } from "./difference.ts";

export interface Verdict {
  readonly name: string;
  readonly ok: boolean;
  /** What differs, as a sentence; null when nothing does. */
  readonly difference: string | null;
}

type Blob = string | null | { length: number; sha256: string };

interface RecordJson {
  offset: string;
  timestamp: string;
  createTimestamp?: string;
  sequence?: number;
  key: Blob;
  value: Blob;
  headers?: { key: string; value: Blob }[];
  control?: unknown;
}

interface BatchJson {
  magic: number;
  sizeInBytes: number;
  baseOffset: string;
  lastOffset: string;
  lastOffsetDelta: number;
  partitionLeaderEpoch: number;
  crc: number;
  crcValid: boolean;
  count: number;
  compression: string;
  timestampType: "CreateTime" | "LogAppendTime";
  isTransactional: boolean;
  isControl: boolean;
  deleteHorizonMs: string | null;
  baseTimestamp: string;
  maxTimestamp: string;
  producerId: string;
  producerEpoch: number;
  baseSequence: number;
  lastSequence: number;
  error?: { stage: string };
  records?: RecordJson[];
}

interface CaseJson {
  name: string;
  legacy?: boolean;
  valid: boolean;
  batches: BatchJson[];
  leftover: number;
  error?: { stage: string };
  hex: string;
}

/** Java writes these differently: they were made by hand, with bytes that a reader ignores. */
const notRebuilt: ReadonlySet<string> = new Set([
  "key length -2: Java takes any negative length as null",
  "record attributes 0xff: ignored",
  "unused attribute bits set: ignored",
]);

/** Checks a file of record batches: each is read and compared with its description, and uncompressed ones are written again. */
export function verifyBatchFile(json: { readonly cases: readonly unknown[] }): Verdict[] {
  return json.cases.map((each) => {
    const golden = each as CaseJson;
    const difference = golden.legacy === true ? verifyLegacy(golden) : verifyCase(golden);
    return { name: golden.name, ok: difference === null, difference };
  });
}

function verifyCase(golden: CaseJson): string | null {
  const buffer = Buffer.from(golden.hex, "hex");
  const expected = {
    batches: golden.batches.map((batch) => ({ ...batch, error: batch.error?.stage })),
    leftover: golden.leftover,
    error: golden.error?.stage,
  };
  return firstDifference(expected, describeBatches(buffer), "buffer") ?? verifyWriting(golden, buffer);
}

/** Old messages are recognised, not read: the error must name their magic. */
function verifyLegacy(golden: CaseJson): string | null {
  const buffer = Buffer.from(golden.hex, "hex");
  try {
    new RecordCursor().open(buffer, 0);
    return "it was read, though its format is not supported";
  } catch (error) {
    if (!(error instanceof UnsupportedMagicError)) return `it failed with ${String(error)}`;
    return firstDifference(golden.batches[0]?.magic, error.magic, "magic");
  }
}

interface Description {
  batches: unknown[];
  leftover: number;
  error: string | undefined;
}

/** What Millrace reads in a buffer, in the form of the golden files; errors by their stage. */
function describeBatches(buffer: Buffer): Description {
  const description: Description = { batches: [], leftover: buffer.length, error: undefined };
  const header = new BatchHeader();
  let at = 0;
  for (;;) {
    let next: number;
    try {
      next = header.open(buffer, at);
    } catch (error) {
      description.error = stageOf(error);
      // Java has taken the batch from the buffer when it finds that the header is too short.
      if (stageOf(error) === "header") description.leftover -= 12 + buffer.readInt32BE(at + 8);
      return description;
    }
    if (next < 0) return description;
    const batch = describeHeader(header);
    description.batches.push(batch);
    describeRecords(header, batch);
    description.error ??= batch["error"] as string | undefined;
    description.leftover = buffer.length - next;
    at = next;
  }
}

function stageOf(error: unknown): string {
  if (!(error instanceof CorruptBatchError)) return `unexpected ${String(error)}`;
  return error.stage === "crc" ? "ensureValid" : error.stage;
}

function describeHeader(header: BatchHeader): Record<string, unknown> {
  const baseOffset = header.exact("baseOffset");
  return {
    magic: 2,
    sizeInBytes: header.sizeInBytes,
    baseOffset: String(baseOffset),
    lastOffset: String(baseOffset + BigInt(header.lastOffsetDelta)),
    lastOffsetDelta: header.lastOffsetDelta,
    partitionLeaderEpoch: header.leaderEpoch,
    crc: header.crc,
    crcValid: header.isCrcValid,
    count: header.count,
    compression: Object.values(codecs).find((codec) => codec.id === header.codecId)?.name ?? "unknown",
    timestampType: header.timestampType,
    isTransactional: header.isTransactional,
    isControl: header.isControl,
    deleteHorizonMs: header.deleteHorizonMs === null ? null : String(header.exact("baseTimestamp")),
    baseTimestamp: String(header.exact("baseTimestamp")),
    maxTimestamp: String(header.exact("maxTimestamp")),
    producerId: String(header.exact("producerId")),
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    lastSequence: header.lastSequence,
  };
}

/** Adds `records` and `error`. */
function describeRecords(header: BatchHeader, batch: Record<string, unknown>): void {
  const cursor = new RecordCursor();
  const records: RecordJson[] = [];
  try {
    batch["records"] = records;
    cursor.open(header.buffer, header.start);
    while (cursor.next()) records.push(describeRecord(header, cursor));
  } catch (error) {
    batch["error"] = stageOf(error);
    if (batch["error"] === "ensureValid") delete batch["records"];
  }
}

function describeRecord(header: BatchHeader, cursor: RecordCursor): RecordJson {
  const exact = exactRecord(header, cursor);
  const delta = Number(exact.offset - header.exact("baseOffset"));
  return {
    offset: String(exact.offset),
    timestamp: String(exact.timestamp),
    ...(header.timestampType === "LogAppendTime" ? { createTimestamp: String(exact.createTimestamp) } : {}),
    sequence: header.baseSequence < 0 ? -1 : sequenceAfter(header.baseSequence, delta),
    key: blob(cursor.key()),
    value: blob(cursor.value()),
    headers: cursor.readHeaders().map(({ key, value }) => ({ key, value: blob(value) })),
    ...(header.isControl ? { control: describeControl(cursor) } : {}),
  };
}

function describeControl(cursor: RecordCursor): unknown {
  const { type, typeId, keyVersion, valueVersion, coordinatorEpoch } = readControlRecord(cursor);
  return { type, typeId, keyVersion, ...(valueVersion === null ? {} : { valueVersion, coordinatorEpoch }) };
}

function blob(bytes: Buffer | null): Blob {
  if (bytes === null) return null;
  return bytes.length <= 1024
    ? bytes.toString("hex")
    : { length: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Writes each sound uncompressed batch again, from what was read of it, in both ways there are. */
function verifyWriting(golden: CaseJson, buffer: Buffer): string | null {
  if (notRebuilt.has(golden.name)) return null;
  let at = 0;
  for (const batch of golden.batches) {
    const bytes = buffer.subarray(at, at + batch.sizeInBytes);
    at += batch.sizeInBytes;
    if (batch.compression !== "none" || batch.error !== undefined) continue;
    const difference = verifyEncoding(bytes) ?? verifyBatchWriter(bytes);
    if (difference !== null) return difference;
  }
  return null;
}

function verifyEncoding(bytes: Buffer): string | null {
  const header = new BatchHeader();
  const cursor = new RecordCursor();
  header.open(bytes);
  cursor.open(bytes, 0);
  const records = [];
  while (cursor.next()) {
    const { offset, createTimestamp } = exactRecord(header, cursor);
    records.push({ offset, timestamp: createTimestamp, key: cursor.key(), value: cursor.value(), headers: cursor.readHeaders() });
  }
  const encoded = encodeBatch({
    baseOffset: header.exact("baseOffset"),
    lastOffset: header.exact("baseOffset") + BigInt(header.lastOffsetDelta),
    leaderEpoch: header.leaderEpoch,
    timestampType: header.timestampType,
    isTransactional: header.isTransactional,
    isControl: header.isControl,
    baseTimestamp: header.exact("baseTimestamp"),
    deleteHorizonMs: header.deleteHorizonMs === null ? null : header.exact("baseTimestamp"),
    maxTimestamp: header.exact("maxTimestamp"),
    producerId: header.exact("producerId"),
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    records,
  });
  return firstDifference(bytes.toString("hex"), encoded.toString("hex"), "encodeBatch's bytes");
}

/** The producer's writer, where a producer could have written the batch; a broker's fields are set afterwards. */
function verifyBatchWriter(bytes: Buffer): string | null {
  if (!isProducersBatch(bytes)) return null;
  const header = new BatchHeader();
  const cursor = new RecordCursor();
  const writer = new BatchWriter();
  header.open(bytes);
  cursor.open(bytes, 0);
  while (cursor.next()) {
    const timestamp = Number(exactRecord(header, cursor).createTimestamp);
    const headers: RecordHeader[] = cursor.readHeaders();
    writer.append(timestamp, cursor.key(), bytesWriter, cursor.value(), bytesWriter, headers);
  }
  const size = writer.bytes;
  const { producerId, producerEpoch, baseSequence, isTransactional } = header;
  const written = new BatchHeader();
  written.open(writer.seal({ producerId, producerEpoch, baseSequence, isTransactional }));
  if (size !== written.sizeInBytes) return `the writer announced ${size} bytes and wrote ${written.sizeInBytes}`;
  written.baseOffset = header.baseOffset;
  written.leaderEpoch = header.leaderEpoch;
  if (header.timestampType === "LogAppendTime") written.setMaxTimestamp("LogAppendTime", header.maxTimestamp);
  return firstDifference(bytes.toString("hex"), written.buffer.toString("hex"), "BatchWriter's bytes");
}

/** No gaps, no control records, no horizon, and numbers within 2^53. */
function isProducersBatch(bytes: Buffer): boolean {
  const header = new BatchHeader();
  header.open(bytes);
  if (header.count === 0 || header.count !== header.lastOffsetDelta + 1 || header.isControl || header.deleteHorizonMs !== null)
    return false;
  const numbers = [header.baseOffset, header.lastOffset, header.baseTimestamp, header.maxTimestamp, header.producerId];
  if (!numbers.every((each) => Number.isSafeInteger(each))) return false;
  const cursor = new RecordCursor();
  cursor.open(bytes, 0);
  let isContiguous = true;
  let offset = header.baseOffset;
  let isFirst = true;
  while (cursor.next()) {
    const { createTimestamp } = exactRecord(header, cursor);
    // Java's builder may be told another base timestamp than the first record's; the producer's writer cannot.
    if (isFirst && createTimestamp !== header.exact("baseTimestamp")) return false;
    isFirst = false;
    isContiguous &&= cursor.offset === offset && Number.isSafeInteger(Number(createTimestamp));
    offset += 1;
  }
  return isContiguous;
}
