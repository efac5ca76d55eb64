import type { Address, Platform } from "@millrace/platform";
import { Cluster } from "./cluster/cluster.ts";
import type { TopicOptions } from "./cluster/cluster.ts";
import type { BrokerConfig } from "./config/broker-config.ts";
import type { Log } from "./log-line.ts";

/** Options of `Broker.start`. */
export interface BrokerOptions {
  /** Default 1. */
  readonly nodeId?: number;
  /**
   * Address to listen on. Default `127.0.0.1`. With `0.0.0.0` or `::`, which are all addresses of the machine, each client is told the
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

/**
 * A Kafka-compatible broker for one machine: partitioned logs, classic groups and idempotent producers, over the
 * platform's transport and files. It is a {@link Cluster} of one node, which leads every partition and coordinates every group.
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
  /** Address for clients on this machine; `String(address)` is `host:port`. */
  readonly address: Address & { toString(): string };
  readonly #cluster: Cluster;

  private constructor(cluster: Cluster) {
    const [node] = cluster.nodes;
    this.nodeId = node!.nodeId;
    this.address = node!.address;
    this.#cluster = cluster;
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
    const { nodeId, host, port, ...others } = options;
    const node = {
      ...(nodeId === undefined ? {} : { nodeId }),
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
    };
    return new Broker(await Cluster.start({ ...others, nodes: [node] }, platform));
  }

  /**
   * Makes a topic, as CreateTopics does.
   * @throws {TopicRefusedError} when the name is taken, or the settings cannot be
   */
  createTopic(options: TopicOptions): Promise<void> {
    return this.#cluster.createTopic(options);
  }

  /**
   * Lets the coordinator of all groups load for so long, as one does on a broker that has just taken it over: a fault for tests.
   * Meanwhile it answers heartbeats without error, whatever their member, and everything else with `COORDINATOR_LOAD_IN_PROGRESS`.
   */
  loadGroups(durationMs: number): void {
    this.#cluster.reloadGroups(durationMs);
  }

  /** Closes listener and connections, then syncs and closes the data. A second call waits for the first. */
  close(): Promise<void> {
    return this.#cluster.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
