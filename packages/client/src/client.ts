import type { Platform } from "@millrace/platform";

import { Admin } from "./admin/admin.ts";
import { Cluster } from "./cluster/cluster.ts";
import { Metadata } from "./cluster/metadata.ts";
import type { ClientConfig } from "./config.ts";
import { type ClientContext, clientContext } from "./context.ts";
import type { FetcherOptions } from "./fetcher/fetched.ts";
import { Fetcher } from "./fetcher/fetcher.ts";
import { fetcherSettings } from "./fetcher/fetcher-settings.ts";
import { GroupMember } from "./group/group-member.ts";
import { type GroupMemberOptions, groupSettings } from "./group/group-options.ts";
import { Lifetime } from "./lifetime.ts";
import { Producer } from "./producer/producer.ts";
import { type ProducerOptions, producerSettings } from "./producer/producer-options.ts";

/** Failure after which a call was tried again. */
export interface ClientFailure {
  /** Error of the attempt, mostly a `ClientError`. */
  readonly error: unknown;
  /** Time of the failure in milliseconds since 1970. */
  readonly atMs: number;
}

/** A producer, fetcher or group member that was opened through a client. */
interface Part {
  close(): Promise<void>;
}

/**
 * Access of one application to a Kafka cluster. Closing it also closes all that was opened through it.
 *
 * ```ts
 * await using client = Client.open({ clientId: "orders", brokers: ["localhost:9092"] }, platform);
 * const topic = await client.producer().topic("orders");
 * ```
 */
export class Client implements AsyncDisposable {
  /** Cache of topics, brokers and leaders, which all parts of the client share. */
  readonly metadata: Metadata;
  /** Requests for topics, offsets and configs. Shares the connections for metadata. */
  readonly admin: Admin;
  readonly #context: ClientContext;
  readonly #cluster: Cluster;
  readonly #lifetime: Lifetime;
  /** Parts that are open, in the order in which they were opened. */
  readonly #parts = new Set<Part>();
  #partsOpened = 0;
  #lastFailure: ClientFailure | null = null;
  #closing: Promise<void> | null = null;

  private constructor(context: ClientContext) {
    const { clock } = context.platform;
    this.#context = {
      ...context,
      onRetry: (error) => {
        this.#lastFailure = { error, atMs: clock.monotonicMs() };
      },
    };
    this.#lifetime = new Lifetime("The client", context.platform.timers);
    this.#cluster = new Cluster(this.#context, this.#lifetime);
    this.metadata = new Metadata(this.#context, this.#cluster);
    this.admin = new Admin(this.#context, this.#cluster, this.metadata);
  }

  /**
   * Makes a client from a checked config. It connects at the first request, not before.
   *
   * @throws {InvalidConfigError} `CLIENT_INVALID_CONFIG`
   */
  static open(config: ClientConfig, platform: Platform): Client {
    return new Client(clientContext(config, platform));
  }

  /**
   * Opens a producer with connections of its own. With `idempotent` it asks the cluster for a producer id at once.
   *
   * @throws {InvalidConfigError} `CLIENT_INVALID_CONFIG`
   * @throws {ClosedError} `CLIENT_CLOSED`
   */
  producer(options: ProducerOptions = {}): Producer {
    const settings = producerSettings(options);
    return this.#own("produce", (purpose, onClosed) => {
      return new Producer(this.#context, this.#cluster, this.metadata, settings, purpose, onClosed);
    });
  }

  /**
   * Opens a fetcher with connections of its own. It has no partitions until `assign`.
   *
   * @throws {InvalidConfigError} `CLIENT_INVALID_CONFIG`
   * @throws {ClosedError} `CLIENT_CLOSED`
   */
  fetcher(options: FetcherOptions = {}): Fetcher {
    const settings = fetcherSettings(options);
    return this.#own("fetch", (purpose, onClosed) => {
      return new Fetcher(this.#context, this.#cluster, this.metadata, settings, purpose, onClosed);
    });
  }

  /**
   * Opens a member of a group. It only joins with `join`; without it the member can still read and commit offsets.
   *
   * @throws {InvalidConfigError} `CLIENT_INVALID_CONFIG`
   * @throws {ClosedError} `CLIENT_CLOSED`
   */
  group(options: GroupMemberOptions): GroupMember {
    const settings = groupSettings(options);
    return this.#own("group", (purpose, onClosed) => {
      return new GroupMember(this.#context, this.#cluster, settings, purpose, onClosed);
    });
  }

  /** Lists the brokers that requests wait for and that are not connected: reasons by `host:port`. Empty: all is well. */
  troubles(): ReadonlyMap<string, string> {
    return this.#cluster.troubles();
  }

  /** Last failure after which a call was tried again; null before the first. */
  get lastFailure(): ClientFailure | null {
    return this.#lastFailure;
  }

  /** Number of producers, fetchers and group members that are open. */
  get partCount(): number {
    return this.#parts.size;
  }

  /**
   * Closes all parts, the last one first, so group members leave; then rejects pending requests with `CLIENT_CLOSED`. Idempotent.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /**
   * Cuts all connections at once, so group members do not leave, and rejects pending requests with `CLIENT_CLOSED`. Then closes.
   */
  abort(): Promise<void> {
    this.#lifetime.end();
    this.#cluster.close();
    return this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Opens a part. Each has connections of its own, so that none waits behind the long poll of another. */
  #own<T extends Part>(kind: string, open: (purpose: string, onClosed: () => void) => T): T {
    this.#lifetime.check();
    const part: T = open(`${kind}-${this.#partsOpened}`, () => this.#parts.delete(part));
    this.#partsOpened += 1;
    this.#parts.add(part);
    return part;
  }

  async #close(): Promise<void> {
    try {
      // The last ones opened may use the first ones.
      for (const part of [...this.#parts].reverse()) await part.close();
    } finally {
      this.#lifetime.end();
      this.#cluster.close();
    }
  }
}
