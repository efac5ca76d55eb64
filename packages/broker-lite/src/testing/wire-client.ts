import type { Address, Connection, ConnectionEvents, Transport } from "@millrace/platform";
import { decodeResponseHeader, encodeRequest, Reader } from "@millrace/protocol";
import type { Api } from "@millrace/protocol";

interface Pending {
  readonly api: Api<any, any, any, any>;
  readonly version: number;
  readonly correlationId: number;
  resolve(response: unknown): void;
  reject(error: Error): void;
}

/** A connection of a test: sends requests in any version, in any number at once, and bytes as they are. */
export class WireClient implements ConnectionEvents {
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  readonly #pending: Pending[] = [];
  #connection: Connection | null = null;
  #received: Buffer = Buffer.alloc(0);
  #correlationId = 0;
  #close: () => void = () => {};

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  static async connect(transport: Transport, address: Address): Promise<WireClient> {
    const client = new WireClient();
    client.#connection = await transport.connect(address, client);
    return client;
  }

  send<Request, Response>(api: Api<any, Response, Request, any>, version: number, body: Request): Promise<Response> {
    this.#correlationId += 1;
    const correlationId = this.#correlationId;
    this.write(encodeRequest(api, version, { correlationId, clientId: "test" }, body));
    return this.#await(api, version, correlationId);
  }

  /** Awaits an answer to the request that is about to be written as bytes, with the next correlation id, counted from 1. */
  expect<Response>(api: Api<any, Response, any, any>, version: number): Promise<Response> {
    this.#correlationId += 1;
    return this.#await(api, version, this.#correlationId);
  }

  write(chunks: readonly Uint8Array[]): void {
    this.#connection!.write(chunks);
  }

  pause(): void {
    this.#connection!.pause();
  }

  resume(): void {
    this.#connection!.resume();
  }

  close(): void {
    this.#connection!.destroy();
  }

  onData(buffer: Buffer, start: number, end: number): void {
    this.#received = Buffer.concat([this.#received, buffer.subarray(start, end)]);
    while (this.#received.length >= 4 && this.#received.length >= 4 + this.#received.readInt32BE(0)) {
      const size = this.#received.readInt32BE(0);
      this.#take(Buffer.from(this.#received.subarray(4, 4 + size)));
      this.#received = this.#received.subarray(4 + size);
    }
  }

  onDrain(): void {}

  onClose(): void {
    for (const { reject } of this.#pending.splice(0)) reject(new ConnectionGoneError());
    this.#close();
  }

  #await<Response>(api: Api<any, Response, any, any>, version: number, correlationId: number): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ api, version, correlationId, resolve, reject });
    });
  }

  #take(frame: Buffer): void {
    const pending = this.#pending.shift();
    if (pending === undefined) return; // an answer to bytes that happened to be a request
    const { api, version, correlationId, resolve, reject } = pending;
    const reader = new Reader(frame);
    const answered = decodeResponseHeader(reader, api, version);
    if (answered === correlationId) resolve(api.response.read(reader, version));
    else reject(new OutOfOrderError(correlationId, answered));
  }
}

/** The broker closed the connection instead of answering. */
class ConnectionGoneError extends Error {
  readonly code = "TEST_CONNECTION_GONE";
}

/** An answer came to another request than the one that waits longest. */
class OutOfOrderError extends Error {
  readonly code = "TEST_OUT_OF_ORDER";

  constructor(expected: number, answered: number) {
    super(`the answer to request ${expected} is due, but ${answered} was answered`);
  }
}
