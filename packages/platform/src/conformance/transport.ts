import { describe, expect, test } from "vitest";
import type { Connection, Listener } from "../index.ts";
import { sleep, yieldTo } from "../index.ts";
import { type Harness, type OpenHarness, withHarness } from "./harness.ts";
import { Recorder, until } from "./recorder.ts";

interface Pair {
  readonly listener: Listener;
  readonly client: Connection;
  readonly clientEvents: Recorder;
  readonly server: Connection;
  readonly serverEvents: Recorder;
}

/** Every transport passes this, whatever carries its bytes. */
export function transportConformance(name: string, open: OpenHarness): void {
  describe(`${name} transport`, () => {
    exchanges(open);
    closings(open);
    flowControl(open);
    failures(open);
  });
}

async function connectedPair(harness: Harness): Promise<Pair> {
  const { transport, timers } = harness.platform;
  const serverEvents = new Recorder();
  const listener = await transport.listen({ host: harness.host, port: 0 }, (connection) => {
    serverEvents.connection = connection;
    return serverEvents;
  });
  const clientEvents = new Recorder();
  const client = await transport.connect({ host: harness.host, port: listener.address.port }, clientEvents);
  await until(timers, () => serverEvents.connection !== null);
  return { listener, client, clientEvents, server: serverEvents.connection!, serverEvents };
}

function pairTest(name: string, open: OpenHarness, run: (pair: Pair, harness: Harness) => Promise<void>): void {
  test(name, () =>
    withHarness(open, async (harness) => {
      const pair = await connectedPair(harness);
      try {
        await run(pair, harness);
      } finally {
        pair.client.destroy();
        pair.server.destroy();
        await pair.listener.close();
      }
    }),
  );
}

function numbered(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) bytes.writeUInt32LE(i, i);
  return bytes;
}

function exchanges(open: OpenHarness): void {
  pairTest("carries bytes both ways, in order", open, async ({ client, clientEvents, server, serverEvents }, { platform }) => {
    client.write([Buffer.from("one,"), Buffer.from("two,")]);
    client.write([Buffer.from("three")]);
    server.write([Buffer.from("hello "), Buffer.from("client")]);
    await until(platform.timers, () => serverEvents.text() === "one,two,three" && clientEvents.text() === "hello client");
    expect(clientEvents.closes).toEqual([]);
  });

  pairTest("tells the addresses of both sides, and an accepted one that by which the peer came", open, (pair) => {
    const { client, server, listener } = pair;
    expect(server.local.port).toBe(listener.address.port);
    expect(client.remote).toBe(`${server.local.host}:${server.local.port}`);
    expect(server.remote).toBe(`${client.local.host}:${client.local.port}`);
    return Promise.resolve();
  });

  pairTest(
    "carries more bytes than any buffer holds",
    open,
    async ({ client, clientEvents, server, serverEvents }, { platform }) => {
      const sent = numbered(3_000_004);
      client.write([sent.subarray(0, 1_000_000), sent.subarray(1_000_000, 1_000_003), sent.subarray(1_000_003)]);
      server.write([sent]);
      await until(
        platform.timers,
        () => serverEvents.receivedBytes === sent.length && clientEvents.receivedBytes === sent.length,
      );
      expect(Buffer.concat(serverEvents.received).equals(sent)).toBe(true);
      expect(Buffer.concat(clientEvents.received).equals(sent)).toBe(true);
    },
  );

  pairTest("takes empty writes and chunks for nothing", open, async ({ client, serverEvents }, { platform }) => {
    client.write([]);
    client.write([Buffer.alloc(0)]);
    client.write([Buffer.alloc(0), Buffer.from("a"), Buffer.alloc(0), Buffer.from("b")]);
    await until(platform.timers, () => serverEvents.receivedBytes === 2);
    expect(serverEvents.text()).toBe("ab");
    expect(serverEvents.received.every((piece) => piece.length > 0)).toBe(true);
  });

  pairTest("answers from within a delivery", open, async ({ client, clientEvents, server, serverEvents }, { platform }) => {
    serverEvents.onPiece = (piece) => {
      server.write([piece]);
    };
    client.write([Buffer.from("echo")]);
    await until(platform.timers, () => clientEvents.text() === "echo");
  });

  test("delivers bytes that the accepting side writes at once", () =>
    withHarness(open, async ({ platform, host }) => {
      const listener = await platform.transport.listen({ host, port: 0 }, (connection) => {
        connection.write([Buffer.from("welcome")]);
        connection.end();
        return new Recorder();
      });
      const events = new Recorder();
      await platform.transport.connect({ host, port: listener.address.port }, events);
      expect(events.received).toEqual([]);
      await until(platform.timers, () => events.closes.length > 0);
      expect(events.text()).toBe("welcome");
      expect(events.closes).toEqual([null]);
      await listener.close();
    }));

  pairTest("names the peer as host and port", open, ({ listener, client }) => {
    expect(client.remote).toMatch(new RegExp(`^.+:${String(listener.address.port)}$`));
    return Promise.resolve();
  });
}

