import * as fc from "fast-check";
import { expect, test } from "vitest";
import { WindowFilter } from "./window-filter.ts";

function bytesOf(key: number): Buffer {
  const buffer = Buffer.alloc(16, 0xee);
  buffer.writeDoubleBE(key, 4);
  return buffer;
}
function add(filter: WindowFilter, startMs: number, key: number): void {
  filter.add(startMs, bytesOf(key), 4, 12);
}
function isAbsent(filter: WindowFilter, startMs: number, key: number): boolean {
  return filter.isAbsent(startMs, bytesOf(key), 4, 12);
}

const window = fc.nat(12).map((n) => n * 1000);
const step = fc.record({ startMs: window, keys: fc.integer({ min: 1, max: 300 }), from: fc.nat(10_000) });

test("what was put is never taken for absent, nor anything of a window that was there before", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), window, (steps, beforeMs) => {
      // so little memory that windows are given up all the time
      const filter = new WindowFilter(20_000);
      filter.watchAfter(beforeMs);
      const put: (readonly [number, number])[] = [];
      for (const { startMs, keys, from } of steps) {
        for (let key = from; key < from + keys; key += 1) {
          add(filter, startMs, key);
          put.push([startMs, key]);
        }
      }
      expect(put.filter(([startMs, key]) => isAbsent(filter, startMs, key))).toEqual([]);
      for (let startMs = 0; startMs <= beforeMs; startMs += 1000) expect(isAbsent(filter, startMs, -1)).toBe(false);
    }),
  );
});

test.each([100, 5_000, 40_000, 250_000])("of %i keys in a window nearly every new one is known to be absent", (count) => {
  const filter = new WindowFilter();
  filter.watchAfter(Number.NaN);
  let known = 0;
  for (let key = 0; key < count; key += 1) {
    if (isAbsent(filter, 60_000, key)) known += 1;
    add(filter, 60_000, key);
  }
  expect(known / count).toBeGreaterThan(0.85);
});

test("a window in which nothing was put holds no key, whichever comes first", () => {
  const filter = new WindowFilter();
  filter.watchAfter(5_000);
  add(filter, 9_000, 1);
  expect(isAbsent(filter, 7_000, 1)).toBe(true);
  expect(isAbsent(filter, 5_000, 1)).toBe(false);
  add(filter, 7_000, 1);
  expect(isAbsent(filter, 7_000, 1)).toBe(false);
});

test("nothing is known before it is said what the store holds", () => {
  const filter = new WindowFilter();
  expect(isAbsent(filter, 60_000, 1)).toBe(false);
  add(filter, 60_000, 1);
  expect(isAbsent(filter, 60_000, 2)).toBe(false);
});
