import { strict as assert } from "node:assert";
import { connect as connectSocket, createServer, type Server, type Socket } from "node:net";
import type { Address, Connection, ConnectionEvents, Listener, Transport } from "../index.ts";
import { NodeConnection } from "./connection.ts";

/** Idle time after which the operating system asks whether the peer is still there. */
const keepAliveDelayMs = 60_000;

const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveDelayMs } as const;

/** `readBufferBytes` is what one outgoing connection reads into, over and over. */
export function nodeTransport(readBufferBytes: number): Transport {
  return {
    connect: (address, events, signal) => connect(address, events, signal, readBufferBytes),
    listen,
  };
}

function connect(
  address: Address,
  events: ConnectionEvents,
  signal: AbortSignal | undefined,
  readBufferBytes: number,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = connectSocket({
      ...socketOptions,
      host: address.host,
      port: address.port,
      // One buffer for all reads: a third of the cost of `data` events, which allocate for each.
      onread: {
        buffer: Buffer.allocUnsafeSlow(readBufferBytes),
        callback(bytes, buffer) {
          events.onData(buffer as Buffer, 0, bytes);
          return true;
        },
      },
    });
    const refused = (error: Error): void => {
      signal?.removeEventListener("abort", givenUp);
      reject(systemError(error));
    };
    const givenUp = (): void => {
      socket.destroy();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", givenUp, { once: true });
    socket.once("error", refused);
    socket.once("connect", () => {
      socket.off("error", refused);
      signal?.removeEventListener("abort", givenUp);
      resolve(new NodeConnection(socket, events));
    });
  });
}

/** A name with several addresses fails with one error per address; callers want the system's. */
function systemError(error: Error): Error {
  if (!(error instanceof AggregateError)) return error;
  const first: unknown = error.errors[0];
  return first instanceof Error ? first : error;
}

function listen(address: Address, accept: (connection: Connection) => ConnectionEvents): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer(socketOptions, (socket) => {
      acceptSocket(socket, accept);
    });
    server.once("error", reject);
    server.listen({ host: address.host, port: address.port }, () => {
      server.off("error", reject);
      // What fails from now on is one accept (no descriptor left, say): that peer is cut off, the next may succeed.
      server.on("error", () => undefined);
      resolve(nodeListener(server));
    });
  });
}

function acceptSocket(socket: Socket, accept: (connection: Connection) => ConnectionEvents): void {
  const connection = new NodeConnection(socket, null);
  const events = accept(connection);
  connection.attach(events);
  // Node has no `onread` for accepted sockets.
  socket.on("data", (bytes: Buffer) => {
    events.onData(bytes, 0, bytes.length);
  });
}

function nodeListener(server: Server): Listener {
  const bound = server.address();
  assert(bound !== null && typeof bound !== "string", "a server that listens on TCP has an address and a port");
  return {
    address: { host: bound.address, port: bound.port },
    close() {
      // The callback of `close` waits for the accepted connections too, which may outlive the listener.
      server.close();
      return Promise.resolve();
    },
  };
}
