import { expect, test } from "vitest";
import { Recorder } from "../conformance/recorder.ts";
import { type File, type Files, sleep, yieldTo } from "../index.ts";
import {
  HostCrashedError,
  HostStateError,
  Simulation,
  SimulationLimitError,
  SimulationReentryError,
  SimulationStalledError,
} from "../sim.ts";

test("virtual time costs no real time", async () => {
  const simulation = new Simulation(1);
  const { clock, timers } = simulation.platform("a");
  const startMs = clock.nowMs();
  await simulation.settle(sleep(timers, 30 * 24 * 3_600_000), { virtualMsMax: Infinity });
  expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(30 * 24 * 3_600_000);
  expect(simulation.eventCount).toBe(1);
});

test("a run that nothing can continue says what hangs", async () => {
  const simulation = new Simulation(1);
  const { transport } = simulation.platform("a");
  await simulation.settle(transport.listen({ host: "a", port: 9092 }, () => new Recorder()));
  const connection = await simulation.settle(transport.connect({ host: "a", port: 9092 }, new Recorder()));
  connection.pause();
  simulation.host("b").crash();
  const failure = await simulation.run(() => false).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SimulationStalledError);
  expect(failure).toMatchObject({ code: "SIMULATION_STALLED" });
  const text = (failure as SimulationStalledError).message;
  for (const part of ['host "a": up', "listens on 9092", "to a:9092, paused", 'host "b": down']) expect(text).toContain(part);
});

test("a run ends at its limits", async () => {
  const simulation = new Simulation(1);
  const { timers } = simulation.platform("a");
  const beat = (): void => void timers.after(100, beat);
  beat();
  const late = simulation.run(() => false, { virtualMsMax: 1000 });
  await expect(late).rejects.toThrow(SimulationLimitError);
  await expect(late).rejects.toMatchObject({ limit: "virtualMsMax" });
  expect(simulation.elapsedMs).toBeLessThanOrEqual(1000);
  const before = simulation.eventCount;
  await expect(simulation.run(() => false, { eventsMax: 7 })).rejects.toMatchObject({ limit: "eventsMax" });
  expect(simulation.eventCount - before).toBe(7);
});

test("programs that poll over and over still get on in time", async () => {
  const simulation = new Simulation(1);
  let polls = 0;
  for (const name of ["a", "b"]) {
    const { timers } = simulation.platform(name);
    const poll = (): void => {
      polls += 1;
      timers.soon(poll);
    };
    poll();
  }
  await simulation.settle(sleep(simulation.timers, 10_000), { eventsMax: 100_000 });
  expect(polls).toBeGreaterThan(100);
});

test("a computation that watches the clock comes to its end", () => {
  const { clock } = new Simulation(1).platform("a");
  const endMs = clock.nowMs() + 5;
  let looks = 0;
  while (clock.nowMs() < endMs) looks += 1;
  expect(looks).toBeGreaterThan(100);
});

test("a busy host keeps no other from its events", async () => {
  const simulation = new Simulation(1);
  const [busy, idle] = [simulation.platform("busy"), simulation.platform("idle")];
  const startMs = idle.clock.nowMs();
  busy.timers.soon(() => {
    const endMs = busy.clock.nowMs() + 1000;
    while (busy.clock.nowMs() < endMs);
  });
  const order: string[] = [];
  busy.timers.after(10, () => order.push("busy"));
  idle.timers.after(20, () => order.push(`idle after ${String(idle.clock.nowMs() - startMs)}`));
  await simulation.run(() => order.length === 2);
  expect(order).toEqual(["idle after 20", "busy"]);
});

test("work takes a host's processor: its clock moves, its timers wait, other hosts go on", async () => {
  const simulation = new Simulation(1);
  const [slow, other] = [simulation.host("slow"), simulation.host("other")];
  const fired = new Map<string, number>();
  slow.platform.timers.after(1_000, () => {
    slow.work(5_000);
    fired.set("after the work", slow.platform.clock.nowMs());
  });
  slow.platform.timers.after(2_000, () => fired.set("slow", slow.platform.clock.nowMs()));
  other.platform.timers.after(2_000, () => fired.set("other", other.platform.clock.nowMs()));
  const startMs = other.platform.clock.nowMs();
  await simulation.run(() => fired.size === 3);
  expect([...fired].map(([what, atMs]) => `${what} ${String(Math.round((atMs - startMs) / 100) * 100)}`)).toEqual([
    "after the work 6000",
    "other 2000",
    "slow 6000",
  ]);
});

