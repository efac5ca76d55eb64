import { describe, expect, test } from "vitest";
import { MalformedMessageError } from "./errors.ts";
import { Reader, zeroUuid } from "./reader.ts";

function reader(hex: string): Reader {
  return new Reader(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

describe("a reader", () => {
  test("reads fixed-width numbers, signed where Kafka's are", () => {
    const from = reader("01 ff 8000 ffff 80000000 ffffffff 8000000000000000 3ff8000000000000");
    expect(from.bool()).toBe(true);
    expect(from.int8()).toBe(-1);
    expect(from.int16()).toBe(-32768);
    expect(from.uint16()).toBe(65535);
    expect(from.int32()).toBe(-2147483648);
    expect(from.uint32()).toBe(4294967295);
    expect(from.int64()).toBe(-(2n ** 63n));
    expect(from.float64()).toBe(1.5);
    from.expectEnd();
  });

  test.each([
    ["00", 0],
    ["7f", 127],
    ["8001", 128],
    ["ffffffff0f", 4294967295],
    ["8000", 0],
  ])("reads the unsigned varint %s as %d", (hex, value) => {
    expect(reader(hex).unsignedVarint()).toBe(value);
  });

  test.each([
    ["00", 0],
    ["01", -1],
    ["02", 1],
    ["feffffff0f", 2147483647],
    ["ffffffff0f", -2147483648],
  ])("reads the varint %s as %d", (hex, value) => {
    expect(reader(hex).varint()).toBe(value);
  });

  test("reads both forms of text, and null where it may be", () => {
    expect(reader("0002c3a9").string(false)).toBe("é");
    expect(reader("03c3a9").string(true)).toBe("é");
    expect(reader("ffff").nullableString(false)).toBeNull();
    expect(reader("00").nullableString(true)).toBeNull();
  });

  test("gives byte fields as views of its buffer", () => {
    const from = reader("0000000201020300");
    const bytes = from.bytes(false);
    from.buffer[4] = 9;
    expect(bytes).toEqual(Buffer.from([9, 2]));
    expect(from.int8()).toBe(3);
    expect(from.nullableBytes(true)).toBeNull();
  });

  test("gives a UUID as Kafka's text", () => {
    expect(reader("00".repeat(16)).uuid()).toBe(zeroUuid);
    expect(reader("0123456789abcdef0123456789abcdef").uuid()).toBe("ASNFZ4mrze8BI0VniavN7w");
  });

  test("keeps unknown tagged fields and finds their end", () => {
    const from = reader("02 05 02 aabb 07 00 ff");
    expect(from.unknownTaggedFields()).toEqual([
      { tag: 5, bytes: Buffer.from("aabb", "hex") },
      { tag: 7, bytes: Buffer.alloc(0) },
    ]);
    expect(from.remaining).toBe(1);
    expect(reader("00").unknownTaggedFields()).toBeUndefined();
  });

  test("reads only within its range", () => {
    const from = new Reader(Buffer.from("0000000100000002", "hex"), 0, 4);
    expect(from.int32()).toBe(1);
    expect(() => from.int32()).toThrow(MalformedMessageError);
  });

  test.each<[string, string, (from: Reader) => unknown]>([
    ["a number that is cut", "000000", (from) => from.int32()],
    ["a varint that is cut", "80", (from) => from.unsignedVarint()],
    ["a varint of six bytes", "ffffffffff01", (from) => from.unsignedVarint()],
    ["a varlong of eleven bytes", "ffffffffffffffffffff01", (from) => from.varlong()],
    ["text longer than what is left", "0003c3a9", (from) => from.string(false)],
    ["text of negative length", "fffe", (from) => from.nullableString(false)],
    ["text longer than an int16 says", "81800400", (from) => from.string(true)],
    ["null text where none may be", "ffff", (from) => from.string(false)],
    ["null bytes where none may be", "00", (from) => from.bytes(true)],
    ["bytes longer than what is left", "7fffffff00", (from) => from.bytes(false)],
    ["an array with more elements than bytes left", "7fffffff0000", (from) => from.arrayLength(false)],
    ["a compact array with more elements than bytes left", "ffffffff0f00", (from) => from.arrayLength(true)],
    ["an array of negative length", "fffffffe", (from) => from.nullableArrayLength(false)],
    ["a null array where none may be", "ffffffff", (from) => from.arrayLength(false)],
    ["numbers that cannot fit", "00000002 00000000 0000", (from) => from.int32Array(false)],
    ["a tagged field longer than what is left", "0105ff0f00", (from) => from.unknownTaggedFields()],
    ["more tagged fields than bytes", "ffffffff0f", (from) => from.unknownTaggedFields()],
    ["bytes after the end", "00", (from) => from.expectEnd()],
  ])("refuses %s", (_what, hex, read) => {
    const from = reader(hex);
    expect(() => read(from)).toThrow(MalformedMessageError);
    expect(() => read(reader(hex))).toThrow(expect.objectContaining({ code: "PROTOCOL_MALFORMED_MESSAGE" }));
  });
});
