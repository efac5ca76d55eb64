import { expect, test } from "vitest";
import { Recorder } from "../conformance/recorder.ts";
import { type Platform, sleep } from "../index.ts";
import { Simulation } from "../sim.ts";

interface Outcome {
  readonly hash: string;
  readonly events: number;
  readonly echoed: number;
  readonly lines: readonly string[];
}

const server = { host: "server", port: 9092 };

/** Appends what it receives to a file, and sends it back once that is on the disk. */
async function serve({ transport, files }: Platform): Promise<void> {
  files.makeDirectory("data");
  const file = files.open("data/log", { create: true });
  await transport.listen(server, (connection) => {
    const events = new Recorder();
    events.onPiece = (piece) => {
      file.write([piece], file.size());
      void file.sync().then(() => {
        connection.write([piece]);
      });
    };
    return events;
  });
}

/** Sends numbers drawn at random, at random times, over connections that break. */
async function ask({ transport, timers, random }: Platform, onEcho: (bytes: number) => void): Promise<never> {
  for (;;) {
    const events = new Recorder();
    events.onPiece = (piece) => {
      onEcho(piece.length);
    };
    const connection = await transport.connect(server, events).catch(() => null);
    while (events.closes.length === 0) {
      if (connection === null) break;
      connection.write([Buffer.from(String(random.uint32()))]);
      await sleep(timers, random.uint32() % 20);
      if (random.uint32() % 16 === 0) connection.end();
    }
    await sleep(timers, 50);
  }
}

async function world(seed: number | string, recordLines: boolean): Promise<Outcome> {
  const lines: string[] = [];
  const simulation = new Simulation(seed, recordLines ? { trace: (line) => lines.push(line) } : {});
  let echoed = 0;
  void serve(simulation.platform("server"));
  for (const name of ["x", "y", "z"]) {
    void ask(simulation.platform(name), (bytes) => {
      echoed += bytes;
    });
  }
  const faults = async (): Promise<void> => {
    for (let round = 0; round < 5; round += 1) {
      await sleep(simulation.timers, 200 + (simulation.random.uint32() % 100));
      simulation.partition("server", "x");
      simulation.reset("server", "y");
      await sleep(simulation.timers, 100);
      simulation.crash("server");
      await sleep(simulation.timers, simulation.random.uint32() % 100);
      simulation.healAll();
      void serve(simulation.host("server").restart());
    }
  };
  await simulation.settle(faults());
  return { hash: simulation.traceHash, events: simulation.eventCount, echoed, lines };
}

test("the same seed gives the same world, event by event", async () => {
  for (const seed of [1, "two", 3]) {
    const [first, second, silent] = [await world(seed, true), await world(seed, true), await world(seed, false)];
    expect(first.echoed).toBeGreaterThan(1000);
    expect(first.lines.length).toBeGreaterThan(first.events);
    expect(second).toEqual(first);
    expect(silent.hash).toBe(first.hash);
  }
});

test("worlds that run side by side do not touch each other", async () => {
  const alone = [await world(1, false), await world(2, false)];
  expect(await Promise.all([world(1, false), world(2, false)])).toEqual(alone);
});

test("different seeds give different worlds", async () => {
  const hashes = new Set<string>();
  for (let seed = 0; seed < 20; seed += 1) hashes.add((await world(seed, false)).hash);
  expect(hashes.size).toBe(20);
});

test("the trace hash depends on every byte on the wire and on the disk", async () => {
  const hashes = new Set<string>();
  const runs: readonly (readonly [wire: string, disk: string])[] = [
    ["hello world", "hello world"],
    ["hello worlb", "hello world"],
    ["Hello world", "hello world"],
    ["hello world", "hello worlb"],
    ["hello world", "Hello world"],
  ];
  for (const [wire, disk] of runs) {
    const simulation = new Simulation(1);
    const { transport, files } = simulation.platform("server");
    files.open("log", { create: true }).write([Buffer.from(disk)], 0);
    const events = new Recorder();
    await simulation.settle(transport.listen(server, () => events));
    const connection = await simulation.settle(simulation.platform("x").transport.connect(server, new Recorder()));
    connection.write([Buffer.from(wire)]);
    await simulation.run(() => events.receivedBytes === wire.length);
    hashes.add(simulation.traceHash);
  }
  expect(hashes.size).toBe(runs.length);
});
