import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UnwritableValueError } from "./errors.ts";
import { Reader } from "./reader.ts";
import { notNull, sizeOfUnsignedVarint, Writer } from "./writer.ts";

type Step = { write(to: Writer): void; read(from: Reader): unknown; value: unknown };

const int = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const text = fc.string({ unit: "binary", maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 40 }).map((array): Buffer => Buffer.from(array));

function step<T>(values: fc.Arbitrary<T>, write: (to: Writer, value: T) => void, read: (from: Reader) => T): fc.Arbitrary<Step> {
  return values.map((value) => ({ value, write: (to) => write(to, value), read }));
}

const steps: fc.Arbitrary<Step>[] = [
  step(
    fc.boolean(),
    (to, value) => to.bool(value),
    (from) => from.bool(),
  ),
  step(
    int(-128, 127),
    (to, value) => to.int8(value),
    (from) => from.int8(),
  ),
  step(
    int(-32768, 32767),
    (to, value) => to.int16(value),
    (from) => from.int16(),
  ),
  step(
    int(0, 65535),
    (to, value) => to.uint16(value),
    (from) => from.uint16(),
  ),
  step(
    int(-(2 ** 31), 2 ** 31 - 1),
    (to, value) => to.int32(value),
    (from) => from.int32(),
  ),
  step(
    int(0, 2 ** 32 - 1),
    (to, value) => to.uint32(value),
    (from) => from.uint32(),
  ),
  step(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    (to, value) => to.int64(value),
    (from) => from.int64(),
  ),
  step(
    fc.double(),
    (to, value) => to.float64(value),
    (from) => from.float64(),
  ),
  step(
    int(0, 2 ** 32 - 1),
    (to, value) => to.unsignedVarint(value),
    (from) => from.unsignedVarint(),
  ),
  step(
    int(-(2 ** 31), 2 ** 31 - 1),
    (to, value) => to.varint(value),
    (from) => from.varint(),
  ),
  step(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    (to, value) => to.unsignedVarlong(value),
    (from) => from.unsignedVarlong(),
  ),
  step(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    (to, value) => to.varlong(value),
    (from) => from.varlong(),
  ),
  step(
    fc.option(text),
    (to, value) => to.nullableString(value, false),
    (from) => from.nullableString(false),
  ),
  step(
    fc.option(text),
    (to, value) => to.nullableString(value, true),
    (from) => from.nullableString(true),
  ),
  step(
    fc.option(bytes),
    (to, value) => to.nullableBytes(value, false),
    (from) => from.nullableBytes(false),
  ),
  step(
    fc.option(bytes),
    (to, value) => to.nullableBytes(value, true),
    (from) => from.nullableBytes(true),
  ),
  step(
    fc.array(int(-5, 5)),
    (to, value) => to.int32Array(value, true),
    (from) => from.int32Array(true),
  ),
  step(
    fc.array(text),
    (to, value) => to.stringArray(value, false),
    (from) => from.stringArray(false),
  ),
];

describe("a writer", () => {
  test("writes what a reader reads, in any order, however small it began", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...steps)), fc.integer({ min: 0, max: 64 }), (sequence, bytesGuess) => {
        const to = new Writer(bytesGuess);
        for (const each of sequence) each.write(to);
        const written = Buffer.concat(to.chunks());
        expect(written.length).toBe(to.length);
        const from = new Reader(written);
        for (const each of sequence) expect(each.read(from)).toEqual(each.value);
        from.expectEnd();
      }),
    );
  });

  test("lists large records as chunks of their own, without copying them", () => {
    const to = new Writer();
    const first = Buffer.alloc(5000, 1);
    const second = Buffer.alloc(2000, 2);
    to.int32(7);
    to.nullableRecords([first, second], false);
    to.int32(8);
    const chunks = to.chunks();
    expect(chunks.map((chunk) => chunk.length)).toEqual([8, 5000, 2000, 4]);
    expect(chunks[1]).toBe(first);
    expect(chunks[2]).toBe(second);
    const from = new Reader(to.toBuffer());
    expect(from.int32()).toBe(7);
    expect(from.bytes(false)).toEqual(Buffer.concat([first, second]));
    expect(from.int32()).toBe(8);
  });

  test("copies small records, and knows null", () => {
    const to = new Writer();
    to.nullableRecords(Buffer.from("ab"), true);
    to.nullableRecords(null, true);
    to.nullableRecords([], false);
    expect(to.chunks()).toHaveLength(1);
    expect(to.toBuffer().toString("hex")).toBe("0361620000000000");
  });

  test.each([0, 1, 127, 128, 16_383, 16_384])("puts the size in front of a tagged field of %d bytes", (size) => {
    const to = new Writer(8);
    to.int8(-1);
    const at = to.beginTaggedField(3);
    to.raw(Buffer.alloc(size, 5));
    to.endTaggedField(at);
    to.int8(-2);
    const from = new Reader(to.toBuffer());
    expect(from.int8()).toBe(-1);
    expect(from.unknownTaggedField(undefined, from.unsignedVarint())).toEqual([{ tag: 3, bytes: Buffer.alloc(size, 5) }]);
    expect(from.int8()).toBe(-2);
  });

  test("counts chunked records into the tagged field that holds them, and moves them with it", () => {
    const to = new Writer(8);
    const at = to.beginTaggedField(0);
    to.nullableRecords(Buffer.alloc(3000, 4), true);
    to.int8(9);
    to.endTaggedField(at);
    const from = new Reader(to.toBuffer());
    expect(from.unsignedVarint()).toBe(0);
    const end = from.taggedFieldEnd();
    expect(from.bytes(true)).toEqual(Buffer.alloc(3000, 4));
    expect(from.int8()).toBe(9);
    from.expectPosition(end);
    from.expectEnd();
  });

  test("patches a length written before", () => {
    const to = new Writer(0);
    to.int32(0);
    to.nullableRecords(Buffer.alloc(4000), false);
    to.patchInt32(0, to.length - 4);
    expect(to.toBuffer().readInt32BE(0)).toBe(4004);
  });

  test("refuses text over 32767 bytes, text that is no UUID, numbers out of range, and null where none may be", () => {
    const to = new Writer();
    to.string("x".repeat(32_767), true);
    expect(() => to.string("é".repeat(16_384), true)).toThrow(UnwritableValueError);
    expect(() => to.uuid("short")).toThrow(UnwritableValueError);
    expect(() => to.uuid("!".repeat(22))).toThrow(UnwritableValueError);
    expect(() => to.int8(128)).toThrow(RangeError);
    expect(() => to.int32(2 ** 31)).toThrow(RangeError);
    expect(() => notNull(null, "FetchRequest.topics")).toThrow("FetchRequest.topics is null");
  });

  test("knows how many bytes a varint takes", () => {
    for (const value of [0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, 268_435_456, 4_294_967_295]) {
      const to = new Writer();
      to.unsignedVarint(value);
      expect(sizeOfUnsignedVarint(value)).toBe(to.length);
    }
  });
});
