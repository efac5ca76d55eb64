import { expect, test } from "vitest";
// #region readme
import { sleep } from "@millrace/platform";
import { Simulation } from "@millrace/platform/sim";

test("a day passes at once", async () => {
  const simulation = new Simulation("seed 1");
  const { clock, timers } = simulation.platform("server");
  const began = clock.nowMs();
  await simulation.settle(sleep(timers, 86_400_000), { virtualMsMax: Infinity });
  expect(clock.nowMs() - began).toBe(86_400_000);
});
// #endregion
