import { heartbeat, type HeartbeatResponse } from "@millrace/protocol";
import { describe, expect, test } from "vitest";

import type { ClientConfig } from "../config.ts";
import { clientContext } from "../context.ts";
import { Lifetime } from "../lifetime.ts";
import { TestCluster } from "../testing/test-cluster.ts";
import { BrokerLink } from "./broker-link.ts";
import { BrokerConnection } from "./connection.ts";
import { strangeBytes } from "./strange-bytes.ts";

const address = { host: "broker-1", port: 9092 };

async function world(config: Partial<ClientConfig> = {}) {
  const { simulation, broker } = await TestCluster.start(11);
  const platform = simulation.platform("client");
  const said: string[] = [];
  const log: ClientConfig["log"] = (level, text) => void said.push(`${level}: ${text}`);
  const context = clientContext({ clientId: "c", brokers: ["broker-1:9092"], log, ...config }, platform);
  const connection = await simulation.settle(BrokerConnection.open(address, context, new Lifetime("test", platform.timers), 500));
  const beat = (timeoutMs = 30_000): Promise<HeartbeatResponse> =>
    connection.request(heartbeat, 3, { groupId: "g", generationId: 1, memberId: "m" }, timeoutMs);
  const pass = (delayMs: number): Promise<void> =>
    simulation.settle(new Promise((resolve) => void simulation.timers.after(delayMs, () => resolve())));
  return { simulation, broker, context, connection, beat, pass, said };
}

describe("a broker that throttles (KIP-219)", () => {
  test("is sent nothing until the time is over, then all in order", async () => {
    const { simulation, broker, connection, beat, said } = await world();
    broker.on(heartbeat, () => ({ errorCode: 0, throttleTimeMs: broker.received.length === 2 ? 700 : 0 }));
    await simulation.settle(beat());
    const throttledAtMs = simulation.elapsedMs;
    expect(connection.whenFree()).toBeInstanceOf(Promise);
    await simulation.settle(Promise.all([beat(), beat(), connection.whenFree()]));
    expect(broker.received).toHaveLength(4);
    expect(simulation.elapsedMs - throttledAtMs).toBeGreaterThanOrEqual(700);
    expect(connection.whenFree()).toBeUndefined();
    expect(said).toEqual(["warn: holding requests, since a broker throttles this client"]);
    connection.close();
  });

  test("fails a request alone that waits too long, and says why", async () => {
    const { simulation, broker, connection, beat } = await world();
    broker.on(heartbeat, () => ({ errorCode: 0, throttleTimeMs: broker.received.length === 2 ? 5_000 : 0 }));
    await simulation.settle(beat());
    const waiting = beat();
    const late = simulation.settle(beat(1_000));
    await expect(late).rejects.toThrow("because the broker throttles this client. Look at its quotas.");
    await expect(late).rejects.toMatchObject({ code: "CLIENT_REQUEST_TIMEOUT" });
    await simulation.settle(waiting);
    expect(connection.closed).toBe(false);
    connection.close();
  });

  test("leaves nothing behind when the connection closes", async () => {
    const { simulation, broker, connection, beat } = await world();
    broker.on(heartbeat, () => ({ errorCode: 0, throttleTimeMs: 60_000 }));
    await simulation.settle(beat());
    const held = expect(beat()).rejects.toMatchObject({ code: "CLIENT_CLOSED" });
    const free = connection.whenFree();
    connection.close();
    await held;
    await free;
  });
});

describe("a connection that nobody uses", () => {
  test("is closed after `connectionsMaxIdleMs`, counted from its last use", async () => {
    const { simulation, broker, connection, beat, pass } = await world({ connectionsMaxIdleMs: 1_000 });
    broker.on(heartbeat, () => ({ errorCode: 0 }));
    await pass(800);
    await simulation.settle(beat());
    await pass(800);
    expect(connection.closed).toBe(false);
    await pass(400);
    expect(connection.closed).toBe(true);
  });

  test("stays while an answer is due, and for ever with -1", async () => {
    const waiting = await world({ connectionsMaxIdleMs: 1_000 });
    waiting.broker.on(heartbeat, () => null);
    const beat = expect(waiting.beat(5_000)).rejects.toMatchObject({ code: "CLIENT_REQUEST_TIMEOUT" });
    await waiting.pass(4_000);
    expect(waiting.connection.closed).toBe(false);
    await waiting.pass(2_000);
    await beat;
    const forever = await world({ connectionsMaxIdleMs: -1 });
    await forever.pass(3_600_000);
    expect(forever.connection.closed).toBe(false);
    forever.connection.close();
  });
});

test("attempts to connect get more time, one after the other, up to the most (KIP-601)", async () => {
  const { simulation, connection, context } = await world({
    connectionTimeoutMs: 500,
    connectionTimeoutMaxMs: 1_500,
    reconnectBackoffMs: 0,
  });
  connection.close();
  simulation.partition("client", "broker-1");
  const link = new BrokerLink(address, context);
  const took: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    const beganMs = simulation.elapsedMs;
    await expect(simulation.settle(link.connect())).rejects.toMatchObject({ cause: { code: "CLIENT_REQUEST_TIMEOUT" } });
    took.push(simulation.elapsedMs - beganMs);
  }
  for (const [i, middle] of [500, 1_000, 1_500, 1_500].entries()) {
    expect(took[i]).toBeGreaterThanOrEqual(0.8 * middle);
    expect(took[i]).toBeLessThanOrEqual(1.2 * middle + 50);
  }
  link.close();
});

test.each<[string, Buffer, boolean, boolean, string, string]>([
  ["HTTP", Buffer.from("HTTP"), true, false, "CLIENT_NOT_KAFKA", "it speaks HTTP"],
  ["SSH", Buffer.from("SSH-"), true, false, "CLIENT_NOT_KAFKA", 'its answer begins with "SSH-"'],
  ["other bytes", Buffer.from([0xff, 0, 1, 2]), true, true, "CLIENT_NOT_KAFKA", "its answer begins with the bytes ff000102"],
  ["an alert of TLS", Buffer.from([0x15, 3, 3, 0]), true, false, "CLIENT_TLS_FAILED", 'set "ssl"'],
  [
    "a length that cannot be, later on",
    Buffer.from("HTTP"),
    false,
    false,
    "CLIENT_MALFORMED_RESPONSE",
    "a frame of 1213486160 bytes",
  ],
])("%s in place of a frame is told as what it is", (_what, bytes, first, secured, code, text) => {
  const error = strangeBytes("b:1", bytes.readInt32BE(0), first, secured);
  expect(error).toMatchObject({ code, retriable: false, message: expect.stringContaining(text) });
});
