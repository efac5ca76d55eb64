import fc from "fast-check";
import { expect, test } from "vitest";
import { firstWindowStartMs, type TimeWindowsSpec } from "./time-windows.ts";

function starts(windows: TimeWindowsSpec, timestampMs: number): number[] {
  const found: number[] = [];
  for (let startMs = firstWindowStartMs(windows, timestampMs); startMs <= timestampMs; startMs += windows.advanceMs)
    found.push(startMs);
  return found;
}

test.each([
  ["tumbling: the one window", 10, 10, 12, [10]],
  ["tumbling: a window's start belongs to it", 10, 10, 20, [20]],
  ["hopping: both windows, earlier first", 10, 5, 12, [5, 10]],
  ["hopping near the epoch: no negative start", 10, 5, 3, [0]],
  ["an advance that does not divide the size", 10, 3, 11, [3, 6, 9]],
])("%s", (_what, sizeMs, advanceMs, timestampMs, expected) => {
  expect(starts({ sizeMs, advanceMs, graceMs: 0 }, timestampMs)).toEqual(expected);
});

test("a time is in all multiples of the advance that are at most a size before it, and in no others", () => {
  const spec = fc
    .integer({ min: 1, max: 50 })
    .chain((sizeMs) => fc.record({ sizeMs: fc.constant(sizeMs), advanceMs: fc.integer({ min: 1, max: sizeMs }) }));
  fc.assert(
    fc.property(spec, fc.nat(300), ({ sizeMs, advanceMs }, timestampMs) => {
      const expected: number[] = [];
      for (let startMs = 0; startMs <= timestampMs; startMs += advanceMs)
        if (timestampMs < startMs + sizeMs) expected.push(startMs);
      expect(starts({ sizeMs, advanceMs, graceMs: 0 }, timestampMs)).toEqual(expected);
    }),
  );
});
