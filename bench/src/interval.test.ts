import { expect, test } from "vitest";
import { ratioInterval } from "./interval.ts";

test("equal ratios leave no doubt", () => {
  expect(ratioInterval([1.02, 1.02, 1.02])).toEqual({ ratio: 1.02, low: 1.02, high: 1.02 });
});

test("ratios that scatter widen the interval by Student's t", () => {
  // logarithms ±0.1, so mean 0 and deviation 0.1 × √(15 / 14); t for 14 degrees is 2.1448
  const ratios = Array.from({ length: 15 }, (_, index) => Math.exp(index === 0 ? 0 : index % 2 === 0 ? 0.1 : -0.1));
  const { ratio, low, high } = ratioInterval(ratios);
  expect(ratio).toBeCloseTo(1, 10);
  expect(Math.log(high)).toBeCloseTo((2.1448 * 0.1) / Math.sqrt(15), 3);
  expect(low).toBeCloseTo(1 / high, 10);
});

test("four pairs need a wider margin than a normal distribution gives", () => {
  const { high } = ratioInterval([Math.exp(0.1), Math.exp(-0.1), Math.exp(0.1), Math.exp(-0.1)]);
  // t for 3 degrees is 3.1824
  expect(Math.log(high)).toBeCloseTo((3.1824 * 0.1 * Math.sqrt(4 / 3)) / 2, 2);
});
