import { expect, test } from "vitest";
import { SeededRandom } from "./seeded-random.ts";

function draws(seed: string, count: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => random.uint32());
}

test("equal seeds draw equal numbers", () => {
  expect(draws("7/broker", 50)).toEqual(draws("7/broker", 50));
});

test("seeds that differ in one character share no number", () => {
  const seen = new Set<number>();
  const seeds = ["", "0", "1", "2", "10", "01", "1/a", "1/b", "2/a", "1/a/1", "1/a/2"];
  for (const seed of seeds) for (const value of draws(seed, 100)) seen.add(value);
  // A chance collision among 1100 numbers of 32 bits has a probability of 0.01 %, and these are fixed.
  expect(seen.size).toBe(seeds.length * 100);
});

test("numbers below a bound are spread evenly", () => {
  const random = new SeededRandom("even");
  const counts = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 100_000; i += 1) {
    const value = random.below(10);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  // Ten standard deviations, of a fixed sequence.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(950);
});
