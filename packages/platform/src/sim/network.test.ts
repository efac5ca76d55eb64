import { expect, test } from "vitest";
import { Recorder } from "../conformance/recorder.ts";
import { type Connection, type Listener, sleep } from "../index.ts";
import { type Host, Simulation } from "../sim.ts";

interface Link {
  readonly simulation: Simulation;
  readonly a: Host;
  readonly b: Host;
  readonly listener: Listener;
  readonly client: Connection;
  readonly clientEvents: Recorder;
  readonly server: Connection;
  readonly serverEvents: Recorder;
}

/** `a` is connected to `b`, which listens on 9092. */
async function linked(seed: number): Promise<Link> {
  const simulation = new Simulation(seed);
  const a = simulation.host("a");
  const b = simulation.host("b");
  const serverEvents = new Recorder();
  const listening = b.platform.transport.listen({ host: "b", port: 9092 }, (connection) => {
    serverEvents.connection = connection;
    return serverEvents;
  });
  const listener = await simulation.settle(listening);
  const clientEvents = new Recorder();
  const client = await simulation.settle(a.platform.transport.connect({ host: "b", port: 9092 }, clientEvents));
  await simulation.run(() => serverEvents.connection !== null);
  return { simulation, a, b, listener, client, clientEvents, server: serverEvents.connection!, serverEvents };
}

function pass(simulation: Simulation, durationMs: number): Promise<void> {
  return simulation.settle(sleep(simulation.timers, durationMs));
}

const reset = expect.objectContaining({ code: "ECONNRESET" }) as Error;

test("hosts reach each other by name, and know each other's", async () => {
  const { client, server, listener } = await linked(1);
  expect(listener.address).toEqual({ host: "b", port: 9092 });
  expect(client.remote).toBe("b:9092");
  expect(server.remote).toMatch(/^a:\d+$/);
});

