import { expect, test } from "vitest";
import { Moments } from "./moments.ts";

test("the last moment before a write is the one at which it was not there yet", () => {
  const moments = new Moments();
  moments.reset(500, 10);
  moments.note(2_000, 12);
  moments.note(2_100, 13);
  moments.note(3_000, 15);
  expect(moments.lastBefore(11)).toBe(500);
  expect(moments.lastBefore(14)).toBe(2_000);
  expect(moments.lastBefore(15)).toBe(3_000);
  expect(moments.lastBefore(20)).toBe(3_000);
});

test("while nothing is written one moment is kept, the present one", () => {
  const moments = new Moments();
  moments.reset(Number.NaN, 0);
  for (let timeMs = 0; timeMs < 86_400_000; timeMs += 10_000) moments.note(timeMs, 0);
  expect(moments.count).toBe(1);
  expect(moments.lastBefore(0)).toBe(86_390_000);
});

test("while writes come and go, few moments are kept", () => {
  const moments = new Moments();
  moments.reset(0, 0);
  for (let second = 1; second <= 1_000; second += 1) {
    moments.note(second * 1_000, second);
    expect(moments.lastBefore(second - 1)).toBe((second - 1) * 1_000);
    expect(moments.count).toBe(2);
  }
});
