import type { Socket } from "node:net";
import type { Address, Connection, ConnectionEvents } from "../index.ts";

/** Layer beneath a socket that speaks TLS. */
export interface Beneath {
  readonly raw: Socket;
  /** The error that the owner sees in place of the socket's. */
  failure(error: Error): Error;
}

/** A connected socket. Reading is set up by the transport, since it differs between outgoing and accepted sockets. */
export class NodeConnection implements Connection {
  readonly remote: string;
  readonly local: Address;
  readonly #socket: Socket;
  readonly #raw: Socket;
  #events: ConnectionEvents | null;
  #error: Error | null = null;
  #owesDrain = false;
  /** After a reset nothing touches the socket any more: Node crashes on TLS whose carrier is already gone. */
  #isReset = false;
  /** One function for all writes. */
  readonly #onFlushed = (): void => {
    if (!this.#owesDrain || this.#isReset || this.#socket.writableLength > 0 || this.#socket.destroyed) return;
    this.#owesDrain = false;
    this.#events?.onDrain();
  };

  constructor(socket: Socket, events: ConnectionEvents | null, beneath: Beneath | null = null) {
    this.#socket = socket;
    this.#raw = beneath?.raw ?? socket;
    this.#events = events;
    this.remote = `${String(socket.remoteAddress)}:${String(socket.remotePort)}`;
    // A listener on `::` sees addresses of IPv4 in the clothes of IPv6.
    this.local = { host: (socket.localAddress ?? "").replace(/^::ffff:(?=\d+\.)/i, ""), port: socket.localPort ?? 0 };
    socket.on("error", (error) => {
      // A reset cancels writes under way, as it should.
      if (!this.#isReset) this.#error = beneath === null ? error : beneath.failure(error);
    });
    socket.on("close", () => {
      this.#events?.onClose(this.#error);
    });
  }

  /** Gives an accepted connection its events, before the first of them can happen. */
  attach(events: ConnectionEvents): void {
    this.#events = events;
  }

  get bytesQueued(): number {
    return this.#socket.writableLength;
  }

  write(chunks: readonly Uint8Array[]): void {
    const socket = this.#socket;
    if (chunks.length === 0 || this.#isReset || !socket.writable) return;
    if (chunks.length === 1) {
      socket.write(chunks[0]!, this.#onFlushed);
    } else {
      const last = chunks.length - 1;
      socket.cork();
      for (let i = 0; i < last; i += 1) socket.write(chunks[i]!);
      socket.write(chunks[last]!, this.#onFlushed);
      socket.uncork();
    }
    if (socket.writableLength > 0) this.#owesDrain = true;
  }

  pause(): void {
    if (!this.#isReset) this.#socket.pause();
  }

  resume(): void {
    if (!this.#isReset) this.#socket.resume();
  }

  end(): void {
    if (!this.#isReset) this.#socket.end();
  }

  destroy(): void {
    if (!this.#isReset) this.#socket.destroy();
  }

  reset(): void {
    if (this.#isReset) return;
    this.#isReset = true;
    // By itself it only resets after all that is queued has been sent.
    this.#raw.resetAndDestroy();
    if (this.#raw === this.#socket) this.#socket.destroy();
  }
}
