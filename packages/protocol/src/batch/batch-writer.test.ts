import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codecs } from "../compression/codecs.ts";
import { BatchHeader } from "./batch-header.ts";
import { BatchWriter } from "./batch-writer.ts";
import { BufferPool } from "./buffer-pool.ts";
import { encodeBatch } from "./encode-batch.ts";
import { UnwritableRecordError } from "./errors.ts";
import { type FieldWriter, bytesWriter } from "./field-writer.ts";
import { RecordCursor } from "./record-cursor.ts";
import type { RecordHeader } from "./record-header.ts";

interface Written {
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

/** Its bound is three times too large, as that of a string serde. */
const looseWriter: FieldWriter<Buffer> = {
  sizeMax: (value) => 3 * value.length,
  write: (to, at, value) => at + value.copy(to, at),
};

/** Sizes around the borders where a length takes one more byte, and larger than a pooled buffer. */
const sizes = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 0, max: 70 }) },
  { weight: 3, arbitrary: fc.integer({ min: 8100, max: 8250 }) },
  { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 140_000 }) },
);
const field = fc.option(
  sizes.map((size) => Buffer.alloc(size, "x")),
  { nil: null },
);
const headers = fc.array(
  fc.record({
    key: fc.string({ unit: "grapheme", maxLength: 8 }),
    value: fc.option(fc.uint8Array({ maxLength: 5 }).map(Buffer.from), { nil: null }),
  }),
  { maxLength: 3 },
);
const timestamps = fc.oneof(
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
  fc.constantFrom(-1, 0, 1, 2 ** 31, 2 ** 32, 2 ** 34 - 1, 2 ** 41, 2 ** 48 + 1, 2 ** 53 - 1),
);
const records: fc.Arbitrary<Written[]> = fc.array(fc.record({ timestamp: timestamps, key: field, value: field, headers }), {
  minLength: 1,
  maxLength: 20,
});

function appendAll(writer: BatchWriter, written: readonly Written[]): void {
  for (const { timestamp, key, value, headers: each } of written)
    writer.append(timestamp, key, looseWriter, value, bytesWriter, each);
}

function readAll(batch: Buffer): Written[] {
  const cursor = new RecordCursor();
  const read: Written[] = [];
  expect(cursor.open(batch, 0)).toBe(batch.length);
  while (cursor.next()) {
    expect(cursor.offset).toBe(read.length);
    read.push({ timestamp: cursor.timestamp, key: cursor.key(), value: cursor.value(), headers: cursor.readHeaders() });
  }
  return read;
}

function reference(written: readonly Written[]): Buffer {
  return encodeBatch({ records: written.map((record, offset) => ({ ...record, offset })) });
}

