import { Simulation } from "@millrace/platform/sim";
import { expect, test } from "vitest";

import { ClosedError } from "./errors.ts";
import { Lifetime } from "./lifetime.ts";

test("sleeps end when their time has come", async () => {
  const simulation = new Simulation(1);
  await simulation.settle(new Lifetime("it", simulation.timers).sleep(1_000));
  expect(simulation.elapsedMs).toBe(1_000);
});

test("the end rejects sleeps, calls what was asked for, and leaves no timer behind", async () => {
  const simulation = new Simulation(1);
  const lifetime = new Lifetime("The thing", simulation.timers);
  const called: string[] = [];
  lifetime.onEnd(() => called.push("kept"));
  lifetime.onEnd(() => called.push("forgotten"))();
  const sleep = expect(lifetime.sleep(1_000)).rejects.toThrow("The thing is closed. Open a new one.");
  lifetime.end();
  lifetime.end();
  await sleep;
  expect(called).toEqual(["kept"]);
  expect(() => lifetime.check()).toThrow(ClosedError);
  await expect(lifetime.sleep(1)).rejects.toThrow(ClosedError);
  lifetime.onEnd(() => called.push("late"));
  expect(called).toEqual(["kept", "late"]);
  await expect(simulation.run(() => false)).rejects.toThrow();
  expect(simulation.elapsedMs).toBe(0);
});
