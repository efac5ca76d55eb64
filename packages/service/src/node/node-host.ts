import type { AddressInfo } from "node:net";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { nodePlatform, nodeProcess } from "@millrace/platform/node";
import { openEngine } from "@millrace/state-rocksdb";
import { collectDefaultMetrics } from "prom-client";
import type { Host, HttpHandler, HttpListener } from "../host.ts";

/** Time that a client may take for its request, in milliseconds. */
const requestTimeoutMs = 10_000;

/** The process that this runs in. */
export function nodeHost(): Host {
  return {
    platform: nodePlatform(),
    environment: process.env,
    openEngine: (directory, log) => openEngine(directory, { log }),
    write: (line) => void process.stdout.write(line),
    onSignal: nodeProcess.onSignal,
    onCrash(listener) {
      process.on("uncaughtExceptionMonitor", listener);
      return () => void process.off("uncaughtExceptionMonitor", listener);
    },
    exit: nodeProcess.exit,
    listen: ({ host, port }, handler) => listen(host, port, handler),
    observeProcess: (register) => collectDefaultMetrics({ register }),
  };
}

async function listen(host: string, port: number, handler: HttpHandler): Promise<HttpListener> {
  const server = createServer(
    { requestTimeout: requestTimeoutMs },
    (request, response) => void answer(request, response, handler),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return { address: { host: address.address, port: address.port }, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, handler: HttpHandler): Promise<void> {
  const [path = ""] = (request.url ?? "").split("?", 1);
  const { status, headers, body } = await handler(request.method ?? "", path);
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}
