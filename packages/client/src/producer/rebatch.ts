import { BatchWriter, type BufferPool, bytesWriter, RecordCursor, type SealOptions } from "@millrace/protocol";

import { SealedBatch } from "./sealed-batch.ts";

/** Codec and level of batches. */
export type Compression = Pick<SealOptions, "codec" | "level">;

/**
 * Removes the last record from an open batch. A writer cannot do that, so the batch is sealed and all other records are appended
 * again. This is slow, but only needed for a record that made the batch too large.
 */
export function removeLast(writer: BatchWriter): void {
  const { count } = writer;
  if (count === 1) return writer.discard();
  const whole = writer.seal();
  const cursor = new RecordCursor({ checkCrc: false });
  cursor.open(whole, 0);
  for (let i = 0; i < count - 1; i += 1) appendNext(cursor, writer);
  writer.release(whole);
}

/** Splits a batch that is too large for the broker into two (KIP-126). They take its place in the order of the partition. */
export function halves(batch: SealedBatch, pool: BufferPool, compression: Compression): [SealedBatch, SealedBatch] {
  const cursor = new RecordCursor({ checkCrc: false });
  cursor.open(batch.buffer, 0);
  const span = batch.ordinalSpan / 2;
  const firstCount = Math.ceil(batch.recordCount / 2);
  const first = take(cursor, firstCount, batch, batch.ordinal, pool, compression);
  const second = take(cursor, batch.recordCount - firstCount, batch, batch.ordinal + span, pool, compression);
  first.ordinalSpan = span;
  second.ordinalSpan = span;
  pool.release(batch.buffer);
  return [first, second];
}

function take(
  cursor: RecordCursor,
  count: number,
  from: SealedBatch,
  ordinal: number,
  pool: BufferPool,
  compression: Compression,
): SealedBatch {
  const writer = new BatchWriter(pool);
  for (let i = 0; i < count; i += 1) appendNext(cursor, writer);
  const stamp = { producerId: -1, producerEpoch: -1, baseSequence: -1 };
  return new SealedBatch(writer.seal({ ...compression, ...stamp }), count, ordinal, from.deadlineMs, stamp);
}

function appendNext(cursor: RecordCursor, writer: BatchWriter): void {
  cursor.next();
  const { buffer, keyStart, keyEnd, valueStart, valueEnd } = cursor;
  writer.append(
    cursor.timestamp,
    keyEnd < 0 ? null : buffer.subarray(keyStart, keyEnd),
    bytesWriter,
    valueEnd < 0 ? null : buffer.subarray(valueStart, valueEnd),
    bytesWriter,
    cursor.readHeaders(),
  );
}
