import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32c, crc32cNative, crc32cPortable } from "./crc32c.ts";
import { xxhash32 } from "./xxhash32.ts";

describe("CRC-32C", () => {
  test("is native here", () => {
    expect(crc32cNative).not.toBeNull();
  });

  test("is the same in native code, in JavaScript, and summed in two pieces", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(), fc.nat(), (bytes, first, second) => {
        const buffer = Buffer.from(bytes);
        const start = first % (buffer.length + 1);
        const middle = start + (second % (buffer.length - start + 1));
        const expected = crc32cNative!(buffer.subarray(start), 0);
        expect(crc32cPortable(buffer, start, buffer.length)).toBe(expected);
        expect(crc32c(buffer, start, buffer.length)).toBe(expected);
        expect(crc32c(buffer, middle, buffer.length, crc32c(buffer, start, middle))).toBe(expected);
        expect(crc32cPortable(buffer, middle, buffer.length, crc32cPortable(buffer, start, middle))).toBe(expected);
      }),
    );
  });

  test("is that of RFC 3720 for 32 bytes of zeros and of ones", () => {
    expect(crc32cPortable(Buffer.alloc(32), 0, 32)).toBe(0x8a9136aa);
    expect(crc32cPortable(Buffer.alloc(32, 0xff), 0, 32)).toBe(0x62a8ab43);
  });
});

describe("xxHash32", () => {
  test.each([
    ["", 0x02cc5d05],
    ["a", 0x550d7456],
    ["abc", 0x32d153ff],
    ["Nobody inspects the spammish repetition", 0xe2293b2f],
  ])("of %j is the published value", (text, hash) => {
    const bytes = Buffer.from(`#${text}#`);
    expect(xxhash32(bytes, 1, bytes.length - 1)).toBe(hash);
  });
});
