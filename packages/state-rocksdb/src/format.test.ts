import { expect, test } from "vitest";
import {
  afterPrefix,
  checkpointKey,
  decodeCheckpoint,
  decodeVersion,
  encodeCheckpoint,
  encodeVersion,
  formatKey,
  redoKey,
  spacePrefix,
  storeIdOf,
  storeKey,
} from "./format.ts";

test("keys and values of the meta map have the bytes that are on disk", () => {
  expect(formatKey.toString("hex")).toBe("00");
  expect(encodeVersion(1).toString("hex")).toBe("00000001");
  expect(storeKey(0x0102).toString("hex")).toBe("010102");
  expect(redoKey.toString("hex")).toBe("03");
  expect(checkpointKey(spacePrefix(1, 2)).toString("hex")).toBe("02000100000002");
  const origin = "00112233445566778899aabbccddeeff";
  const bytes = encodeCheckpoint({ origin, offset: 2 ** 33 + 1, streamTimeMs: 1.5, writtenMs: 2.5 });
  expect(bytes.toString("hex")).toBe(`00000002000000013ff80000000000004004000000000000${Buffer.from(origin).toString("hex")}`);
  expect(decodeCheckpoint(bytes)).toEqual({ origin, offset: 2 ** 33 + 1, streamTimeMs: 1.5, writtenMs: 2.5 });
});

test("what was never written is not read", () => {
  expect(decodeVersion(Buffer.alloc(3))).toBeNull();
  expect(decodeVersion(Buffer.alloc(4))).toBeNull();
  expect(decodeVersion(Buffer.alloc(5))).toBeNull();
  expect(decodeCheckpoint(Buffer.alloc(15))).toBeNull();
  expect(decodeCheckpoint(Buffer.alloc(48, 0x7f))).toBeNull();
  expect(storeIdOf(Buffer.of(1, 0))).toBe(0);
});

test("a store partition ends where the next one begins, also where a number is at its largest", () => {
  expect(spacePrefix(0xffff, 0xfffffffe).toString("hex")).toBe("fffffffffffe");
  expect(afterPrefix(spacePrefix(1, 2)).toString("hex")).toBe("000100000003");
  expect(afterPrefix(spacePrefix(1, 0xff)).toString("hex")).toBe("0001000001");
  expect(afterPrefix(spacePrefix(1, 0xffffffff)).toString("hex")).toBe("0002");
});
