// Nanoseconds per record of 100 bytes of value: `node --conditions=millrace-source packages/protocol/src/batch/batch.bench.ts`.
import { crc32c } from "../hash/crc32c.ts";
import { BatchWriter } from "./batch-writer.ts";
import { BufferPool } from "./buffer-pool.ts";
import { type FieldWriter, bytesWriter } from "./field-writer.ts";
import { RecordCursor } from "./record-cursor.ts";
import type { RecordHeader } from "./record-header.ts";

const recordsPerBatch = 500;
const rounds = 15;
const batchesPerRound = 400;
const noHeaders: readonly RecordHeader[] = [];

const textWriter: FieldWriter<string> = {
  sizeMax: (value) => 3 * value.length,
  write(to, at, value) {
    if (value.length > 16) return at + to.write(value, at, "latin1");
    for (let i = 0; i < value.length; i += 1) to[at + i] = value.charCodeAt(i);
    return at + value.length;
  },
};

const keys = Array.from({ length: 1000 }, (_, i) => `user-${i}`);
const value = Buffer.alloc(100, "v");
const text = "v".repeat(100);
const pool = new BufferPool(72 * 1024);

function fill<V>(writer: BatchWriter, content: V, valueWriter: FieldWriter<V>): Buffer {
  for (let i = 0; i < recordsPerBatch; i += 1)
    writer.append(1_700_000_000_000 + i, keys[i]!, textWriter, content, valueWriter, noHeaders);
  const batch = writer.seal();
  writer.release(batch);
  return batch;
}

function walk(cursor: RecordCursor, batch: Buffer): number {
  let sum = 0;
  cursor.open(batch, 0);
  while (cursor.next()) sum += cursor.valueEnd - cursor.valueStart + (cursor.offset & 1) + (cursor.timestamp & 1);
  return sum;
}

/** The best round's CPU time per record. */
function measure(name: string, batch: () => unknown): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    for (let i = 0; i < batchesPerRound; i += 1) batch();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, ((user + system) * 1000) / (batchesPerRound * recordsPerBatch));
  }
  process.stdout.write(`${name.padEnd(40)} ${best.toFixed(1)} ns/record\n`);
}

const writer = new BatchWriter(pool);
const sample = Buffer.from(fill(writer, value, bytesWriter));
const checking = new RecordCursor();
const trusting = new RecordCursor({ checkCrc: false });
measure("crc32c alone", () => crc32c(sample, 21, sample.length));
measure("cursor without CRC", () => walk(trusting, sample));
measure("cursor with CRC", () => walk(checking, sample));
measure("append, text key, bytes value, seal", () => fill(writer, value, bytesWriter));
measure("append, text key, text value, seal", () => fill(writer, text, textWriter));
