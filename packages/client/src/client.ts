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

export interface ClientFailure {
  readonly error: unknown;
  readonly atMs: number;
}

/** What is opened through a client. */
interface Part {
  close(): Promise<void>;
}

/** One application's access to a Kafka cluster. What is opened through it is closed with it. */
export class Client implements AsyncDisposable {
  readonly metadata: Metadata;
  readonly admin: Admin;
  readonly #context: ClientContext;
  readonly #cluster: Cluster;
  readonly #lifetime: Lifetime;
  /** What is not closed yet, in the order of its opening. */
  readonly #parts = new Set<Part>();
  #partsOpened = 0;
  #lastFailure: ClientFailure | null = null;
  #closing: Promise<void> | null = null;

  private constructor(context: ClientContext) {
    const { clock } = context.platform;
    this.#context = {
      ...context,
      onRetry: (error) => {
        this.#lastFailure = { error, atMs: clock.nowMs() };
      },
    };
    this.#lifetime = new Lifetime("The client", context.platform.timers);
    this.#cluster = new Cluster(this.#context, this.#lifetime);
    this.metadata = new Metadata(this.#context, this.#cluster);
    this.admin = new Admin(this.#context, this.#cluster, this.metadata);
  }

  /** Connects when something is asked for, not before. @throws {InvalidConfigError} `CLIENT_INVALID_CONFIG` */
  static open(config: ClientConfig, platform: Platform): Client {
    return new Client(clientContext(config, platform));
  }

  /** @throws {InvalidConfigError} */
  producer(options: ProducerOptions = {}): Producer {
    const settings = producerSettings(options);
    return this.#own("produce", (purpose, onClosed) => {
      return new Producer(this.#context, this.#cluster, this.metadata, settings, purpose, onClosed);
    });
  }

  /** @throws {InvalidConfigError} */
  fetcher(options: FetcherOptions = {}): Fetcher {
    const settings = fetcherSettings(options);
    return this.#own("fetch", (purpose, onClosed) => {
      return new Fetcher(this.#context, this.#cluster, this.metadata, settings, purpose, onClosed);
    });
  }

  /** @throws {InvalidConfigError} */
  group(options: GroupMemberOptions): GroupMember {
    const settings = groupSettings(options);
    return this.#own("group", (purpose, onClosed) => {
      return new GroupMember(this.#context, this.#cluster, settings, purpose, onClosed);
    });
  }

  /** Why brokers are not connected that something is wanted of: reasons by `host:port`. */
  troubles(): ReadonlyMap<string, string> {
    return this.#cluster.troubles();
  }

  /** The last failure after which something was tried again; null before the first. */
  get lastFailure(): ClientFailure | null {
    return this.#lastFailure;
  }

  /** How many producers, fetchers and group members are open. */
  get partCount(): number {
    return this.#parts.size;
  }

  /** Closes all that was opened, the last one first, so group members leave; then rejects what is pending. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Cuts all connections at once, so that nobody says goodbye: what is pending is rejected with `CLIENT_CLOSED`. Then as `close`. */
  abort(): Promise<void> {
    this.#lifetime.end();
    this.#cluster.close();
    return this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Each part has connections of its own, so that none waits behind another's long poll. */
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
