import { Simulation } from "@millrace/platform/sim";
import { expect, test } from "vitest";

import { Backoff } from "./backoff.ts";

const random = { uint32: () => 2 ** 31 };

test("pauses double up to the longest, and begin anew after a reset", () => {
  const backoff = new Backoff(random, 100, 1_000);
  expect(Array.from({ length: 6 }, () => backoff.nextMs())).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  backoff.reset();
  expect(backoff.nextMs()).toBe(100);
});

test("pauses spread by a fifth to both sides", () => {
  const backoff = new Backoff(new Simulation(1).random, 1_000, 1_000);
  const pauses = Array.from({ length: 1_000 }, () => backoff.nextMs());
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(800);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(1_200);
  expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(300);
});

test("pauses stay at the longest however often it is tried", () => {
  const backoff = new Backoff(random, 1, 5_000);
  for (let i = 0; i < 2_000; i += 1) backoff.nextMs();
  expect(backoff.nextMs()).toBe(5_000);
});
