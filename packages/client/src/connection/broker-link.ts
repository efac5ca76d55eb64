import type { Address } from "@millrace/platform";
import type { Api } from "@millrace/protocol";

import { Backoff } from "../backoff.ts";
import type { ClientContext } from "../context.ts";
import { BrokerUnreachableError, ConnectionLostError, reason } from "../errors.ts";
import { Lifetime } from "../lifetime.ts";
import { BrokerConnection } from "./connection.ts";

/** Options of a single request. */
export interface RequestOptions {
  /** Time that the answer may take. Default `requestTimeoutMs`. */
  readonly timeoutMs?: number;
  /** Upper bound of the version, though both sides speak newer ones. */
  readonly maxVersion?: number;
}

/**
 * Link to one broker for one purpose. Opens a connection when one is needed, and another after it was lost.
 *
 * A failed attempt fails the requests that wait for it. The next attempt follows after a pause, which grows while the broker
 * stays away.
 */
export class BrokerLink {
  readonly address: Address;
  readonly #context: ClientContext;
  readonly #lifetime: Lifetime;
  /** Pauses between attempts to connect. */
  readonly #pauses: Backoff;
  /** Time limits of the attempts: longer after each that fails (KIP-601). */
  readonly #setups: Backoff;
  #connection: BrokerConnection | null = null;
  #opening: Promise<BrokerConnection> | null = null;
  #nextAttemptMs = 0;
  /** Error of the last attempt to connect; null if it succeeded, or there was none. */
  #failure: unknown = null;
  #openingSinceMs = Number.NaN;

  constructor(address: Address, context: ClientContext) {
    this.address = address;
    this.#context = context;
    this.#lifetime = new Lifetime(`The link to broker ${address.host}:${address.port}`, context.platform.timers);
    const { platform, settings } = context;
    this.#pauses = new Backoff(platform.random, settings.reconnectBackoffMs, settings.reconnectBackoffMaxMs);
    this.#setups = new Backoff(platform.random, settings.connectionTimeoutMs, settings.connectionTimeoutMaxMs);
  }

  /** The open connection, if there is one. */
  get connection(): BrokerConnection | null {
    return this.#connection;
  }

  /** Reason in words why there is no connection though one is wanted; null if there is one, or none is wanted. */
  get trouble(): string | null {
    if (this.#connection !== null) return null;
    if (this.#failure !== null)
      return reason(this.#failure instanceof BrokerUnreachableError ? this.#failure.cause : this.#failure);
    if (this.#opening === null) return null;
    return `no answer for ${String(this.#context.platform.clock.monotonicMs() - this.#openingSinceMs)} ms`;
  }

  /** Sends a request, over a new connection if need be. @throws {BrokerUnreachableError} */
  async request<Response, Input>(
    api: Api<any, Response, Input, any>,
    body: Input,
    options: RequestOptions = {},
  ): Promise<Response> {
    const connection = this.#connection ?? (await this.connect());
    const version = connection.version(api, options.maxVersion);
    return connection.request(api, version, body, options.timeoutMs ?? this.#context.settings.requestTimeoutMs);
  }

  /** Returns the open connection, or opens one. Concurrent calls share one attempt. @throws {BrokerUnreachableError} */
  connect(): Promise<BrokerConnection> {
    if (this.#connection !== null) return Promise.resolve(this.#connection);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Closes the connection and rejects pending requests with `CLIENT_CLOSED`. Idempotent. */
  close(): void {
    this.#lifetime.end();
    this.#connection?.close();
  }

  /** Closes, but rejects pending requests with a retriable error: the broker has another address now, or is gone. */
  abandon(): void {
    const { host, port } = this.address;
    const error = new ConnectionLostError(`${host}:${port}`, "the cluster does not have it at this address any more");
    this.#lifetime.end(error);
    this.#connection?.close(error);
  }

  /** Closes as `abandon` does, and resets the connection: bytes that have not reached the broker yet never do. */
  cut(): void {
    const { host, port } = this.address;
    const error = new ConnectionLostError(`${host}:${port}`, "it was cut to keep back what was under way");
    this.#lifetime.end(error);
    this.#connection?.reset(error);
  }

  get #broker(): string {
    return `${this.address.host}:${this.address.port}`;
  }

  async #open(): Promise<BrokerConnection> {
    this.#lifetime.check();
    const { clock } = this.#context.platform;
    const pauseMs = this.#nextAttemptMs - clock.monotonicMs();
    if (pauseMs > 0) await this.#lifetime.sleep(pauseMs);
    let connection: BrokerConnection;
    this.#openingSinceMs = clock.monotonicMs();
    try {
      connection = await BrokerConnection.open(this.address, this.#context, this.#lifetime, this.#setups.nextMs());
    } catch (error) {
      this.#nextAttemptMs = clock.monotonicMs() + this.#pauses.nextMs();
      if (!this.#lifetime.closed) this.#context.reachability.failed(this.#broker, error);
      this.#failure = error;
      throw error;
    }
    if (this.#lifetime.closed) {
      connection.close();
      throw this.#lifetime.closedError();
    }
    this.#pauses.reset();
    this.#setups.reset();
    this.#failure = null;
    this.#context.reachability.reached(this.#broker);
    this.#connection = connection;
    connection.onClosed = () => {
      this.#connection = null;
      // Pause, or a broker that accepts connections and drops them at once would be called in a tight loop.
      this.#nextAttemptMs = clock.monotonicMs() + this.#context.settings.reconnectBackoffMs;
    };
    if (connection.closed) connection.onClosed();
    return connection;
  }
}