function closings(open: OpenHarness): void {
  pairTest("sends what is queued before it ends", open, async ({ client, clientEvents, serverEvents }, { platform }) => {
    const sent = numbered(1_000_000);
    client.write([sent]);
    client.end();
    await until(platform.timers, () => serverEvents.closes.length > 0 && clientEvents.closes.length > 0);
    expect(Buffer.concat(serverEvents.received).equals(sent)).toBe(true);
    expect(serverEvents.closes).toEqual([null]);
    expect(clientEvents.closes).toEqual([null]);
  });

  pairTest("ignores writes after the end", open, async ({ client, clientEvents, serverEvents }, { platform }) => {
    client.write([Buffer.from("last")]);
    client.end();
    client.write([Buffer.from("too late")]);
    await until(platform.timers, () => serverEvents.closes.length > 0 && clientEvents.closes.length > 0);
    client.write([Buffer.from("much too late")]);
    client.end();
    client.destroy();
    await sleep(platform.timers, 5);
    expect(serverEvents.text()).toBe("last");
    expect(clientEvents.closes).toEqual([null]);
  });

  pairTest(
    "destroys at once, tells its owner later and once",
    open,
    async ({ client, clientEvents, serverEvents }, { platform }) => {
      client.destroy();
      client.destroy();
      expect(clientEvents.closes).toEqual([]);
      await until(platform.timers, () => serverEvents.closes.length > 0 && clientEvents.closes.length > 0);
      await sleep(platform.timers, 5);
      expect(clientEvents.closes).toEqual([null]);
      expect(serverEvents.closes).toHaveLength(1);
    },
  );

  pairTest("resets at once what is queued, too", open, async ({ client, clientEvents, server, serverEvents }, { platform }) => {
    server.pause();
    const sent = numbered(50_000_000);
    client.write([sent]);
    client.reset();
    client.reset();
    client.destroy();
    await until(platform.timers, () => clientEvents.closes.length > 0);
    server.resume();
    await until(platform.timers, () => serverEvents.closes.length > 0);
    expect(clientEvents.closes).toEqual([null]);
    expect(serverEvents.closes).toEqual([expect.objectContaining({ code: "ECONNRESET" })]);
    expect(Buffer.concat(serverEvents.received).length).toBeLessThan(sent.length);
  });

  pairTest("delivers nothing after destroy", open, async ({ client, clientEvents, server, serverEvents }, { platform }) => {
    server.write([Buffer.from("never seen")]);
    client.destroy();
    await until(platform.timers, () => serverEvents.closes.length > 0 && clientEvents.closes.length > 0);
    expect(clientEvents.received).toEqual([]);
  });

  pairTest("closes from within a delivery", open, async ({ client, server, serverEvents }, { platform }) => {
    serverEvents.onPiece = () => {
      server.destroy();
    };
    client.write([numbered(1_000_000)]);
    await until(platform.timers, () => serverEvents.closes.length > 0);
    expect(serverEvents.received).toHaveLength(1);
    expect(serverEvents.closes).toEqual([null]);
  });

  pairTest("keeps accepted connections when the listener closes", open, async (pair, { platform, host }) => {
    await pair.listener.close();
    pair.client.write([Buffer.from("still here")]);
    await until(platform.timers, () => pair.serverEvents.text() === "still here");
    const { port } = pair.listener.address;
    await expect(platform.transport.connect({ host, port }, new Recorder())).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
}

function flowControl(open: OpenHarness): void {
  pairTest("holds deliveries back while paused", open, async ({ client, clientEvents, server }, { platform }) => {
    client.pause();
    server.write([Buffer.from("wait")]);
    await sleep(platform.timers, 20);
    expect(clientEvents.received).toEqual([]);
    client.resume();
    await until(platform.timers, () => clientEvents.text() === "wait");
  });

  pairTest(
    "pauses from within a delivery, on the accepted side",
    open,
    async ({ client, server, serverEvents }, { platform }) => {
      serverEvents.onPiece = () => {
        server.pause();
      };
      // A single byte arrives in one piece, whatever the network does.
      client.write([Buffer.from("1")]);
      await until(platform.timers, () => serverEvents.text() === "1");
      client.write([Buffer.from("2")]);
      await sleep(platform.timers, 20);
      expect(serverEvents.text()).toBe("1");
      server.resume();
      await until(platform.timers, () => serverEvents.text() === "12");
    },
  );

  pairTest("queues what a paused peer does not take, and tells when it is gone", open, async (pair, { platform }) => {
    const { client, clientEvents, server, serverEvents } = pair;
    const sent = numbered(16_000_000);
    server.pause();
    client.write([sent.subarray(0, 8_000_000), sent.subarray(8_000_000)]);
    await sleep(platform.timers, 20);
    expect(client.bytesQueued).toBeGreaterThan(0);
    expect(clientEvents.drains).toBe(0);
    server.resume();
    await until(platform.timers, () => clientEvents.drains > 0 && serverEvents.receivedBytes === sent.length);
    expect(client.bytesQueued).toBe(0);
    expect(clientEvents.drains).toBe(1);
    expect(Buffer.concat(serverEvents.received).equals(sent)).toBe(true);
  });
}

function failures(open: OpenHarness): void {
  test("rejects a connect that nobody listens for with ECONNREFUSED", () =>
    withHarness(open, async ({ platform, host }) => {
      const listener = await platform.transport.listen({ host, port: 0 }, () => new Recorder());
      await listener.close();
      const events = new Recorder();
      const connecting = platform.transport.connect({ host, port: listener.address.port }, events);
      await expect(connecting).rejects.toMatchObject({ code: "ECONNREFUSED" });
      await yieldTo(platform.timers);
      expect(events.closes).toEqual([]);
    }));

  test("gives up a connect when its signal says so", () =>
    withHarness(open, async ({ platform, host }) => {
      const accepted: Recorder[] = [];
      const listener = await platform.transport.listen({ host, port: 0 }, () => {
        accepted.push(new Recorder());
        return accepted.at(-1)!;
      });
      const address = { host, port: listener.address.port };
      const events = new Recorder();
      const given = new AbortController();
      const connecting = platform.transport.connect(address, events, { signal: given.signal });
      given.abort();
      await expect(connecting).rejects.toBe(given.signal.reason);
      await expect(platform.transport.connect(address, events, { signal: given.signal })).rejects.toBe(given.signal.reason);
      // Connections that the listener accepted before it knew are closed again.
      await until(platform.timers, () => accepted.every(({ closes }) => closes.length > 0));
      expect(events.closes).toEqual([]);

      const late = new AbortController();
      const connection = await platform.transport.connect(address, events, { signal: late.signal });
      late.abort();
      await yieldTo(platform.timers);
      connection.write([Buffer.from("still there")]);
      await until(platform.timers, () => accepted.at(-1)?.text() === "still there");
      connection.destroy();
      await listener.close();
    }));

  test("rejects a second listener on a port with EADDRINUSE", () =>
    withHarness(open, async ({ platform, host }) => {
      const first = await platform.transport.listen({ host, port: 0 }, () => new Recorder());
      const second = platform.transport.listen({ host, port: first.address.port }, () => new Recorder());
      await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
      await first.close();
      const third = await platform.transport.listen({ host, port: first.address.port }, () => new Recorder());
      expect(third.address.port).toBe(first.address.port);
      await third.close();
    }));

  test("gives listeners on port 0 ports of their own", () =>
    withHarness(open, async ({ platform, host }) => {
      const first = await platform.transport.listen({ host, port: 0 }, () => new Recorder());
      const second = await platform.transport.listen({ host, port: 0 }, () => new Recorder());
      expect(first.address.port).toBeGreaterThan(0);
      expect(second.address.port).not.toBe(first.address.port);
      await first.close();
      await second.close();
    }));
}
