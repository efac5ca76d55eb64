import { expect, test } from "vitest";
import { Recorder, until } from "../conformance/recorder.ts";
import { nodePlatform } from "./platform.ts";

test("an outgoing connection reads into one buffer, over and over", async () => {
  const { transport, timers } = nodePlatform({ readBufferBytes: 16 });
  const listener = await transport.listen({ host: "127.0.0.1", port: 0 }, (connection) => {
    connection.write([Buffer.from("0123456789".repeat(10))]);
    connection.end();
    return new Recorder();
  });
  const events = new Recorder();
  const buffers = new Set<Buffer>();
  const record = events.onData.bind(events);
  events.onData = (buffer, start, end) => {
    buffers.add(buffer);
    record(buffer, start, end);
  };
  await transport.connect(listener.address, events);
  await until(timers, () => events.closes.length > 0);
  await listener.close();
  expect(events.text()).toBe("0123456789".repeat(10));
  expect([...buffers].map((buffer) => buffer.buffer)).toHaveLength(1);
  expect(Math.max(...events.received.map((piece) => piece.length))).toBeLessThanOrEqual(16);
});

test("a refused name fails with the system's error, not with a collection of them", async () => {
  const { transport } = nodePlatform();
  const listener = await transport.listen({ host: "127.0.0.1", port: 0 }, () => new Recorder());
  await listener.close();
  const connecting = transport.connect({ host: "localhost", port: listener.address.port }, new Recorder());
  const failure = await connecting.catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "ECONNREFUSED", syscall: "connect" });
  expect(failure).not.toBeInstanceOf(AggregateError);
});

test("a port that cannot be is an error like any other", async () => {
  const { transport } = nodePlatform();
  await expect(transport.connect({ host: "127.0.0.1", port: 70_000 }, new Recorder())).rejects.toMatchObject({
    code: "ERR_SOCKET_BAD_PORT",
  });
  await expect(transport.listen({ host: "127.0.0.1", port: 70_000 }, () => new Recorder())).rejects.toMatchObject({
    code: "ERR_SOCKET_BAD_PORT",
  });
});
