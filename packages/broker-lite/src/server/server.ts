import type { Connection, ConnectionEvents, Platform } from "@millrace/platform";
import type { BrokerConfig } from "../config/broker-config.ts";
import type { Log } from "../log-line.ts";
import { ClientConnection } from "./client-connection.ts";
import type { ConnectionLimits, Respond } from "./client-connection.ts";

/** The connections that are open. */
export class Server {
  readonly #respond: Respond;
  readonly #limits: ConnectionLimits;
  readonly #platform: Platform;
  readonly #log: Log;
  #count = 0;
  readonly #connections = new Set<ClientConnection>();

  constructor(respond: Respond, config: BrokerConfig, platform: Platform, log: Log) {
    this.#respond = respond;
    this.#limits = {
      requestBytesMax: config.socketRequestMaxBytes,
      responseBytesQueuedMax: config.queuedMaxResponseBytes,
      idleMs: config.connectionsMaxIdleMs,
    };
    this.#platform = platform;
    this.#log = log;
  }

  accept(connection: Connection): ConnectionEvents {
    const client = new ClientConnection(this.#count, connection, this.#respond, this.#limits, this.#platform, this.#log);
    this.#count += 1;
    this.#connections.add(client);
    client.onGone.add(() => this.#connections.delete(client));
    return client;
  }

  /** Cuts all connections. */
  close(): void {
    for (const client of this.#connections) client.close();
  }
}
