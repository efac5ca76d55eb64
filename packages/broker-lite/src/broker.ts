import { safeLog, silent, type Address, type Listener, type Platform, type Timer } from "@millrace/platform";
import { isAnyAddress, parseAdvertisedListeners } from "./config/advertised-listeners.ts";
import { brokerConfig } from "./config/broker-config.ts";
import type { BrokerConfig } from "./config/broker-config.ts";
import type { GroupCoordinator } from "./coordinator/group-coordinator.ts";
import { markClosed } from "./data-directory.ts";
import { memoryState, openState } from "./durable-state.ts";
import type { DurableState } from "./durable-state.ts";
import { ListenFailedError } from "./errors.ts";
import type { Services } from "./handlers/handler.ts";
import { handlersOf } from "./handlers/handlers.ts";
import type { Log } from "./log-line.ts";
import { Server } from "./server/server.ts";
import { dispatcher } from "./server/dispatch.ts";

/** Options of `Broker.start`. */
export interface BrokerOptions {
  /** Default 1. */
  readonly nodeId?: number;
  /**
   * Address to listen on. Default `127.0.0.1`. With `0.0.0.0` or `::`, which stand for all addresses of the machine, each client is told the
   * address by which it came, unless `config.advertisedListeners` names another.
   */
  readonly host?: string;
  /** Default 0, which takes a free one: `Broker.address` tells which. */
  readonly port?: number;
  /** Directory of topics and offsets. Default null: in memory, until the broker closes. */
  readonly dataDirectory?: string | null;
  /**
   * Kafka's settings in camel case. Their defaults are Kafka's, but in memory groups do not wait for more members before their
   * first rebalance: `groupInitialRebalanceDelayMs` is 0 there, and 3,000 with a data directory.
   */
  readonly config?: Partial<BrokerConfig>;
  /** Hears of what happens; what it throws is told once on stderr. Default: nobody. */
  readonly log?: Log;
}

/** An address that prints as `host:port`, the form in which clients take it. */
class BrokerAddress implements Address {
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number) {
    this.host = host;
    this.port = port;
  }

  toString(): string {
    return this.host.includes(":") ? `[${this.host}]:${this.port}` : `${this.host}:${this.port}`;
  }
}

/** Options of `Broker.createTopic`. */
export interface TopicOptions {
  /** Name of the topic. */
  readonly name: string;
  /** Default: `num.partitions`. */
  readonly partitions?: number;
  /** Settings by Kafka's names. */
  readonly configs?: Readonly<Record<string, string>>;
}

const nodeIdDefault = 1;
const hostDefault = "127.0.0.1";
/** Defaults that differ for a broker whose data ends with its process. */
const inMemory: Partial<BrokerConfig> = { groupInitialRebalanceDelayMs: 0 };
/** Between two checkpoints, which shorten recovery: Kafka's `log.flush.offset.checkpoint.interval.ms`. */
const checkpointIntervalMs = 60_000;

/**
 * A Kafka-compatible broker for one machine: partitioned logs, classic groups and idempotent producers, over the
 * platform's transport and files. One node: it leads every partition and coordinates every group.
 *
 * In a test it needs no options. It starts in a few milliseconds on a free port, keeps everything in memory, and closes with its
 * block:
 *
 * @example
 * await using broker = await Broker.start();
 * await broker.createTopic({ name: "lines", partitions: 4 });
 * const kafka = new Kafka({ brokers: [String(broker.address)] });
 */
export class Broker implements AsyncDisposable {
  /** Id of the node, as clients see it. */
  readonly nodeId: number;
  /** Address at which clients on this machine reach the broker; `String(address)` is `host:port`. */
  readonly address: Address & { toString(): string };
  readonly #state: DurableState;
  readonly #groups: GroupCoordinator;
  readonly #config: BrokerConfig;
  readonly #platform: Platform;
  readonly #dataDirectory: string | null;
  readonly #log: Log;
  readonly #listener: Listener;
  readonly #server: Server;
  readonly #repeated: Timer[] = [];
  #loading: Timer | null = null;
  #closing: Promise<void> | null = null;

  private constructor(
    services: Services,
    address: Address,
    state: DurableState,
    dataDirectory: string | null,
    listener: Listener,
    server: Server,
  ) {
    this.nodeId = services.nodeId;
    this.address = address;
    this.#state = state;
    this.#groups = state.groups;
    this.#config = services.config;
    this.#platform = services.platform;
    this.#dataDirectory = dataDirectory;
    this.#log = services.log;
    this.#listener = listener;
    this.#server = server;
  }

  /**
   * Opens the data, recovers what a crash left, and listens.
   *
   * @param options default: in memory, on a free port of 127.0.0.1
   * @param platform default: Node's; tests in virtual time give a simulated one
   * @throws {UnknownConfigError} {@link InvalidConfigError} for settings that cannot be
   * @throws {DataDirectoryError} when the data belong to another node, another broker uses them, or they cannot be opened
   * @throws {ListenFailedError} when the address cannot be taken
   */
  static async start(options: BrokerOptions = {}, platform?: Platform): Promise<Broker> {
    return Broker.#start(options, platform ?? (await import("@millrace/platform/node")).nodePlatform());
  }

