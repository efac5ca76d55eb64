import type { Address, Listener, Platform, Timer } from "@millrace/platform";
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

export interface BrokerOptions {
  /** Default 1. */
  readonly nodeId?: number;
  /** What to listen on, such as `127.0.0.1`. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where topics and offsets are kept; null keeps them in memory only. */
  readonly dataDirectory: string | null;
  readonly config?: Partial<BrokerConfig>;
  /** Hears of what happens; default: nobody does. */
  readonly log?: Log;
}

export interface TopicOptions {
  readonly name: string;
  /** Default: `num.partitions`. */
  readonly partitions?: number;
  /** Settings by Kafka's names. */
  readonly configs?: Readonly<Record<string, string>>;
}

const nodeIdDefault = 1;
/** Between two checkpoints, which shorten recovery: Kafka's `log.flush.offset.checkpoint.interval.ms`. */
const checkpointIntervalMs = 60_000;

/**
 * A Kafka-compatible broker for one machine: partitioned logs, classic groups and idempotent producers, over the
 * platform's transport and files. One node: it leads every partition and coordinates every group.
 */
export class Broker implements AsyncDisposable {
  readonly nodeId: number;
  /** Where clients reach it. */
  readonly address: Address;
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

  private constructor(services: Services, state: DurableState, dataDirectory: string | null, listener: Listener, server: Server) {
    this.nodeId = services.nodeId;
    this.address = services.address;
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
   * @throws {UnknownConfigError} {@link InvalidConfigError} for settings that cannot be
   * @throws {DataDirectoryError} when the data belong to another node, another broker uses them, or they cannot be opened
   * @throws {ListenFailedError} when the address cannot be taken
   */
  static async start(options: BrokerOptions, platform: Platform): Promise<Broker> {
    const { nodeId = nodeIdDefault, host, port, dataDirectory, log = () => {} } = options;
    const configGiven = options.config ?? {};
    const config = brokerConfig(configGiven);
    const state =
      dataDirectory === null ? memoryState(config, platform, log) : await openState(dataDirectory, nodeId, config, platform, log);
    let address: Address = { host, port };
    const services: Services = {
      ...state,
      nodeId,
      config,
      configGiven,
      platform,
      log,
      get address() {
        return address;
      },
    };
    const server = new Server(dispatcher(handlersOf(services)), config, platform, log);
    let listener: Listener;
    try {
      listener = await platform.transport.listen({ host, port }, (connection) => server.accept(connection));
    } catch (error) {
      await release(state, dataDirectory, platform);
      throw new ListenFailedError(host, port, error);
    }
    address = { host: reachable(host), port: listener.address.port };
    const broker = new Broker(services, state, dataDirectory, listener, server);
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
    this.#every(this.#config.logRetentionCheckIntervalMs, "retention", () => this.#state.topics.retain());
    this.#every(this.#config.offsetsRetentionCheckIntervalMs, "forgetting offsets", () => this.#expireOffsets());
    this.#every(checkpointIntervalMs, "writing down how far the logs are synced", () => this.#state.topics.checkpoint());
    this.#log(
      "info",
      `broker ${this.nodeId} listens on ${this.address.host}:${this.address.port}, data ${this.#dataDirectory ?? "in memory"}`,
    );
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

/** Clients cannot connect to the address that means "all of this machine's". */
function reachable(host: string): string {
  return host === "0.0.0.0" || host === "::" || host === "" ? "127.0.0.1" : host;
}