describe("BatchWriter", () => {
  test("writes what encodeBatch writes, and the cursor reads it again", () => {
    const writer = new BatchWriter();
    fc.assert(
      fc.property(records, (written) => {
        appendAll(writer, written);
        expect(writer.count).toBe(written.length);
        expect(writer.firstTimestamp).toBe(written[0]!.timestamp);
        expect(writer.maxTimestamp).toBe(Math.max(...written.map(({ timestamp }) => timestamp)));
        const { bytes } = writer;
        const batch = writer.seal();
        expect(batch.length).toBe(bytes);
        expect(batch.equals(reference(written))).toBe(true);
        expect(readAll(batch)).toEqual(written);
        writer.release(batch);
      }),
      { numRuns: 150 },
    );
  });

  test.each(Object.values(codecs))("writes $name batches that are read again", ({ name, id }) => {
    const writer = new BatchWriter();
    fc.assert(
      fc.property(records, (written) => {
        appendAll(writer, written);
        const batch = writer.seal({ codec: name, producerId: 9, producerEpoch: 2, baseSequence: 7, isTransactional: true });
        expect(readAll(batch)).toEqual(written);
        const header = new BatchHeader();
        header.open(batch);
        const { codecId, producerId, producerEpoch, baseSequence, isTransactional, isControl, leaderEpoch } = header;
        expect({ codecId, producerId, producerEpoch, baseSequence, isTransactional, isControl, leaderEpoch }).toEqual({
          codecId: id,
          producerId: 9,
          producerEpoch: 2,
          baseSequence: 7,
          isTransactional: true,
          isControl: false,
          leaderEpoch: -1,
        });
      }),
      { numRuns: 20 },
    );
  });

  test("keeps incompressible records even when the codec makes them longer than the buffer", () => {
    const pool = new BufferPool(1024);
    const writer = new BatchWriter(pool);
    const value = Buffer.from(Array.from({ length: 900 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24));
    writer.append(0, null, bytesWriter, value, bytesWriter, []);
    expect(readAll(writer.seal({ codec: "lz4" }))[0]!.value).toEqual(value);
  });

  test("is as before when a field writer throws, at any place in the batch", () => {
    const failing: FieldWriter<Buffer> = {
      sizeMax: (value) => value.length,
      write(to, at) {
        to.fill(0xee, at);
        throw new RangeError("cannot be serialized");
      },
    };
    const written: Written[] = [];
    const writer = new BatchWriter();
    for (let i = 0; i < 5; i += 1) {
      const { bytes, count } = writer;
      const big = Buffer.alloc(i * 40_000);
      expect(() => writer.append(5 + i, big, looseWriter, big, failing, [])).toThrow("cannot be serialized");
      expect(() => writer.append(5 + i, big, failing, null, looseWriter, [])).toThrow("cannot be serialized");
      expect([writer.bytes, writer.count]).toEqual([bytes, count]);
      const record = { timestamp: 10 - i, key: null, value: Buffer.alloc(i * 100, i), headers: [] };
      appendAll(writer, [record]);
      written.push(record);
    }
    expect(writer.seal().equals(reference(written))).toBe(true);
  });

  test.each([0, 5])("refuses a field writer that breaks its bound (%i bytes)", (bytesMax) => {
    const writer = new BatchWriter();
    const lying: FieldWriter<Buffer> = { sizeMax: () => bytesMax, write: (_, at) => at + bytesMax + 1 };
    expect(() => writer.append(0, Buffer.alloc(0), lying, null, bytesWriter, [])).toThrow(UnwritableRecordError);
    expect(writer.bytes).toBe(0);
  });

  test.each([Number.NaN, -2, 1.5, Number.POSITIVE_INFINITY, 2 ** 63])("refuses the timestamp %d, first or later", (timestamp) => {
    const writer = new BatchWriter();
    const append = (at: number): void => writer.append(at, null, bytesWriter, null, bytesWriter, []);
    expect(() => append(timestamp)).toThrow(UnwritableRecordError);
    append(1);
    expect(() => append(timestamp)).toThrow(UnwritableRecordError);
    expect(writer.count).toBe(1);
  });

  test("does not seal a batch without records", () => {
    expect(() => new BatchWriter().seal()).toThrow(UnwritableRecordError);
  });

  test("takes its buffers from the pool and gives them back once", () => {
    const pool = new BufferPool(256);
    const writer = new BatchWriter(pool);
    const append = (bytes: number): void => writer.append(0, null, bytesWriter, Buffer.alloc(bytes), bytesWriter, []);
    append(1);
    const batch = writer.seal();
    expect(pool.idleCount).toBe(0);
    writer.release(batch);
    writer.release(batch);
    expect(pool.idleCount).toBe(1);
    append(1);
    expect(pool.idleCount).toBe(0);
    append(1000); // outgrows the pooled buffer, which is free again
    expect(pool.idleCount).toBe(1);
    writer.release(writer.seal()); // larger than the pool's: dropped
    expect(pool.idleCount).toBe(1);
    append(1);
    writer.discard();
    expect([pool.idleCount, writer.count, writer.bytes]).toEqual([1, 0, 0]);
  });

  test("keeps at most so many idle buffers", () => {
    const pool = new BufferPool(64, 1);
    const two = [pool.acquire(10), pool.acquire(10)];
    for (const buffer of two) pool.release(buffer.subarray(0, 5));
    expect(pool.idleCount).toBe(1);
  });
});
