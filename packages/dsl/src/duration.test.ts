import { InvalidArgumentError } from "@millrace/core";
import { expect, test } from "vitest";
import { durationMs, type Duration } from "./duration.ts";

test.each<[Duration, number]>([
  [0, 0],
  [1_234, 1_234],
  [-5, -5],
  ["500ms", 500],
  ["10s", 10_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["7d", 604_800_000],
  ["0.3s", 300],
  ["1.5m", 90_000],
])("%s is %d ms", (duration, expected) => {
  expect(durationMs(duration, "size")).toBe(expected);
});

test.each(["", "s", "10", "10 s", "1e3s", "10sec", "-1s", "0.0001ms", 0.5, Number.NaN, Infinity, 2 ** 60])(
  "%j is refused",
  (duration) => {
    expect(() => durationMs(duration as Duration, "size")).toThrow(InvalidArgumentError);
    expect(() => durationMs(duration as Duration, "size")).toThrow(`size is ${JSON.stringify(duration)}`);
  },
);