test("127.0.0.1 is each host's own", async () => {
  const simulation = new Simulation(1);
  const [a, b] = [simulation.platform("a"), simulation.platform("b")];
  await simulation.settle(a.transport.listen({ host: "127.0.0.1", port: 9092 }, () => new Recorder()));
  const own = await simulation.settle(a.transport.connect({ host: "localhost", port: 9092 }, new Recorder()));
  expect(own.remote).toBe("localhost:9092");
  for (const host of ["127.0.0.1", "a"]) {
    const connecting = b.transport.connect({ host, port: 9092 }, new Recorder());
    await expect(simulation.settle(connecting)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  }
  await simulation.settle(b.transport.listen({ host: "0.0.0.0", port: 9092 }, () => new Recorder()));
  for (const from of [a, b]) await simulation.settle(from.transport.connect({ host: "b", port: 9092 }, new Recorder()));
});

test("hosts that do not exist are not found, and addresses of others cannot be listened on", async () => {
  const simulation = new Simulation(1);
  const { transport } = simulation.platform("a");
  const connecting = transport.connect({ host: "nowhere", port: 1 }, new Recorder());
  await expect(simulation.settle(connecting)).rejects.toMatchObject({ code: "ENOTFOUND" });
  const listening = transport.listen({ host: "b", port: 1 }, () => new Recorder());
  await expect(simulation.settle(listening)).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
});

test("bytes take the latency of the host that sends them", async () => {
  const { simulation, a, client, server, clientEvents, serverEvents } = await linked(3);
  a.latencyMs = { min: 100, max: 101 };
  const startMs = simulation.elapsedMs;
  client.write([Buffer.from("x")]);
  await simulation.run(() => serverEvents.receivedBytes === 1);
  const thereMs = simulation.elapsedMs - startMs;
  expect(thereMs).toBeGreaterThanOrEqual(100);
  expect(thereMs).toBeLessThan(102);
  server.write([Buffer.from("y")]);
  await simulation.run(() => clientEvents.receivedBytes === 1);
  expect(simulation.elapsedMs - startMs - thereMs).toBeLessThan(4);
});

test("writes are cut and joined at random, and their bytes stay in order", async () => {
  const pieces = new Set<number>();
  for (let seed = 0; seed < 20; seed += 1) {
    const { simulation, client, serverEvents } = await linked(seed);
    for (let i = 0; i < 10; i += 1) client.write([Buffer.from("0123456789")]);
    await simulation.run(() => serverEvents.receivedBytes === 100);
    expect(serverEvents.text()).toBe("0123456789".repeat(10));
    for (const piece of serverEvents.received) pieces.add(piece.length);
  }
  expect(Math.min(...pieces)).toBeLessThan(10);
  expect(Math.max(...pieces)).toBeGreaterThan(10);
});

test("delivered bytes are overwritten after the call", async () => {
  const { simulation, client, serverEvents } = await linked(1);
  const kept: Buffer[] = [];
  serverEvents.onData = (buffer, start, end) => {
    expect(buffer.toString("latin1", start, end)).toBe("x");
    kept.push(buffer.subarray(start, end));
  };
  client.write([Buffer.from("x")]);
  await simulation.run(() => kept.length === 1);
  expect(kept[0]!.toString("latin1")).not.toBe("x");
});

test("bytes that wait in the queue are still the writer's own", async () => {
  const { simulation, client, server, serverEvents } = await linked(1);
  server.pause();
  const bytes = Buffer.alloc(1_000_000, 1);
  client.write([bytes]);
  const taken = bytes.length - client.bytesQueued;
  bytes.fill(2);
  server.resume();
  await simulation.run(() => serverEvents.receivedBytes === bytes.length);
  expect(taken).toBeGreaterThan(0);
  expect(
    Buffer.concat(serverEvents.received).equals(Buffer.concat([Buffer.alloc(taken, 1), Buffer.alloc(bytes.length - taken, 2)])),
  ).toBe(true);
});

test("a partition holds bytes back until it heals", async () => {
  const { simulation, client, server, clientEvents, serverEvents } = await linked(5);
  simulation.partition("a", "b");
  client.write([Buffer.from("there")]);
  server.write([Buffer.from("back")]);
  await pass(simulation, 60_000);
  client.write([Buffer.from(" again")]);
  await pass(simulation, 1000);
  expect([serverEvents.text(), clientEvents.text()]).toEqual(["", ""]);
  simulation.heal("b", "a");
  await simulation.run(() => serverEvents.text() === "there again" && clientEvents.text() === "back");
  expect([...serverEvents.closes, ...clientEvents.closes]).toEqual([]);
});

test("a connect waits for a partition to heal, but not for ever", async () => {
  const { simulation, a } = await linked(5);
  simulation.partition("a", "b");
  const patient = a.platform.transport.connect({ host: "b", port: 9092 }, new Recorder());
  await pass(simulation, 10_000);
  simulation.healAll();
  await simulation.settle(patient);
  simulation.partition("a", "b");
  const startMs = simulation.elapsedMs;
  const given = a.platform.transport.connect({ host: "b", port: 9092 }, new Recorder());
  await expect(simulation.settle(given)).rejects.toMatchObject({ code: "ETIMEDOUT" });
  expect(simulation.elapsedMs - startMs).toBeGreaterThanOrEqual(127_000);
});

test("what one side resets during a partition never arrives, though the partition heals", async () => {
  const { simulation, client, clientEvents, serverEvents } = await linked(5);
  simulation.partition("a", "b");
  client.write([Buffer.from("lost")]);
  await pass(simulation, 1000);
  client.reset();
  simulation.healAll();
  await pass(simulation, 1000);
  expect(serverEvents.text()).toBe("");
  expect([clientEvents.closes, serverEvents.closes]).toEqual([[null], [reset]]);
});

test("a reset reaches both sides, once, and loses what was on the way", async () => {
  const { simulation, client, clientEvents, serverEvents } = await linked(6);
  const otherEvents = new Recorder();
  await simulation.settle(simulation.platform("c").transport.connect({ host: "b", port: 9092 }, otherEvents));
  client.write([Buffer.from("lost")]);
  simulation.reset("a", "b");
  await pass(simulation, 1000);
  expect(otherEvents.closes).toEqual([]);
  expect(serverEvents.text()).toBe("");
  expect(clientEvents.closes).toEqual([reset]);
  expect(serverEvents.closes).toEqual([reset]);
});

test("peers of a crashed host see a reset if its end is noticed", async () => {
  const { simulation, b, clientEvents, serverEvents } = await linked(7);
  b.crash({ peersSee: "reset" });
  await pass(simulation, 1000);
  expect(clientEvents.closes).toEqual([reset]);
  expect(serverEvents.closes).toEqual([]);
});

test("peers of a crashed host hear nothing until it is up again and they write", async () => {
  const { simulation, b, client, clientEvents } = await linked(8);
  b.crash({ peersSee: "silence" });
  await pass(simulation, 600_000);
  client.write([Buffer.from("anybody?")]);
  await pass(simulation, 600_000);
  expect(clientEvents.closes).toEqual([]);
  b.restart();
  await simulation.run(() => clientEvents.closes.length > 0);
  expect(clientEvents.closes).toEqual([reset]);
});

test("a restarted host resets connections of its past when they are written to", async () => {
  const { simulation, b, client, clientEvents } = await linked(9);
  b.crash({ peersSee: "silence" });
  b.restart();
  await pass(simulation, 1000);
  expect(clientEvents.closes).toEqual([]);
  client.write([Buffer.from("still there?")]);
  await pass(simulation, 1000);
  expect(clientEvents.closes).toEqual([reset]);
});

test("a crash frees the ports of its host", async () => {
  const { simulation, a, b } = await linked(10);
  b.crash();
  const waiting = a.platform.transport.connect({ host: "b", port: 9092 }, new Recorder());
  await pass(simulation, 5000);
  const again = b.restart();
  await expect(simulation.settle(waiting)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await simulation.settle(again.transport.listen({ host: "b", port: 9092 }, () => new Recorder()));
  await simulation.settle(a.platform.transport.connect({ host: "b", port: 9092 }, new Recorder()));
});
