import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeOffsetMetadata, encodeOffsetMetadata } from "./offset-metadata.ts";

const noTimes = new Map<string, number>();

test("a time alone is magic 2 and eight bytes", () => {
  const text = encodeOffsetMetadata({ partitionTimeMs: 258, processorTimesMs: noTimes });
  expect(Buffer.from(text, "base64").toString("hex")).toBe("02" + "0000000000000102");
});

test("an unknown time is -1", () => {
  const text = encodeOffsetMetadata({ partitionTimeMs: -1, processorTimesMs: noTimes });
  expect(Buffer.from(text, "base64").toString("hex")).toBe("02" + "ffffffffffffffff");
});

test("processor times follow with a count, and each with its name's length", () => {
  const text = encodeOffsetMetadata({ partitionTimeMs: 1, processorTimesMs: new Map([["ü", 7]]) });
  expect(Buffer.from(text, "base64").toString("hex")).toBe(
    "020000000000000001" + "00000001" + "00000002" + "c3bc" + "0000000000000007",
  );
});

test("what was encoded is decoded", () => {
  const metadata = fc.record({
    partitionTimeMs: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }),
    processorTimesMs: fc
      .dictionary(fc.string(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }))
      .map((each) => new Map(Object.entries(each))),
  });
  fc.assert(
    fc.property(metadata, (each) => {
      const decoded = decodeOffsetMetadata(encodeOffsetMetadata(each));
      expect(decoded.partitionTimeMs).toBe(each.partitionTimeMs);
      expect([...decoded.processorTimesMs]).toEqual([...each.processorTimesMs]);
    }),
  );
});

test("magic 1 has the time only", () => {
  const text = Buffer.from("01" + "0000000000000005", "hex").toString("base64");
  expect(decodeOffsetMetadata(text)).toEqual({ partitionTimeMs: 5, processorTimesMs: noTimes });
});

test.each([
  ["nothing", null],
  ["an empty text", ""],
  ["another magic", Buffer.from("030000000000000005", "hex").toString("base64")],
  ["a cut time", Buffer.from("02000000", "hex").toString("base64")],
  ["a cut entry", Buffer.from("020000000000000005" + "00000001" + "0000000f" + "61", "hex").toString("base64")],
  ["another program's text", "commit by hand"],
])("%s is an unknown time", (_what, text) => {
  expect(decodeOffsetMetadata(text).partitionTimeMs).toBe(-1);
});
