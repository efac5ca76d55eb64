import { expect, test } from "vitest";
import { whileWaiting } from "./index.ts";
import { Simulation } from "./sim.ts";

test("whileWaiting() tells after the first pause, then after pauses that double up to a minute, until it is ended", async () => {
  const simulation = new Simulation(1);
  const { timers, clock } = simulation.platform("a");
  const told: number[] = [];
  const end = whileWaiting(timers, clock, 3_000, (waitedMs) => told.push(waitedMs));
  let isOver = false;
  timers.after(300_000, () => {
    end();
    end();
    timers.after(100_000, () => (isOver = true));
  });
  await simulation.run(() => isOver);
  expect(told.map((ms) => Math.round(ms / 1_000))).toEqual([3, 9, 21, 45, 93, 153, 213, 273]);
});

test("whileWaiting() that is ended before the first pause tells nothing", async () => {
  const simulation = new Simulation(1);
  const { timers, clock } = simulation.platform("a");
  const told: number[] = [];
  whileWaiting(timers, clock, 3_000, (waitedMs) => told.push(waitedMs))();
  let isOver = false;
  timers.after(10_000, () => (isOver = true));
  await simulation.run(() => isOver);
  expect(told).toEqual([]);
});
