import { expect, test } from "vitest";
import { sleep } from "../index.ts";
import { Simulation } from "../sim.ts";

test("a clock that is set shows another time, and moves no timer", async () => {
  const simulation = new Simulation(1);
  const host = simulation.host("a");
  const { clock, timers } = host.platform;
  const beganMs = clock.nowMs();
  host.clock.jump(-3_600_000);
  expect(clock.nowMs() - beganMs).toBe(-3_600_000);
  await simulation.settle(sleep(timers, 1_000));
  expect(Math.floor(simulation.elapsedMs)).toBe(1_000);
  host.clock.jump(7_200_000);
  expect(clock.nowMs() - beganMs).toBe(3_601_000);
  expect(host.clock.aheadMs).toBe(3_600_000);
});

test("a clock that drifts gains from when it was told to", async () => {
  const simulation = new Simulation(1);
  const { clock } = simulation.host("a");
  await simulation.settle(sleep(simulation.timers, 10_000));
  clock.driftPpm = 500;
  await simulation.settle(sleep(simulation.timers, 100_000));
  expect(clock.aheadMs).toBe(50);
  clock.driftPpm = -1_000;
  await simulation.settle(sleep(simulation.timers, 100_000));
  expect(clock.aheadMs).toBe(-50);
});

test("the other hosts keep their time, and a restart keeps the host's", async () => {
  const simulation = new Simulation(1);
  const [a, b] = [simulation.host("a"), simulation.host("b")];
  a.clock.jump(5_000);
  expect(a.platform.clock.nowMs() - b.platform.clock.nowMs()).toBe(5_000);
  a.crash();
  a.restart();
  expect(a.platform.clock.nowMs() - b.platform.clock.nowMs()).toBe(5_000);
});
