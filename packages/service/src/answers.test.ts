import type { StreamsState } from "@millrace/runtime";
import { Gauge, Registry } from "prom-client";
import { expect, test } from "vitest";
import { answers } from "./answers.ts";
import type { HttpAnswer } from "./host.ts";

function ask(state: StreamsState, path: string, method = "GET"): Promise<HttpAnswer> {
  const registry = new Registry();
  new Gauge({ name: "figure", help: "A figure.", registers: [registry] }).set(3);
  return answers({ state }, registry)(method, path);
}

test.each([
  ["created", 200, 503],
  ["rebalancing", 200, 503],
  ["running", 200, 200],
  ["pendingShutdown", 200, 503],
  ["notRunning", 503, 503],
  ["pendingError", 200, 503],
  ["error", 503, 503],
] as const)("in state %s a service lives (%d) and is ready (%d)", async (state, live, ready) => {
  const body = `{"state":"${state}"}\n`;
  expect(await ask(state, "/healthz")).toMatchObject({ status: live, body });
  expect(await ask(state, "/readyz")).toMatchObject({ status: ready, body });
});

test("metrics are in Prometheus' text, and nobody keeps them", async () => {
  const { status, headers, body } = await ask("running", "/metrics");
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(headers["cache-control"]).toBe("no-store");
  expect(body).toContain("\nfigure 3\n");
});

test.each(["/", "/healthz/", "/constructor", ""])("there is no page %j", async (path) => {
  expect(await ask("running", path)).toMatchObject({ status: 404, body: "There is /healthz, /readyz, /metrics.\n" });
});

test("only reading is allowed", async () => {
  expect(await ask("running", "/healthz", "HEAD")).toMatchObject({ status: 200 });
  expect(await ask("running", "/healthz", "POST")).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
});
