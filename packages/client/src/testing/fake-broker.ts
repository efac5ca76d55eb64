import type { Connection, Listener, Platform, TlsServerOptions } from "@millrace/platform";
import {
  type AnyApi,
  type Api,
  apiByKey,
  apis,
  apiVersions,
  decodeRequestHeader,
  encodeResponse,
  ErrorCode,
  FrameAssembler,
  Reader,
} from "@millrace/protocol";

/** A request as a fake broker got it. */
export interface Received<Body = unknown> {
  readonly nodeId: number;
  readonly api: AnyApi;
  readonly version: number;
  readonly body: Body;
  /** Counts the connections of a broker from 0. */
  readonly connectionIndex: number;
  readonly timeMs: number;
  /** Breaks the connection, without an answer. */
  readonly disconnect: () => void;
}

/** Makes an answer; null: there never is one. */
export type Answer<Body = unknown> = (received: Received<Body>) => unknown;

const frameBytesMax = 100 * 1024 * 1024;

/**
 * A broker that answers what a test tells it to. It decodes requests and encodes responses for real, and answers each
 * connection strictly in order.
 */
export class FakeBroker {
  readonly nodeId: number;
  readonly host: string;
  readonly received: Received[] = [];
  readonly #platform: Platform;
  readonly #answers = new Map<number, Answer>();
  readonly #connections = new Set<Connection>();
  #maxVersions: ReadonlyMap<number, number> = new Map();
  #listener: Listener | null = null;
  #connectionCount = 0;
  port = 0;

  constructor(nodeId: number, host: string, platform: Platform) {
    this.nodeId = nodeId;
    this.host = host;
    this.#platform = platform;
    this.on(apiVersions, () => this.#apiVersions());
  }

  /** @param tls null: plaintext */
  async listen(port: number, tls: TlsServerOptions | null = null): Promise<void> {
    const address = { host: this.host, port };
    this.#listener = await this.#platform.transport.listen(address, (connection) => this.#accept(connection), { tls });
    this.port = this.#listener.address.port;
  }

  /** How requests of an API are answered from now on. */
  on<Request, ResponseInput>(
    api: Api<Request, any, any, ResponseInput>,
    answer: (received: Received<Request>) => ResponseInput | null | Promise<ResponseInput | null>,
  ): void {
    this.#answers.set(api.key, answer as Answer);
  }

  /** How requests of an API are answered now, to be wrapped. */
  answerOf<Request, ResponseInput>(
    api: Api<Request, any, any, ResponseInput>,
  ): (received: Received<Request>) => ResponseInput | null | Promise<ResponseInput | null> {
    return this.#answers.get(api.key) as (received: Received<Request>) => ResponseInput | null;
  }

  /** Versions above are not offered. */
  limit(...limits: readonly (readonly [api: AnyApi, maxVersion: number])[]): void {
    this.#maxVersions = new Map(limits.map(([api, maxVersion]) => [api.key, maxVersion]));
  }

  of<Request>(api: Api<Request, any, any, any>): Received<Request>[] {
    return this.received.filter((received) => received.api.key === api.key) as Received<Request>[];
  }

  disconnectAll(): void {
    for (const connection of this.#connections) connection.destroy();
    this.#connections.clear();
  }

  async close(): Promise<void> {
    await this.#listener?.close();
    this.disconnectAll();
  }

  #apiVersions(): unknown {
    const apiKeys = apis
      .filter((api) => this.#answers.has(api.key))
      .map((api) => ({
        apiKey: api.key,
        minVersion: api.minVersion,
        maxVersion: this.#maxVersions.get(api.key) ?? api.maxVersion,
      }));
    return { errorCode: ErrorCode.NONE, apiKeys };
  }

  #accept(connection: Connection): {
    onData: (buffer: Buffer, start: number, end: number) => void;
    onDrain(): void;
    onClose(): void;
  } {
    const connectionIndex = this.#connectionCount;
    this.#connectionCount += 1;
    this.#connections.add(connection);
    let last = Promise.resolve();
    const frames = new FrameAssembler(
      { bytesMin: 0, bytesMax: frameBytesMax },
      (frame) => {
        const answering = this.#answer(frame, connection, connectionIndex).catch((error: unknown) => {
          // An answer that cannot be made is the test's fault: the run of the simulation fails with it.
          this.#platform.timers.soon(() => {
            throw error;
          });
          return null;
        });
        last = last.then(async () => {
          const chunks = await answering;
          if (chunks !== null) connection.write(chunks);
        });
      },
      () => connection.destroy(),
    );
    return {
      onData: (buffer, start, end) => frames.push(buffer, start, end),
      onDrain: () => {},
      onClose: () => {
        frames.stop();
        this.#connections.delete(connection);
      },
    };
  }

  async #answer(frame: Buffer, connection: Connection, connectionIndex: number): Promise<Uint8Array[] | null> {
    const reader = new Reader(frame);
    const header = decodeRequestHeader(reader);
    const api = apiByKey(header.requestApiKey);
    const answer = this.#answers.get(header.requestApiKey);
    if (api === undefined || answer === undefined) {
      connection.destroy();
      return null;
    }
    const version = header.requestApiVersion;
    const received: Received = {
      nodeId: this.nodeId,
      api,
      version,
      body: api.request.read(reader, version),
      connectionIndex,
      timeMs: this.#platform.clock.nowMs(),
      disconnect: () => connection.destroy(),
    };
    this.received.push(received);
    const body = await answer(received);
    // A promise that never settles would hold back the answers behind it, as a parked request does.
    return body === null ? new Promise<null>(() => {}) : encodeResponse(api, version, header.correlationId, body);
  }
}
