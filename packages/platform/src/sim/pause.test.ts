import { expect, test } from "vitest";
import { Recorder } from "../conformance/recorder.ts";
import { sleep } from "../index.ts";
import { HostStateError, Simulation, SimulationStalledError } from "../sim.ts";

test("a program that stands still runs no timer, and all that came due when it wakes", async () => {
  const simulation = new Simulation(1);
  const { timers, clock } = simulation.platform("a");
  const beganMs = clock.nowMs();
  const ran: [string, number][] = [];
  const note = (name: string) => (): void => void ran.push([name, clock.nowMs() - beganMs]);
  timers.after(2_000, note("late"));
  timers.after(1_000, note("early"));
  const cancelled = timers.after(500, note("cancelled"));
  timers.after(9_000, note("after the pause"));
  simulation.host("a").pause();
  await simulation.settle(sleep(simulation.timers, 5_000));
  expect(ran).toEqual([]);
  cancelled.cancel();
  simulation.host("a").resume();
  await simulation.settle(sleep(simulation.timers, 5_000));
  expect(ran).toEqual([
    ["early", 5_000],
    ["late", 5_000],
    ["after the pause", 9_000],
  ]);
});

/** Lists what a program does that wakes with a timer and bytes that came due during its pause. */
async function firstAfterPause(seed: number): Promise<readonly string[]> {
  const simulation = new Simulation(seed);
  const [a, b] = [simulation.platform("a"), simulation.platform("b")];
  const happened: string[] = [];
  const received = new Recorder();
  received.onPiece = () => void happened.push("bytes");
  await simulation.settle(a.transport.listen({ host: "a", port: 9092 }, () => received));
  const connection = await simulation.settle(b.transport.connect({ host: "a", port: 9092 }, new Recorder()));
  await simulation.settle(sleep(simulation.timers, 10));
  a.timers.after(100, () => void happened.push("timer"));
  simulation.host("a").pause();
  connection.write([Buffer.from("x")]);
  await simulation.settle(sleep(simulation.timers, 1_000));
  expect(happened).toEqual([]);
  simulation.host("a").resume();
  await simulation.settle(sleep(simulation.timers, 1_000));
  return happened;
}

test("what arrives waits for the program, before its timers or after them", async () => {
  const orders = await Promise.all(Array.from({ length: 10 }, (_, seed) => firstAfterPause(seed)));
  const kinds = new Set(orders.map((order) => order.join(", ")));
  expect([...kinds].toSorted()).toEqual(["bytes, timer", "timer, bytes"]);
});

test("what a program wrote before its pause still arrives", async () => {
  const simulation = new Simulation(1);
  const [a, b] = [simulation.platform("a"), simulation.platform("b")];
  const received = new Recorder();
  await simulation.settle(b.transport.listen({ host: "b", port: 9092 }, () => received));
  const connection = await simulation.settle(a.transport.connect({ host: "b", port: 9092 }, new Recorder()));
  connection.write([Buffer.from("last words")]);
  simulation.host("a").pause();
  await simulation.run(() => received.text() === "last words");
  expect(simulation.host("a").paused).toBe(true);
});

test("a program that stands still can be killed, and another one started", async () => {
  const simulation = new Simulation(1);
  const host = simulation.host("a");
  let ran = false;
  host.platform.timers.after(1, () => {
    ran = true;
  });
  host.pause();
  await simulation.settle(sleep(simulation.timers, 10));
  host.kill();
  expect(() => host.pause()).toThrow(HostStateError);
  host.resume();
  const { timers } = host.restart();
  await simulation.settle(sleep(timers, 10));
  expect([ran, host.paused]).toEqual([false, false]);
});

test("a run in which all programs stand still says so", async () => {
  const simulation = new Simulation(1);
  simulation.platform("a").timers.after(1, () => undefined);
  simulation.host("a").pause();
  const failure = await simulation.run(() => false).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SimulationStalledError);
  expect((failure as Error).message).toContain('host "a": paused, 1 × timer');
});
