import { expect, test } from "vitest";
import { ByteArena, classSize, offsetBits, offsetMask, sizeClassOf } from "./byte-arena.ts";

test("blocks do not overlap, in small slabs and large ones, and beyond them", () => {
  const arena = new ByteArena("s", 0);
  const blocks = [1, 16, 17, 512, 513, 5_000, 700_000, 700_000, 3_000_000, 40].map((size) => {
    const sizeClass = sizeClassOf(size);
    expect(classSize(sizeClass)).toBeGreaterThanOrEqual(size);
    return { size, position: arena.allocate(sizeClass) };
  });
  for (const [mark, { size, position }] of blocks.entries()) {
    const start = position & offsetMask;
    arena.slabs[position >>> offsetBits]!.fill(mark + 1, start, start + size);
  }
  for (const [mark, { size, position }] of blocks.entries()) {
    const start = position & offsetMask;
    const bytes = arena.slabs[position >>> offsetBits]!.subarray(start, start + size);
    expect(bytes.every((byte) => byte === mark + 1)).toBe(true);
  }
});

test("an arena that has all the slabs that positions can name says so, and goes on with what is given back", () => {
  const arena = new ByteArena("counts", 7, 2);
  const large = sizeClassOf(2_000_000);
  const [first, second] = [arena.allocate(large), arena.allocate(large)];
  const full = expect.objectContaining({ code: "STREAMS_MEMORY_STORE_FULL" });
  expect(() => arena.allocate(large)).toThrow(full);
  expect(() => arena.allocate(0)).toThrow('Partition 7 of store "counts"');
  arena.release(first, large);
  expect(arena.allocate(large)).toBe(first);
  expect(second).not.toBe(first);
});
