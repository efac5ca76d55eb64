import { expect, test } from "vitest";
import { crashCycles } from "./crash-world.ts";

/** `npm run crash:broker` runs ten thousand. */
test("no loss of power takes what was acknowledged under flush=commit, however the writes are torn", async () => {
  const totals = await crashCycles(400, 1, () => {});
  expect(totals.cuts).toBe(400);
  // The promise would be easy to keep if nothing were ever at stake.
  expect(totals.acknowledged).toBeGreaterThan(1_000);
  expect(totals.survived).toBeGreaterThan(50);
  expect(totals.lost).toBeGreaterThan(50);
  expect(totals.tornLogs).toBeGreaterThan(20);
  expect(totals.inRecovery).toBeGreaterThan(10);
});
