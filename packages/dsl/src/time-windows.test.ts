import { expect, test } from "vitest";
import { InvalidWindowError } from "./errors.ts";
import { TimeWindows, type TimeWindowsOptions } from "./time-windows.ts";

test("windows tumble unless they are given an advance", () => {
  expect(TimeWindows.of({ size: "1m", grace: "30s" })).toEqual({
    kind: "time",
    sizeMs: 60_000,
    advanceMs: 60_000,
    graceMs: 30_000,
  });
  expect(TimeWindows.of({ size: "1m", advance: "10s", grace: 0 })).toMatchObject({ advanceMs: 10_000, graceMs: 0 });
});

test.each<[TimeWindowsOptions, string]>([
  [{ size: 0, grace: 0 }, "size is 0 ms"],
  [{ size: -1, grace: 0 }, "size is -1 ms"],
  [{ size: 10, advance: 0, grace: 0 }, "advance is 0 ms"],
  [{ size: 10, advance: 11, grace: 0 }, "advance is 11 ms; it must be larger than 0 and at most the size, 10 ms"],
  [{ size: 10, grace: -1 }, "grace is -1 ms"],
])("%j is refused", (options, message) => {
  expect(() => TimeWindows.of(options)).toThrow(InvalidWindowError);
  expect(() => TimeWindows.of(options)).toThrow(message);
});