test("what a callback throws ends the run", async () => {
  const simulation = new Simulation(1);
  const { timers } = simulation.platform("a");
  const failure = new RangeError("no");
  timers.soon(() => {
    throw failure;
  });
  await expect(simulation.run(() => false)).rejects.toBe(failure);
});

test("a run cannot be begun within another", async () => {
  const simulation = new Simulation(1);
  const outer = simulation.settle(sleep(simulation.timers, 10));
  await expect(simulation.run(() => true)).rejects.toThrow(SimulationReentryError);
  await outer;
});

test("a crashed host does nothing more", async () => {
  const simulation = new Simulation(1);
  const host = simulation.host("a");
  const { timers, files, transport } = host.platform;
  const file = files.open("log", { create: true });
  const ran: string[] = [];
  const note = (what: string) => () => void ran.push(what);
  timers.after(1, note("timer"));
  timers.soon(note("soon"));
  const promises = [
    sleep(timers, 1),
    yieldTo(timers),
    file.sync(),
    files.syncDirectory("/"),
    transport.connect({ host: "a", port: 1 }, new Recorder()),
  ];
  for (const promise of promises) promise.then(note("promise"), note("rejection"));
  host.crash();
  await simulation.settle(sleep(simulation.timers, 1_000_000));
  expect(ran).toEqual([]);
});

test("code of a crashed host cannot act, even if it still runs", async () => {
  const simulation = new Simulation(1);
  const host = simulation.host("a");
  const past = host.platform;
  const file = past.files.open("log", { create: true });
  file.write([Buffer.from("synced")], 0);
  await simulation.settle(Promise.all([file.sync(), past.files.syncDirectory("/")]));
  host.crash();
  const present = host.restart();
  const ran: string[] = [];
  past.timers.after(1, () => ran.push("timer"));
  past.timers.after(1, () => ran.push("cancelled timer")).cancel();
  past.timers.soon(() => ran.push("soon"));
  past.files.makeDirectory("past");
  past.files.rename("log", "past");
  past.files.remove("log");
  file.write([Buffer.from("overwritten")], 0);
  file.truncate(0);
  for (const promise of [
    file.sync(),
    past.files.syncDirectory("/"),
    past.transport.listen({ host: "a", port: 5 }, () => new Recorder()),
    past.transport.connect({ host: "a", port: 5 }, new Recorder()),
  ]) {
    promise.then(
      () => ran.push("promise"),
      () => ran.push("rejection"),
    );
  }
  for (const read of readsOf(past.files, file)) expect(read).toThrow(HostCrashedError);
  await simulation.settle(sleep(simulation.timers, 100_000));
  expect(ran).toEqual([]);
  expect(present.files.list("/")).toEqual(["log"]);
  expect(present.files.readAll("log")?.toString()).toBe("synced");
});

function readsOf(files: Files, file: File): (() => unknown)[] {
  return [
    () => file.size(),
    () => file.read(Buffer.alloc(1), 0, 1, 0),
    () => files.open("log"),
    () => files.readAll("log"),
    () => files.exists("log"),
    () => files.list("/"),
  ];
}

test("a program may crash its own host, and unwinds at its next read", async () => {
  const simulation = new Simulation(1);
  const host = simulation.host("a");
  const { timers, files } = host.platform;
  let after = false;
  timers.soon(() => {
    host.crash();
    files.exists("log");
    after = true;
  });
  await simulation.settle(sleep(simulation.timers, 10));
  expect(host.up).toBe(false);
  expect(after).toBe(false);
});

test("a host that is down has no platform, and one that is up cannot be restarted", () => {
  const host = new Simulation(1).host("a");
  expect(() => host.restart()).toThrow(HostStateError);
  host.crash();
  host.crash();
  expect(() => host.platform).toThrow(HostStateError);
  const first = host.restart();
  expect(host.platform).toBe(first);
  host.kill();
  host.kill();
  expect(host.restart()).not.toBe(first);
});

test("each life of each host draws numbers of its own", () => {
  const simulation = new Simulation(1);
  const draw = (host: string): number => simulation.platform(host).random.uint32();
  const first = [draw("a"), draw("b"), simulation.random.uint32()];
  simulation.crash("a");
  simulation.host("a").restart();
  expect(new Set([...first, draw("a")]).size).toBe(4);
});
