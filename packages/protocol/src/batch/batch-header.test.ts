import { describe, expect, test } from "vitest";
import { BatchHeader, sequenceAfter } from "./batch-header.ts";
import { encodeTransactionMarker, readControlRecord } from "./control-record.ts";
import { encodeBatch } from "./encode-batch.ts";
import { CorruptBatchError, UnsupportedMagicError, UnwritableRecordError } from "./errors.ts";
import { RecordCursor } from "./record-cursor.ts";

function batchOf(...values: string[]): Buffer {
  const records = values.map((value, offset) => ({ offset, timestamp: 1000 + offset, key: null, value: Buffer.from(value) }));
  return encodeBatch({ producerId: 4, producerEpoch: 1, baseSequence: 8, records });
}

function opened(batch: Buffer): BatchHeader {
  const header = new BatchHeader();
  header.open(batch);
  return header;
}

describe("BatchHeader", () => {
  test("overwrites base offset and leader epoch outside of the checksum", () => {
    const header = opened(batchOf("a", "b"));
    header.baseOffset = 2 ** 40 + 5;
    header.leaderEpoch = 7;
    expect(header.isCrcValid).toBe(true);
    expect([header.baseOffset, header.lastOffset, header.leaderEpoch]).toEqual([2 ** 40 + 5, 2 ** 40 + 6, 7]);
    const cursor = new RecordCursor();
    cursor.open(header.buffer, 0);
    cursor.next();
    cursor.next();
    expect(cursor.offset).toBe(2 ** 40 + 6);
    expect(cursor.leaderEpoch).toBe(7);
  });

  test("stamps a batch with the append time and takes it back", () => {
    const header = opened(batchOf("a", "b"));
    const timestamps = (): number[] => {
      const cursor = new RecordCursor();
      cursor.open(header.buffer, 0);
      const all: number[] = [];
      while (cursor.next()) all.push(cursor.timestamp);
      return all;
    };
    header.setMaxTimestamp("LogAppendTime", 5000);
    expect([header.timestampType, header.maxTimestamp, timestamps()]).toEqual(["LogAppendTime", 5000, [5000, 5000]]);
    header.setMaxTimestamp("CreateTime", 1001);
    expect([header.timestampType, header.maxTimestamp, timestamps()]).toEqual(["CreateTime", 1001, [1000, 1001]]);
  });

  test("gives a batch to another producer", () => {
    const header = opened(batchOf("a", "b"));
    header.setProducer(2 ** 45, 3, 2 ** 31 - 1);
    header.checkCrc();
    expect([header.producerId, header.producerEpoch, header.baseSequence, header.lastSequence]).toEqual([
      2 ** 45,
      3,
      2 ** 31 - 1,
      0,
    ]);
  });

  test("tells a changed byte by the checksum", () => {
    const batch = batchOf("a");
    batch[batch.length - 2]! ^= 1;
    const header = opened(batch);
    expect(header.isCrcValid).toBe(false);
    expect(() => header.checkCrc()).toThrow(CorruptBatchError);
    header.writeCrc();
    expect(header.isCrcValid).toBe(true);
  });

  test("walks a buffer of batches from any of them on, and stays when the last is cut", () => {
    const [first, second] = [batchOf("a"), batchOf("b", "c")];
    const buffer = Buffer.concat([first, second, first.subarray(0, 60)]);
    const header = new BatchHeader();
    expect(header.open(buffer, 0)).toBe(first.length);
    expect(header.open(buffer, first.length)).toBe(first.length + second.length);
    expect(header.open(buffer, first.length + second.length)).toBe(-1);
    expect([header.start, header.sizeInBytes, header.count]).toEqual([first.length, second.length, 2]);
  });

  test("refuses old formats by a typed error", () => {
    const batch = batchOf("a");
    batch[16] = 1;
    expect(() => opened(batch)).toThrow(UnsupportedMagicError);
  });
});

test("sequences wrap from 2147483647 to 0", () => {
  expect([sequenceAfter(0, 5), sequenceAfter(2147483647, 0), sequenceAfter(2147483647, 1), sequenceAfter(2147483646, 3)]).toEqual(
    [5, 2147483647, 0, 1],
  );
});

describe("RecordCursor", () => {
  test("reads on after a batch of a wrong checksum", () => {
    const [bad, good] = [batchOf("a"), batchOf("b")];
    bad[67]! ^= 1;
    const buffer = Buffer.concat([bad, good]);
    const cursor = new RecordCursor();
    expect(() => cursor.open(buffer, 0)).toThrow(CorruptBatchError);
    expect(cursor.next()).toBe(false);
    expect(cursor.open(buffer, bad.length)).toBe(buffer.length);
    expect(cursor.next()).toBe(true);
    expect(cursor.value()!.toString()).toBe("b");
    expect(cursor.next()).toBe(false);
  });

  test("finds no record in a batch of count 0, whatever follows its header, as in Java", () => {
    const header = opened(batchOf("a"));
    header.buffer.writeInt32BE(0, 57);
    header.writeCrc();
    const cursor = new RecordCursor();
    expect(cursor.open(header.buffer, 0)).toBe(header.buffer.length);
    expect(cursor.next()).toBe(false);
  });

  test("leaves the checksum out on request", () => {
    const batch = batchOf("a");
    batch[17]! ^= 1;
    const cursor = new RecordCursor({ checkCrc: false });
    cursor.open(batch, 0);
    expect(cursor.next()).toBe(true);
  });

  test("delivers no further record after a failure", () => {
    const batch = batchOf("a", "b", "c");
    const header = opened(batch);
    // The second record's value length: as long as the rest of the batch.
    batch[61 + 8 + 5] = 60;
    header.writeCrc();
    const cursor = new RecordCursor();
    cursor.open(batch, 0);
    expect(cursor.next()).toBe(true);
    expect(() => cursor.next()).toThrow(CorruptBatchError);
    expect(cursor.next()).toBe(false);
  });
});

describe("transaction markers", () => {
  test.each(["ABORT", "COMMIT"] as const)("%s is written and read again", (type) => {
    const marker = { type, offset: 12, timestamp: 99, leaderEpoch: 2, producerId: 7, producerEpoch: 3, coordinatorEpoch: 5 };
    const cursor = new RecordCursor();
    cursor.open(encodeTransactionMarker(marker), 0);
    expect([cursor.isControl, cursor.isTransactional, cursor.producerId, cursor.producerEpoch, cursor.leaderEpoch]).toEqual([
      true,
      true,
      7,
      3,
      2,
    ]);
    expect(cursor.next()).toBe(true);
    expect([cursor.offset, cursor.timestamp]).toEqual([12, 99]);
    expect(readControlRecord(cursor)).toEqual({
      type,
      typeId: type === "ABORT" ? 0 : 1,
      keyVersion: 0,
      valueVersion: 0,
      coordinatorEpoch: 5,
    });
  });

  test("a marker whose key is cut is corrupt", () => {
    const cursor = new RecordCursor();
    cursor.open(encodeBatch({ isControl: true, records: [{ offset: 0, timestamp: 0, key: Buffer.alloc(3), value: null }] }), 0);
    cursor.next();
    expect(() => readControlRecord(cursor)).toThrow(CorruptBatchError);
  });
});

test("encodeBatch refuses offsets that an int32 delta cannot reach", () => {
  const records = [0, 2 ** 31].map((offset) => ({ offset, timestamp: 0, key: null, value: null }));
  expect(() => encodeBatch({ records })).toThrow(UnwritableRecordError);
});