  static async #start(options: BrokerOptions, platform: Platform): Promise<Broker> {
    const { nodeId = nodeIdDefault, host = hostDefault, port = 0, dataDirectory = null } = options;
    const log = safeLog(options.log ?? silent);
    const configGiven = { ...(dataDirectory === null ? inMemory : {}), ...options.config };
    const config = brokerConfig(configGiven);
    const advertised = parseAdvertisedListeners(config.advertisedListeners);
    const state =
      dataDirectory === null ? memoryState(config, platform, log) : await openState(dataDirectory, nodeId, config, platform, log);
    const services: Services = { ...state, nodeId, config, configGiven, platform, log };
    const told = (local: Address): Address => advertised ?? { host: isAnyAddress(host) ? local.host : host, port: local.port };
    const server = new Server(dispatcher(handlersOf(services), told), config, platform, log);
    let listener: Listener;
    try {
      listener = await platform.transport.listen({ host, port }, (connection) => server.accept(connection));
    } catch (error) {
      await release(state, dataDirectory, platform);
      throw new ListenFailedError(host, port, error);
    }
    const address = new BrokerAddress(isAnyAddress(host) ? hostDefault : host, listener.address.port);
    const broker = new Broker(services, address, state, dataDirectory, listener, server);
    broker.#begin();
    return broker;
  }

  /**
   * Makes a topic, as CreateTopics does.
   * @throws {TopicRefusedError} when the name is taken, or the settings cannot be
   */
  async createTopic({ name, partitions = -1, configs = {} }: TopicOptions): Promise<void> {
    this.#state.topics.create({ name, partitions, replicationFactor: -1, configs: new Map(Object.entries(configs)) });
    await this.#state.topics.persisted();
  }

  /**
   * Lets the coordinator of groups load for so long, as one does on a broker that has just taken it over: a fault for tests. Meanwhile
   * it answers heartbeats without error, whoever sends them, and everything else with `COORDINATOR_LOAD_IN_PROGRESS`.
   */
  loadGroups(durationMs: number): void {
    this.#groups.beginLoading();
    this.#loading?.cancel();
    this.#loading = this.#platform.timers.after(durationMs, () => this.#groups.endLoading());
  }

  /** Closes listener and connections, then syncs and closes the data. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #begin(): void {
    this.#every(this.#config.logRetentionCheckIntervalMs, "retention", () => this.#state.topics.applyRetention());
    this.#every(this.#config.offsetsRetentionCheckIntervalMs, "forgetting offsets", () => this.#expireOffsets());
    this.#every(checkpointIntervalMs, "writing down how far the logs are synced", () => this.#state.topics.checkpoint());
    this.#log("info", `broker ${this.nodeId} listens on ${String(this.address)}, data ${this.#dataDirectory ?? "in memory"}`);
  }

  #every(intervalMs: number, what: string, run: () => void): void {
    const place = this.#repeated.length;
    const arm = (): void => {
      this.#repeated[place] = this.#platform.timers.after(intervalMs, () => {
        try {
          run();
        } catch (error) {
          // Such as a full disk: the next time may do better.
          this.#log("error", `${what} failed: ${String(error)}`);
        }
        arm();
      });
    };
    arm();
  }

  /** Drops the offsets of groups that have been empty for long, and those groups. */
  #expireOffsets(): void {
    const timeMs = this.#platform.clock.nowMs() - this.#config.offsetsRetentionMinutes * 60_000;
    for (const group of this.#groups.all()) {
      if (group.state !== "Empty" || group.pendingMembers.size > 0) continue;
      // A group that once had members keeps its offsets for the whole time after the last of them left.
      if (group.protocolType === null || group.stateSinceMs < timeMs) this.#state.offsets.expire(group.id, timeMs);
      if (this.#state.offsets.topics(group.id).size === 0 && group.stateSinceMs < timeMs) this.#groups.remove(group);
    }
  }

  async #close(): Promise<void> {
    for (const timer of this.#repeated) timer.cancel();
    this.#loading?.cancel();
    await this.#listener.close();
    this.#server.close();
    await release(this.#state, this.#dataDirectory, this.#platform);
    this.#log("info", `broker ${this.nodeId} closed`);
  }
}

async function release(
  { topics, offsets, groups, journal, lock }: DurableState,
  dataDirectory: string | null,
  { files }: Platform,
): Promise<void> {
  try {
    groups.close();
    offsets.close();
    const closedCleanly = await topics.close();
    await journal.close();
    if (dataDirectory !== null && closedCleanly) await markClosed(files, dataDirectory);
  } finally {
    lock?.release();
  }
}
