import { Simulation } from "@millrace/platform/sim";
import { expect, test } from "vitest";
import { Pump } from "./pump.ts";

/** The times at which it runs after `use`. */
async function runs(use: (pump: Pump) => void): Promise<number[]> {
  const simulation = new Simulation(1);
  const platform = simulation.platform("client");
  const times: number[] = [];
  const pump = new Pump(platform, () => times.push(simulation.elapsedMs));
  use(pump);
  await simulation.settle(new Promise<void>((resolve) => void platform.timers.after(1_000, resolve)));
  return times;
}

test("calls that come together are one", async () => {
  expect(
    await runs((pump) => {
      pump.soon();
      pump.soon();
    }),
  ).toHaveLength(1);
});

test("of several times the earliest holds", async () => {
  expect(
    await runs((pump) => {
      pump.at(300);
      pump.at(100);
      pump.at(200);
    }),
  ).toHaveLength(1);
});

test("nothing runs after its stop", async () => {
  expect(
    await runs((pump) => {
      pump.soon();
      pump.at(0);
      pump.stop();
      pump.soon();
      pump.at(0);
    }),
  ).toEqual([]);
});
