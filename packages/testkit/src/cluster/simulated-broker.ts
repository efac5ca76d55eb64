import { strict as assert } from "node:assert";
import { type BrokerConfig, Cluster } from "@millrace/broker-lite";
import type { CrashOptions, Host } from "@millrace/platform/sim";
import type { History } from "./history.ts";

/** Options of the broker in a `SimulatedCluster`. */
export interface SimulatedBrokerOptions {
  /** Settings in Kafka's names. Default: broker-lite's. */
  readonly config?: Partial<BrokerConfig>;
  /** Default `data`: files of the simulated host. null: in memory, so that a crash loses everything. */
  readonly dataDirectory?: string | null;
  /**
   * Number of nodes, default 1. The first has the id 1 and runs on the host `broker`, whose disk has the data of all; the others
   * run on `broker-2`, `broker-3` and so on. Any node can lead any partition, and coordinate any group.
   */
  readonly nodes?: number;
}

const port = 9092;

/** broker-lite on a host of its own, or on one for each node; it can crash and start again on the files that are left. */
export class SimulatedBroker {
  /** Host on which the broker runs, or its first node. Set its latencies and disk faults to disturb the broker. */
  readonly host: Host;
  /** Hosts of all nodes, by id from 1 on. */
  readonly hosts: readonly Host[];
  readonly #options: SimulatedBrokerOptions;
  readonly #history: History;
  #running: Cluster | null = null;

  constructor(hosts: readonly [Host, ...Host[]], options: SimulatedBrokerOptions, history: History) {
    this.host = hosts[0];
    this.hosts = hosts;
    this.#options = options;
    this.#history = history;
  }

  /** Address of the first node as `host:port`. */
  get address(): string {
    return this.addresses[0]!;
  }

  /** Addresses of all nodes as `host:port`, as clients are given them. */
  get addresses(): readonly string[] {
    return this.hosts.map(({ name }) => `${name}:${String(port)}`);
  }

  /** Starts all nodes, after a crash on what the host's files still hold; resolves when it listens. */
  async start(): Promise<void> {
    const platforms = this.hosts.map((host) => (host.up ? host.platform : host.restart()));
    const nodes = this.hosts.map(({ name }, i) => ({ host: name, port, platform: platforms[i]! }));
    const { config = {}, dataDirectory = "data" } = this.#options;
    const log = (level: string, text: string): void => {
      if (level !== "debug") this.#history.note(this.host.name, `${level}: ${text}`);
    };
    this.#running = await Cluster.start({ nodes, dataDirectory, config, log }, platforms[0]);
  }

  /** Lets the coordinators of groups load for so long; see `Broker.loadGroups`. A broker that is down need not. */
  loadGroups(durationMs: number): void {
    this.#history.note(this.host.name, `loads its groups for ${String(durationMs)} ms`);
    this.#running?.reloadGroups(durationMs);
  }

  /** Makes a node the leader of a partition; see `Cluster.moveLeader`. Nothing happens while the broker is down. */
  async moveLeader(topic: string, partition: number, nodeId: number): Promise<void> {
    this.#history.note(this.#name(nodeId), `leads ${topic}-${String(partition)}`);
    await this.#running?.moveLeader(topic, partition, nodeId);
  }

  /** Makes a node the coordinator of a group; see `Cluster.moveCoordinator`. Nothing happens while the broker is down. */
  moveCoordinator(groupId: string, nodeId: number, loadMs: number): void {
    this.#history.note(this.#name(nodeId), `coordinates group ${groupId}, which it loads for ${String(loadMs)} ms`);
    this.#running?.moveCoordinator("group", groupId, nodeId, { loadMs });
  }

  /** Closes a node in good order: the others take over its partitions and groups. Its host stays up. */
  async closeNode(nodeId: number): Promise<void> {
    await this.#running?.stopNode(nodeId);
  }

  /** Ends the process of a node but the first, as SIGKILL does. Its partitions and groups have no node until it starts again. */
  killNode(nodeId: number): void {
    assert(nodeId > 1, "the first node's host has the data of all nodes: kill the broker");
    this.#history.note(this.#name(nodeId), "killed");
    this.#running?.loseNode(nodeId);
    this.hosts[nodeId - 1]!.kill();
  }

  /** Starts a node again that was closed or killed; resolves when it listens. */
  async startNode(nodeId: number): Promise<void> {
    const host = this.hosts[nodeId - 1]!;
    await this.#running?.startNode(nodeId, host.up ? host.platform : host.restart());
  }

  /** Closes the broker in good order; the host stays up. */
  async close(): Promise<void> {
    const broker = this.#running;
    this.#running = null;
    await broker?.close();
  }

  /** Ends the processes of all nodes, as SIGKILL does: files keep what was written. */
  kill(): void {
    this.#history.note(this.host.name, "killed");
    this.#running = null;
    for (const host of this.hosts) if (host.up) host.kill();
  }

  /** Cuts the power of all nodes: files keep what was synced, and of the rest what chance leaves. */
  crash(options?: CrashOptions): void {
    this.#history.note(this.host.name, "loses its power");
    this.#running = null;
    for (const host of this.hosts) if (host.up) host.crash(options);
  }

  #name(nodeId: number): string {
    return this.hosts[nodeId - 1]?.name ?? "broker";
  }
}
