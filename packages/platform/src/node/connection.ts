import type { Socket } from "node:net";
import type { Connection, ConnectionEvents } from "../index.ts";

/** A connected socket. Reading is set up by the transport, since it differs between outgoing and accepted sockets. */
export class NodeConnection implements Connection {
  readonly remote: string;
  readonly #socket: Socket;
  #events: ConnectionEvents | null;
  #error: Error | null = null;
  #owesDrain = false;
  /** One function for all writes. */
  readonly #onFlushed = (): void => {
    if (!this.#owesDrain || this.#socket.writableLength > 0 || this.#socket.destroyed) return;
    this.#owesDrain = false;
    this.#events?.onDrain();
  };

  constructor(socket: Socket, events: ConnectionEvents | null) {
    this.#socket = socket;
    this.#events = events;
    this.remote = `${String(socket.remoteAddress)}:${String(socket.remotePort)}`;
    socket.on("error", (error) => {
      this.#error = error;
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
    if (chunks.length === 0 || !socket.writable) return;
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
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  reset(): void {
    // By itself the first only resets after all that is queued has been sent.
    this.#socket.resetAndDestroy();
    this.#socket.destroy();
  }
}
