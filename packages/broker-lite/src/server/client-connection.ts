import type { Address, Connection, ConnectionEvents, Platform, Timer } from "@millrace/platform";
import { FrameAssembler } from "@millrace/protocol";
import { FrameRefusedError } from "../errors.ts";
import type { Log } from "../log-line.ts";

/** Bytes of the shortest request: api key, api version and correlation id. */
const requestBytesMin = 8;
/** Requests of one connection that may wait for their answers; beyond it the next are not read. */
const requestsInFlightMax = 512;

/** Answers a frame: the response's bytes, null if there is none to be sent, or a promise of either. */
export type Respond = (frame: Buffer, connection: ClientConnection) => Response | Promise<Response>;

export type Response = readonly Uint8Array[] | null;

export interface ConnectionLimits {
  readonly requestBytesMax: number;
  readonly responseBytesQueuedMax: number;
  /** -1: never. */
  readonly idleMs: number;
}

interface Slot {
  answered: boolean;
  response: Response;
}

/**
 * One client's connection. Requests are handled as they arrive, and answered in that order: an answer that comes early
 * waits in its slot. A client that does not read its answers is not read from either.
 */
export class ClientConnection implements ConnectionEvents {
  /** Called when the connection is gone: what waits on its behalf ends. */
  readonly onGone: Set<() => void> = new Set();
  /** Number of the connection on its node, counted from 0. */
  readonly number: number;
  readonly #connection: Connection;
  readonly #respond: Respond;
  readonly #limits: ConnectionLimits;
  readonly #platform: Platform;
  readonly #log: Log;
  readonly #frames: FrameAssembler;
  /** Requests read, but not begun, since the connection is blocked. */
  readonly #waiting: Buffer[] = [];
  /** One for each request that is not answered, or whose answer waits for an earlier one. */
  readonly #slots: Slot[] = [];
  #slotBytes = 0;
  #paused = false;
  #gone = false;
  #lastRequestMs: number;
  #idleTimer: Timer | null = null;

  constructor(number: number, connection: Connection, respond: Respond, limits: ConnectionLimits, platform: Platform, log: Log) {
    this.number = number;
    this.#connection = connection;
    this.#respond = respond;
    this.#limits = limits;
    this.#platform = platform;
    this.#log = log;
    this.#frames = new FrameAssembler(
      { bytesMin: requestBytesMin, bytesMax: limits.requestBytesMax },
      (frame) => this.#waiting.push(frame),
      (length) => this.drop(badLength(length, limits.requestBytesMax)),
    );
    this.#lastRequestMs = platform.clock.monotonicMs();
    if (limits.idleMs >= 0) this.#watchIdle(limits.idleMs);
  }

  /** The address by which the client came. */
  get local(): Address {
    return this.#connection.local;
  }

  get remote(): string {
    return this.#connection.remote;
  }

  onData(buffer: Buffer, start: number, end: number): void {
    if (this.#gone) return;
    this.#frames.push(buffer, start, end);
    this.#handleWaiting();
  }

  onDrain(): void {
    if (!this.#gone) this.#handleWaiting();
  }

  onClose(error: Error | null): void {
    if (error !== null && !this.#gone) this.#log("debug", `connection ${this.remote} broke: ${error.message}`);
    this.#end();
  }

  /** Cuts the connection, with a log line. */
  drop(reason: unknown): void {
    if (this.#gone) return;
    if (reason instanceof FrameRefusedError || (reason as { code?: string }).code === "PROTOCOL_MALFORMED_MESSAGE") {
      this.#log("warn", `dropped connection ${this.remote}: ${(reason as Error).message}`);
    } else {
      this.#log(
        "error",
        `dropped connection ${this.remote}: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`,
      );
    }
    this.#end();
    this.#connection.destroy();
  }

  /** Cuts the connection since the broker closes. */
  close(): void {
    this.#end();
    this.#connection.destroy();
  }

  #end(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#idleTimer?.cancel();
    this.#frames.stop();
    this.#waiting.length = 0;
    this.#slots.length = 0;
    for (const run of this.onGone) run();
    this.onGone.clear();
  }

  get #blocked(): boolean {
    return (
      this.#slots.length >= requestsInFlightMax ||
      this.#connection.bytesQueued + this.#slotBytes > this.#limits.responseBytesQueuedMax
    );
  }

  #handleWaiting(): void {
    while (this.#waiting.length > 0 && !this.#blocked && !this.#gone) this.#handle(this.#waiting.shift()!);
    const blocked = !this.#gone && this.#blocked;
    if (blocked === this.#paused || this.#gone) return;
    this.#paused = blocked;
    if (blocked) this.#connection.pause();
    else this.#connection.resume();
  }

  #handle(frame: Buffer): void {
    this.#lastRequestMs = this.#platform.clock.monotonicMs();
    try {
      const response = this.#respond(frame, this);
      if (response instanceof Promise) this.#await(response);
      else if (this.#slots.length > 0) this.#fill({ answered: false, response: null }, response, true);
      else if (response !== null) this.#connection.write(response);
    } catch (error) {
      this.drop(error);
    }
  }

  #await(response: Promise<Response>): void {
    const slot: Slot = { answered: false, response: null };
    this.#slots.push(slot);
    response.then(
      (chunks) => {
        if (this.#gone) return;
        this.#fill(slot, chunks, false);
        this.#writeAnswered();
        this.#handleWaiting();
      },
      (error: unknown) => this.drop(error),
    );
  }

  #fill(slot: Slot, response: Response, isNew: boolean): void {
    slot.answered = true;
    slot.response = response;
    if (response !== null) for (const chunk of response) this.#slotBytes += chunk.length;
    if (isNew) this.#slots.push(slot);
  }

  #writeAnswered(): void {
    while (this.#slots.length > 0 && this.#slots[0]!.answered) {
      const { response } = this.#slots.shift()!;
      if (response === null) continue;
      for (const chunk of response) this.#slotBytes -= chunk.length;
      this.#connection.write(response);
    }
  }

  #watchIdle(delayMs: number): void {
    this.#idleTimer = this.#platform.timers.after(delayMs, () => {
      const idleMs = this.#platform.clock.monotonicMs() - this.#lastRequestMs;
      if (this.#slots.length === 0 && idleMs >= this.#limits.idleMs) {
        this.#log("debug", `closed connection ${this.remote}: it was idle for ${idleMs} ms`);
        this.close();
      } else {
        this.#watchIdle(Math.max(this.#limits.idleMs - idleMs, 1));
      }
    });
  }
}

function badLength(length: number, requestBytesMax: number): FrameRefusedError {
  return new FrameRefusedError(
    length < requestBytesMin
      ? `a frame of ${length} bytes cannot hold a request`
      : `a frame of ${length} bytes is larger than socket.request.max.bytes, ${requestBytesMax}`,
  );
}
