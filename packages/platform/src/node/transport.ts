import { strict as assert } from "node:assert";
import { connect as connectSocket, createServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type {
  Address,
  Connection,
  ConnectionEvents,
  ConnectOptions,
  Listener,
  ListenOptions,
  TlsOptions,
  TlsServerOptions,
  Transport,
} from "../index.ts";
import { type Beneath, NodeConnection } from "./connection.ts";
import { connectionFailure, secureContext, secured, tlsAcceptor, tlsFault } from "./tls-sockets.ts";

/** Idle time after which the operating system asks whether the peer is still there. */
const keepAliveDelayMs = 60_000;

const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveDelayMs } as const;

type Accept = (connection: Connection) => ConnectionEvents;

/** `readBufferBytes` is what one outgoing connection in plaintext reads into, over and over. */
export function nodeTransport(readBufferBytes: number): Transport {
  return {
    checkTls: tlsFault,
    connect: (address, events, options = {}) => connect(address, events, options, readBufferBytes),
    listen: (address, accept, options = {}) => listen(address, accept, options),
  };
}

async function connect(
  address: Address,
  events: ConnectionEvents,
  { signal, tls = null }: ConnectOptions,
  readBufferBytes: number,
): Promise<Connection> {
  signal?.throwIfAborted();
  if (tls !== null) return connectSecurely(address, events, tls, signal);
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
  return untilGivenUp(socket, signal, () => connected(socket, () => new NodeConnection(socket, events)));
}

/**
 * TLS on a socket of its own: only that one can be reset. Node has no `onread` for such, which costs 0.4 ms a MiB more; most of
 * what TLS costs is its ciphers.
 */
async function connectSecurely(
  address: Address,
  events: ConnectionEvents,
  tls: TlsOptions,
  signal: AbortSignal | undefined,
): Promise<Connection> {
  const context = secureContext(tls);
  const raw = connectSocket({ ...socketOptions, host: address.host, port: address.port });
  await untilGivenUp(raw, signal, () => connected(raw, () => raw.on("error", () => undefined)));
  const socket = await secured(raw, address.host, tls, context, signal);
  const connection = new NodeConnection(socket, events, { raw, failure: (error) => connectionFailure(error, tls) });
  deliver(socket, events);
  return connection;
}

/** The result of `attempt`, unless the signal comes first, which ends the socket. */
function untilGivenUp<T>(socket: Socket, signal: AbortSignal | undefined, attempt: () => Promise<T>): Promise<T> {
  if (signal === undefined) return attempt();
  return new Promise((resolve, reject) => {
    const givenUp = (): void => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", givenUp, { once: true });
    attempt()
      .finally(() => signal.removeEventListener("abort", givenUp))
      .then(resolve, reject);
  });
}

/** `then` is called in the event itself, before any other can happen. */
function connected<T>(socket: Socket, then: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const refused = (error: Error): void => reject(systemError(error));
    socket.once("error", refused);
    socket.once("connect", () => {
      socket.off("error", refused);
      resolve(then());
    });
  });
}

/** A name with several addresses fails with one error per address; callers want the system's. */
function systemError(error: Error): Error {
  if (!(error instanceof AggregateError)) return error;
  const first: unknown = error.errors[0];
  return first instanceof Error ? first : error;
}

async function listen(address: Address, accept: Accept, { tls = null }: ListenOptions): Promise<Listener> {
  const onSocket = tls === null ? (socket: Socket) => acceptSocket(socket, accept) : securing(tls, accept);
  return new Promise((resolve, reject) => {
    const server = createServer(socketOptions, onSocket);
    server.once("error", reject);
    server.listen({ host: address.host, port: address.port }, () => {
      server.off("error", reject);
      // From now on an error means one failed accept (no descriptor left, say): that peer is cut off, the next may succeed.
      server.on("error", () => undefined);
      resolve(nodeListener(server));
    });
  });
}

/** Returns a function that takes accepted sockets, secures them, and hands over those that have been secured. */
function securing(tls: TlsServerOptions, accept: Accept): (raw: Socket) => void {
  const acceptor = tlsAcceptor(tls);
  const raws = new Map<string, Socket>();
  acceptor.on("tlsClientError", (_error, socket) => socket.destroy());
  acceptor.on("secureConnection", (socket: TLSSocket) => {
    const raw = raws.get(peerOf(socket));
    if (raw !== undefined) acceptSocket(socket, accept, { raw, failure: (error) => connectionFailure(error, tls) });
  });
  return (raw) => {
    const peer = peerOf(raw);
    raws.set(peer, raw);
    raw.on("error", () => undefined);
    raw.on("close", () => raws.delete(peer));
    acceptor.emit("connection", raw);
  };
}

function peerOf(socket: Socket): string {
  return `${String(socket.remoteAddress)}:${String(socket.remotePort)}`;
}

function acceptSocket(socket: Socket, accept: Accept, beneath: Beneath | null = null): void {
  const connection = new NodeConnection(socket, null, beneath);
  const events = accept(connection);
  connection.attach(events);
  // Node has no `onread` for accepted sockets.
  deliver(socket, events);
}

function deliver(socket: Socket, events: ConnectionEvents): void {
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
