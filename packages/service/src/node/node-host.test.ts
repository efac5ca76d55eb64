import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import type { HttpAnswer } from "../host.ts";
import { nodeHost } from "./node-host.ts";

const loopback = { host: "127.0.0.1", port: 0 };

function echo(method: string, path: string): Promise<HttpAnswer> {
  return Promise.resolve({ status: 418, headers: { "x-mark": "1" }, body: `${method} ${path} ö` });
}

test("requests over a socket reach the handler, and its answers the client", async () => {
  const { address, close } = await nodeHost().listen(loopback, echo);
  const page = `http://127.0.0.1:${String(address.port)}/a/b?c=d`;
  const response = await fetch(page);
  expect([response.status, response.headers.get("x-mark"), await response.text()]).toEqual([418, "1", "GET /a/b ö"]);
  const head = await fetch(page, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([418, "12", ""]);
  // The connections above are kept open by the client: closing cuts them.
  await close();
  await expect(fetch(page)).rejects.toThrow();
});

test("an address that is taken is an error", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  await expect(nodeHost().listen({ host: "127.0.0.1", port }, echo)).rejects.toMatchObject({ code: "EADDRINUSE" });
  await new Promise((resolve) => other.close(resolve));
});

test("listeners are there until they are taken back", () => {
  const counts = (): number[] => ["SIGINT", "SIGTERM", "uncaughtExceptionMonitor"].map((name) => process.listenerCount(name));
  const before = counts();
  const host = nodeHost();
  const ignoreSignals = host.onSignal(() => undefined);
  const ignoreCrash = host.onCrash(() => undefined);
  expect(counts()).toEqual(before.map((count) => count + 1));
  ignoreSignals();
  ignoreCrash();
  expect(counts()).toEqual(before);
});

test("memory, CPU and the event loop's lag of the process are observed", async () => {
  const registry = new Registry();
  nodeHost().observeProcess(registry);
  const text = await registry.metrics();
  for (const name of ["process_cpu_seconds_total", "process_resident_memory_bytes", "nodejs_eventloop_lag_p99_seconds"]) {
    expect(text).toMatch(new RegExp(`^${name} [\\d.e-]+`, "m"));
  }
});
