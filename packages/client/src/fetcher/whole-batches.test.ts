import { crc32c, encodeBatch } from "@millrace/protocol";
import { describe, expect, test } from "vitest";

import { scanBatches } from "./whole-batches.ts";

const deltaAt = 23;
const countAt = 57;
const lengthAt = 8;

/** A batch of records at these offsets; `change` damages it, and the checksum is not renewed. */
function batch(offsets: readonly number[], change: (bytes: Buffer) => void = () => {}): Buffer {
  const records = offsets.map((offset) => ({ offset, timestamp: 1, key: null, value: Buffer.from("value"), headers: [] }));
  const bytes = encodeBatch({ records });
  change(bytes);
  return bytes;
}

const delta = (value: number) => (bytes: Buffer) => void bytes.writeInt32BE(value, deltaAt);
const count = (value: number) => (bytes: Buffer) => void bytes.writeInt32BE(value, countAt);
const body = (bytes: Buffer) => void bytes.writeUInt8(0x50, bytes.length - 3);
/** The high watermark is far away: more follows, which this answer does not hold. */
const scan = (...batches: Buffer[]) => scanBatches(Buffer.concat(batches), 10, 1_000);
const size = batch([10, 11, 12]).length;

describe("after the last batch a fetch goes on", () => {
  test.each([
    ["behind it", [], 13],
    ["behind it, when only its records are damaged", body, 13],
    ["inside of it, when its last offset became smaller", delta(1), 12],
    ["behind its first record, when its last offset became negative", delta(-7), 11],
    ["behind it, when its number of records became larger", count(500), 13],
  ] as const)("%s", (_what, change, nextOffset) => {
    const last = batch([10, 11, 12], typeof change === "function" ? change : undefined);
    expect(scan(last)).toMatchObject({ kind: "batches", end: size, nextOffset });
  });

  test("behind the gap that compaction left in it", () => {
    const compacted = batch([10, 12], (bytes) => {
      delta(9)(bytes);
      bytes.writeUInt32BE(crc32c(bytes, 21, bytes.length), 17);
    });
    expect(scan(compacted)).toMatchObject({ kind: "batches", nextOffset: 20 });
  });

  test.each([
    ["last offset became larger", delta(500)],
    ["number of records became smaller", count(1)],
    ["number of records became negative", count(-1)],
  ])("with it, when its %s: then it comes first, and its successor tells", (_what, change) => {
    expect(scan(batch([10, 11, 12]), batch([13, 14, 15], change))).toMatchObject({ kind: "batches", end: size, nextOffset: 13 });
    expect(scan(batch([10, 11, 12], change))).toMatchObject({ kind: "doubtful", bytes: size + 2 ** 21 });
    expect(scan(batch([10, 11, 12], change), batch([13]))).toMatchObject({ kind: "batches", nextOffset: 14 });
    const cut = batch([13]).subarray(0, 8);
    expect(scan(batch([10, 11, 12], change), cut)).toMatchObject({ kind: "batches", end: size, nextOffset: 13 });
  });

  test.each([
    ["last offset", delta(500)],
    ["number of records", count(1)],
  ])("at the end of the log, when the other than its %s agrees with it", (_what, change) => {
    expect(scanBatches(batch([10, 11, 12], change), 10, 13)).toMatchObject({ kind: "batches", end: size, nextOffset: 13 });
  });
});

test("the records of the batches that are handed over are counted, as the headers say", () => {
  const [first, second] = [batch([10, 11, 12]), batch([13, 14])];
  expect(scan(first, second)).toMatchObject({ recordCount: 5 });
  expect(scan(first, second.subarray(0, second.length - 1))).toMatchObject({ recordCount: 3, nextOffset: 13 });
  // The second one's end is not known, so it comes first next time.
  expect(scan(first, batch([13, 14], delta(500)))).toMatchObject({ recordCount: 3, nextOffset: 13 });
  expect(scan(batch([10, 11, 12], count(-1)), batch([13]))).toMatchObject({ recordCount: 1, nextOffset: 14 });
});

describe("a batch without a known end", () => {
  const endless = batch([10, 11, 12], (bytes) => void bytes.writeInt32BE(0x7fff_0000, lengthAt));
  const tooShort = batch([10, 11, 12], (bytes) => void bytes.writeInt32BE(3, lengthAt));

  test("is doubtful when its length is too large, and damaged when it is too small", () => {
    expect(scan(endless)).toMatchObject({ kind: "doubtful", bytes: 0 });
    expect(scan(endless)).toMatchObject({ detail: expect.stringContaining("hold no whole record batch") as string });
    expect(scan(tooShort)).toMatchObject({ kind: "corrupt" });
  });

  test("does not keep back the whole ones before it", () => {
    for (const last of [endless, tooShort])
      expect(scan(batch([10, 11, 12]), last)).toMatchObject({ kind: "batches", end: size, nextOffset: 13 });
  });

  test("does not take a fetch back to where it was", () => {
    expect(scan(batch([3, 4]))).toMatchObject({ kind: "doubtful" });
  });
});

test("batches whose offsets do not ascend are damaged, unless the first of them can be known by its checksum", () => {
  const ahead = batch([10, 11], (bytes) => void bytes.writeBigInt64BE(200n, 0));
  expect(scan(ahead, batch([12]))).toMatchObject({ kind: "corrupt", detail: expect.stringContaining("follows") as string });
  expect(scan(batch([10, 11], delta(500)), batch([12]))).toMatchObject({ kind: "batches", nextOffset: 13 });
  expect(scan(batch([10, 11], body), batch([10]))).toMatchObject({ kind: "corrupt" });
});
