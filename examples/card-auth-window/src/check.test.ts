import { expect, test } from "vitest";
import type { Attempt } from "./attempts.ts";
import { differences, expectedAlerts } from "./check.ts";

const decline = (card: string, atMs: number): Attempt => ({ card, merchant: "m", amountCents: 1, approved: false, atMs });

test("three declines within a minute count in every ten-second window that holds all of them", () => {
  const attempts = [
    decline("a", 60_000),
    decline("a", 75_000),
    decline("a", 95_000),
    decline("b", 60_000),
    { ...decline("a", 80_000), approved: true },
  ];
  expect([...expectedAlerts(attempts)]).toEqual([
    ["a 60000", 3],
    ["a 50000", 3],
    ["a 40000", 3],
  ]);
});

test("a wrong count, a missing window and one too many are all seen", () => {
  const expected = new Map([
    ["a 0", 3],
    ["a 10000", 4],
  ]);
  const found = new Map([
    ["a 0", 2],
    ["b 0", 3],
  ]);
  expect(differences(expected, found)).toHaveLength(3);
  expect(differences(expected, expected)).toEqual([]);
});
