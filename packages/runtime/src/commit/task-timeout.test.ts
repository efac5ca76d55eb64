import { expect, test } from "vitest";
import { TaskTimeout } from "./task-timeout.ts";

/** Failures by time, and whether to try again after each; null: a success. */
test.each([
  ["the first failure only begins it", 100, [[0, true]]],
  [
    "it is over after so long",
    100,
    [
      [5, true],
      [104, true],
      [105, false],
    ],
  ],
  [
    "a success ends it",
    100,
    [
      [0, true],
      [90, null],
      [120, true],
      [219, true],
      [220, false],
    ],
  ],
  ["without a timeout the first failure is the last", 0, [[0, false]]],
] as const)("%s", (_, timeoutMs, events) => {
  let nowMs = 0;
  const timeout = new TaskTimeout({ monotonicMs: () => nowMs }, timeoutMs);
  for (const [atMs, again] of events) {
    nowMs = atMs;
    if (again === null) timeout.succeeded();
    else expect([atMs, timeout.failed()]).toEqual([atMs, again]);
  }
});

test("time passes from the beginning of the attempt that fails", () => {
  let nowMs = 10;
  const timeout = new TaskTimeout({ monotonicMs: () => nowMs }, 100);
  expect(timeout.begins()).toBe(100);
  nowMs = 70;
  expect([timeout.failed(), timeout.begins()]).toEqual([true, 40]);
  nowMs = 110;
  expect(timeout.failed()).toBe(false);
  timeout.succeeded();
  expect(timeout.begins()).toBe(100);
});
