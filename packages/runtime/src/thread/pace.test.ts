import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import { Pace } from "./pace.ts";

function fastLooks(pace: Pace, count: number, nowMs: number): void {
  for (let i = 0; i < count; i += 1) pace.fast(nowMs);
}

const { fastLooksMin, carefulMs } = limits;

test("begins with one step, and doubles after some fast looks up to the most", () => {
  const pace = new Pace(6);
  const seen = [pace.steps];
  for (let round = 0; round < 4; round += 1) {
    fastLooks(pace, fastLooksMin - 1, 0);
    seen.push(pace.steps);
    pace.fast(0);
    seen.push(pace.steps);
  }
  expect(seen).toEqual([1, 1, 2, 2, 4, 4, 6, 6, 6]);
});

test("is one again after something slow, and grows from there", () => {
  const pace = new Pace(16);
  fastLooks(pace, 4 * fastLooksMin, 0);
  expect(pace.steps).toBe(16);
  pace.slow(5, false);
  expect(pace.steps).toBe(1);
  fastLooks(pace, fastLooksMin, 6);
  expect(pace.steps).toBe(2);
});

test("stays at one for a while after something very slow", () => {
  const pace = new Pace(16);
  pace.slow(1_000, true);
  fastLooks(pace, 1_000, 1_000 + carefulMs - 1);
  expect(pace.steps).toBe(1);
  fastLooks(pace, fastLooksMin, 1_000 + carefulMs);
  expect(pace.steps).toBe(2);
});
