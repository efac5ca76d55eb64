import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { xxhash32 } from "../hash/xxhash32.ts";
import { codecById, codecs } from "./codecs.ts";
import { DecompressedTooLargeError, MalformedCompressionError, UnknownCodecError } from "./errors.ts";
import { type Lz4Blocks, portableLz4Blocks, wasmLz4Blocks } from "./lz4-block.ts";
import { lz4, lz4Over } from "./lz4.ts";

const all = Object.values(codecs);
const compressing = all.filter((codec) => codec.id !== 0);
const mebibyte = 1 << 20;

/** Repetitive and random stretches, short and long: literals and matches of all lengths. */
const contents = fc
  .array(fc.record({ piece: fc.uint8Array({ maxLength: 40 }), times: fc.integer({ min: 1, max: 400 }) }), { maxLength: 12 })
  .map((parts) => Buffer.concat(parts.flatMap(({ piece, times }) => Array.from({ length: times }, () => piece))));

describe.each(all)("codec $name", (codec) => {
  test("gives back what was compressed", () => {
    fc.assert(
      fc.property(contents, (content) => {
        expect(codec.decompress(codec.compress(content), mebibyte).equals(content)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("gives back content of several blocks, compressible and not", () => {
    const content = Buffer.concat([Buffer.alloc(200_000, "lorem ipsum "), noise(150_000), Buffer.alloc(70_000)]);
    expect(codec.decompress(codec.compress(content), mebibyte).equals(content)).toBe(true);
  });

  test("stops at the limit", () => {
    const compressed = codec.compress(Buffer.alloc(2 * mebibyte));
    expect(() => codec.decompress(compressed, mebibyte)).toThrow(DecompressedTooLargeError);
    expect(codec.decompress(compressed, 2 * mebibyte).length).toBe(2 * mebibyte);
  });

  test("is found by its id", () => {
    expect(codecById(codec.id)).toBe(codec);
  });
});

describe.each(all.filter(({ levels }) => levels !== null))("levels of $name", (codec) => {
  const { min, max, default: usual } = codec.levels!;

  test("go up to fewer bytes, and the default is the same as none", () => {
    const content = prose(60_000);
    const sizes = [min, usual, max].map((level) => codec.compress(content, level).length);
    expect(sizes.toSorted((a, b) => b - a)).toEqual(sizes);
    expect(new Set(sizes).size).toBe(3);
    expect(codec.compress(content, usual).equals(codec.compress(content))).toBe(true);
  });

  test("are all read back", () => {
    const content = prose(5_000);
    for (const level of [min, min + 1, usual, max - 1, max])
      expect(codec.decompress(codec.compress(content, level), mebibyte).equals(content), String(level)).toBe(true);
  });
});

describe.each(compressing)("damaged $name data", (codec) => {
  const compressed = codec.compress(Buffer.from("some text, some text, some text and more"));

  test("ends in a typed error when it is cut", () => {
    for (let length = 0; length < compressed.length; length += 1) {
      const cut = compressed.subarray(0, length);
      // Between the blocks of a snappy stream nothing tells a cut from the end.
      if (codec.name === "snappy" && length === 16) continue;
      expect(() => codec.decompress(cut, mebibyte), `${length} bytes`).toThrow(MalformedCompressionError);
    }
  });

  test("ends in a typed error or in other content when a byte is changed", () => {
    for (let at = 0; at < compressed.length; at += 1) {
      for (const value of [0, 0x7f, 0x80, 0xff, compressed[at]! ^ 1]) {
        const changed = Buffer.from(compressed);
        changed[at] = value;
        try {
          expect(codec.decompress(changed, mebibyte).length).toBeLessThanOrEqual(mebibyte);
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^PROTOCOL_(MALFORMED_COMPRESSION|DECOMPRESSED_TOO_LARGE)$/);
        }
      }
    }
  });
});

test.each([codecs.gzip, codecs.zstd])("$name data of several frames is read to its end", (codec) => {
  const joined = Buffer.concat([codec.compress(Buffer.from("one ")), codec.compress(Buffer.from("two"))]);
  expect(codec.decompress(joined, 100).toString()).toBe("one two");
  expect(() => codec.decompress(joined, 6)).toThrow(DecompressedTooLargeError);
});

test("what follows a zstd frame and is none is refused, as in Java", () => {
  const joined = Buffer.concat([codecs.zstd.compress(Buffer.from("one")), Buffer.from("garbage")]);
  expect(() => codecs.zstd.decompress(joined, 100)).toThrow(MalformedCompressionError);
});

test("an id that no codec has is an error", () => {
  expect(() => codecById(5)).toThrow(UnknownCodecError);
});

describe("snappy", () => {
  test("reads a raw block without the stream header", () => {
    // Length 9, a literal of 3, a copy of 6 from 3 back.
    const raw = Buffer.from([9, 0x08, 0x61, 0x62, 0x63, 0x09, 0x03]);
    expect(codecs.snappy.decompress(raw, 100).toString()).toBe("abcabcabc");
  });

  test("reads streams that were joined", () => {
    const joined = Buffer.concat([codecs.snappy.compress(Buffer.from("one ")), codecs.snappy.compress(Buffer.from("two"))]);
    expect(codecs.snappy.decompress(joined, 100).toString()).toBe("one two");
  });

  test("does not allocate for a length that its data cannot have", () => {
    const lie = Buffer.from([0xff, 0xff, 0xff, 0x7f, 0x00, 0x61]);
    expect(() => codecs.snappy.decompress(lie, 0x7fff_ffff)).toThrow(MalformedCompressionError);
  });

  test("refuses a literal of negative length, on which a decoder may loop for ever", () => {
    const loop = Buffer.from([4, 0xfc, 0xfa, 0xff, 0xff, 0xff, 0x61, 0x61, 0x61, 0x61]);
    expect(() => codecs.snappy.decompress(loop, 100)).toThrow(MalformedCompressionError);
  });
});

describe("lz4 frames", () => {
  test("begin and end as Java's do", () => {
    const frame = codecs.lz4.compress(Buffer.from("abc"));
    expect(frame.toString("hex")).toBe("04224d186040820300008061626300000000");
  });

  const content = Buffer.alloc(5000, "checked content ");

  test("with checksums and content size are read", () => {
    expect(lz4.decompress(checkedFrame(content), mebibyte).equals(content)).toBe(true);
  });

  test.each([
    ["header", 14],
    ["block", 30],
    ["content", -1],
  ])("with a wrong checksum of the %s are refused", (_, position) => {
    const frame = checkedFrame(content);
    const at = position < 0 ? frame.length + position : position;
    frame[at] = frame[at]! ^ 1;
    expect(() => lz4.decompress(frame, mebibyte)).toThrow(MalformedCompressionError);
  });

  test("of dependent blocks are refused, as in Java", () => {
    const frame = codecs.lz4.compress(content);
    frame[4] = 0x40;
    frame[6] = (xxhash32(frame, 4, 6) >>> 8) & 0xff;
    expect(() => lz4.decompress(frame, mebibyte)).toThrow("depend on each other");
  });

  /** A frame with content size, block checksums and content checksum. */
  function checkedFrame(bytes: Buffer): Buffer {
    const header = Buffer.alloc(15);
    header.set([0x04, 0x22, 0x4d, 0x18, 0x7c, 0x40]);
    header.writeBigUInt64LE(BigInt(bytes.length), 6);
    header[14] = (xxhash32(header, 4, 14) >>> 8) & 0xff;
    const block = Buffer.from(portableLz4Blocks.compress(bytes, 0, bytes.length));
    return Buffer.concat([
      header,
      int32(block.length),
      block,
      int32(xxhash32(block, 0, block.length)),
      int32(0),
      int32(xxhash32(bytes, 0, bytes.length)),
    ]);
  }

  function int32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  }
});

describe("the two implementations of lz4 blocks", () => {
  test("both are tried here", () => {
    expect(wasmLz4Blocks).not.toBeNull();
  });

  test("read each other's frames", () => {
    const wasm = lz4Over(wasmLz4Blocks as Lz4Blocks);
    const portable = lz4Over(portableLz4Blocks);
    fc.assert(
      fc.property(contents, (content) => {
        expect(wasm.decompress(portable.compress(content), mebibyte).equals(content)).toBe(true);
        expect(portable.decompress(wasm.compress(content), mebibyte).equals(content)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("agree on damaged blocks", () => {
    const content = Buffer.from("abcdefgh abcdefgh abcdefgh 0123456789 abcdefgh 0123456789");
    const block = Buffer.from(portableLz4Blocks.compress(content, 0, content.length));
    for (let at = 0; at < block.length; at += 1) {
      for (let value = 0; value < 256; value += 1) {
        const changed = Buffer.from(block);
        changed[at] = value;
        const ours = portableLz4Blocks.decompress(changed, 0, changed.length, 1 << 16);
        const theirs = wasmLz4Blocks!.decompress(changed, 0, changed.length, 1 << 16);
        expect(ours === null ? null : Buffer.from(ours).toString("hex")).toBe(
          theirs === null ? null : Buffer.from(theirs).toString("hex"),
        );
      }
    }
  });
});

/** Words in random order: the harder a codec looks, the more it finds. */
function prose(length: number): Buffer {
  const numbers = noise(length);
  let text = "";
  for (let at = 0; text.length < length; at += 1) text += `word${String(numbers[at]! * 7919)} `;
  return Buffer.from(text.slice(0, length));
}

/** Bytes that no codec makes smaller. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
