import type { StreamsState } from "@millrace/runtime";
import type { Registry } from "prom-client";
import type { HttpAnswer, HttpHandler } from "./host.ts";

/** The only methods there are. */
const methods = ["GET", "HEAD"];
/** From these states nothing comes back by itself. */
const ended: readonly StreamsState[] = ["notRunning", "error"];

/**
 * - `/healthz`: 503 if only a new process can help, else 200.
 * - `/readyz`: 200 while records are processed, else 503: at the start, in a rebalance, from a signal on.
 * - `/metrics`: Prometheus' text.
 */
export function answers(streams: { readonly state: StreamsState }, registry: Registry): HttpHandler {
  const pages: Readonly<Record<string, () => Promise<HttpAnswer>>> = {
    "/healthz": () => Promise.resolve(health(!ended.includes(streams.state), streams.state)),
    "/readyz": () => Promise.resolve(health(streams.state === "running", streams.state)),
    "/metrics": async () => ({
      status: 200,
      headers: { "content-type": registry.contentType, "cache-control": "no-store" },
      body: await registry.metrics(),
    }),
  };
  return async (method, path) => {
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (page === undefined) return plain(404, `There is ${Object.keys(pages).join(", ")}.`);
    if (!methods.includes(method)) return plain(405, "Nothing can be changed here.", { allow: methods.join(", ") });
    return page();
  };
}

function health(isWell: boolean, state: StreamsState): HttpAnswer {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { status: isWell ? 200 : 503, headers, body: `${JSON.stringify({ state })}\n` };
}

function plain(status: number, body: string, more: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...more }, body: `${body}\n` };
}
