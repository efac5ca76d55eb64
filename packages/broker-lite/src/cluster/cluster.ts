import { safeLog, silent, type Address, type Platform } from "@millrace/platform";
import { brokerConfig } from "../config/broker-config.ts";
import type { BrokerConfig } from "../config/broker-config.ts";
import { markClosed } from "../data-directory.ts";
import { InvalidConfigError, UnknownNodeError, UnknownPartitionError } from "../errors.ts";
import type { Log } from "../log-line.ts";
import type { Intercept, InterceptedApi } from "../server/intercept.ts";
import { Node } from "../node/node.ts";
import type { ClusterNode, NodeOptions } from "../node/node.ts";
import { repeat } from "../node/repeat.ts";
import type { Repeated } from "../node/repeat.ts";
import type { Topic } from "../topic/topics.ts";
import { memoryState, openState } from "../state/cluster-state.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { MovablePlacement, shardOf } from "../placement/placement.ts";
import type { CoordinatorType, Leader } from "../placement/placement.ts";

/** Options of `Cluster.start`. */
export interface ClusterOptions {
  /** Nodes of the cluster, or their number. Default 1. */
  readonly nodes?: number | readonly NodeOptions[];
  /** Directory of topics and offsets. Default null: in memory, until the cluster closes. */
  readonly dataDirectory?: string | null;
  /**
   * Kafka's settings in camel case, the same for all nodes. Their defaults are Kafka's, but in memory groups do not wait for
   * more members before their first rebalance: `groupInitialRebalanceDelayMs` is 0 there, and 3,000 with a data directory.
   */
  readonly config?: Partial<BrokerConfig>;
  /** Sink of log lines. It may throw; that is told once on stderr. Default: none. */
  readonly log?: Log;
}

/** Options of `createTopic`. */
export interface TopicOptions {
  /** Name of the topic. */
  readonly name: string;
  /** Default: `num.partitions`. */
  readonly partitions?: number;
  /** Settings by Kafka's names. */
  readonly configs?: Readonly<Record<string, string>>;
}

/** Options of `Cluster.moveCoordinator`. */
export interface MoveCoordinatorOptions {
  /** Time for which the new coordinator loads, in milliseconds. Default 0. */
  readonly loadMs?: number;
}

/** Options of `Cluster.stopNode`. */
export interface StopNodeOptions {
  /**
   * True: other nodes take over its partitions and groups before it stops, as in Kafka's controlled shutdown. False: they have no
   * leader and no coordinator until it starts again, or they are moved. Default true.
   */
  readonly handOver?: boolean;
}

/** Settings with other defaults for a cluster that is gone with its process. */
const inMemory: Partial<BrokerConfig> = { groupInitialRebalanceDelayMs: 0 };
/** Time between two checkpoints, which shorten recovery: Kafka's `log.flush.offset.checkpoint.interval.ms`. */
const checkpointIntervalMs = 60_000;

/**
 * A Kafka-compatible cluster in one process: several nodes, each with a listener of its own, over one state. Leaders of
 * partitions and coordinators of groups can be moved, nodes stopped and started, requests intercepted.
 *
 *   client ──▶ Node 1 ─┐  handler ── guard ──▶ Placement: do I lead? do I coordinate?
 *   client ──▶ Node 2 ─┼────────────────────▶ ClusterState: topics with their logs, coordinators' logs, producer ids
 *   client ──▶ Node 3 ─┘
 *
 * There is no replication: the logs belong to the cluster, and any node can lead any partition from one moment to the next.
 * Metadata names the leader as the only replica.
 *
 * @example
 * await using cluster = await Cluster.start({ nodes: 3 });
 * await cluster.createTopic({ name: "lines", partitions: 4 });
 * const kafka = new Kafka({ brokers: cluster.addresses.map(String) });
 * await cluster.moveLeader("lines", 0, 2);
 */
export class Cluster implements AsyncDisposable {
  readonly #nodes: readonly Node[];
  readonly #state: ClusterState;
  readonly #placement: MovablePlacement;
  readonly #platform: Platform;
  readonly #dataDirectory: string | null;
  readonly #log: Log;
  readonly #repeated: readonly Repeated[];
  #closing: Promise<void> | null = null;

  private constructor(
    nodes: readonly Node[],
    state: ClusterState,
    placement: MovablePlacement,
    config: BrokerConfig,
    platform: Platform,
    dataDirectory: string | null,
    log: Log,
  ) {
    this.#nodes = nodes;
    this.#state = state;
    this.#placement = placement;
    this.#platform = platform;
    this.#dataDirectory = dataDirectory;
    this.#log = log;
    state.topics.onDeleted.add((topic) => this.#forgetTopic(topic));
    const every = (intervalMs: number, what: string, run: () => void): Repeated =>
      repeat(platform.timers, intervalMs, run, { onError: (error) => log("error", `${what} failed: ${String(error)}`) });
    this.#repeated = [
      every(config.logRetentionCheckIntervalMs, "retention", () => state.topics.applyRetention()),
      every(checkpointIntervalMs, "writing down how far the logs are synced", () => state.topics.checkpoint()),
    ];
  }

  /**
   * Opens the data, recovers what a crash left, and starts all nodes.
   *
   * @param options default: one node in memory, on a free port of 127.0.0.1
   * @param platform default: Node's; tests in virtual time give a simulated one
   * @throws {UnknownConfigError} {@link InvalidConfigError} for settings that cannot be
   * @throws {DataDirectoryError} when the data belong to another node, another broker uses them, or they cannot be opened
   * @throws {ListenFailedError} when an address cannot be taken
   */
  static async start(options: ClusterOptions = {}, platform?: Platform): Promise<Cluster> {
    return Cluster.#start(options, platform ?? (await import("@millrace/platform/node")).nodePlatform());
  }

  static async #start(options: ClusterOptions, platform: Platform): Promise<Cluster> {
    const { nodes: given = 1, dataDirectory = null } = options;
    const log = safeLog(options.log ?? silent);
    const configGiven = { ...(dataDirectory === null ? inMemory : {}), ...options.config };
    const config = brokerConfig(configGiven);
    const nodeOptions = typeof given === "number" ? Array.from({ length: given }, (): NodeOptions => ({})) : given;
    const numbered = nodeOptions.map((each, i) => ({ ...each, nodeId: each.nodeId ?? i + 1 }));
    numbered.sort((a, b) => a.nodeId - b.nodeId);
    const nodeIds = numbered.map(({ nodeId }) => nodeId);
    if (nodeIds.length === 0 || new Set(nodeIds).size < nodeIds.length)
      throw new InvalidConfigError("nodes", nodeIds, "at least one node, each with an id of its own");
    const state =
      dataDirectory === null
        ? memoryState(config, platform, log)
        : await openState(dataDirectory, nodeIds[0]!, config, platform, log);
    const placement = new MovablePlacement(nodeIds, state.leaderEpoch);
    const parts = { state, placement, config, configGiven, platform, log };
    const nodes = numbered.map((each) => new Node(each.nodeId, each, parts));
    try {
      for (const node of nodes) await node.start();
    } catch (error) {
      for (const node of nodes) await node.stop();
      await release(state, dataDirectory, platform);
      throw error;
    }
    const cluster = new Cluster(nodes, state, placement, config, platform, dataDirectory, log);
    for (const node of nodes)
      log("info", `broker ${node.nodeId} listens on ${String(node.address)}, data ${dataDirectory ?? "in memory"}`);
    return cluster;
  }

  /** Addresses of all nodes, for clients to begin with; `String(address)` is `host:port`. */
  get addresses(): readonly (Address & { toString(): string })[] {
    return this.#nodes.map(({ address }) => address);
  }

  /** Nodes, running or not, ascending by id. */
  get nodes(): readonly ClusterNode[] {
    return this.#nodes;
  }

  /**
   * Makes a topic, as CreateTopics does. Its partitions are led by the nodes in turns.
   * @throws {TopicRefusedError} when the name is taken, or the settings cannot be
   */
  async createTopic({ name, partitions = -1, configs = {} }: TopicOptions): Promise<void> {
    this.#state.topics.create({ name, partitions, replicationFactor: -1, configs: new Map(Object.entries(configs)) });
    await this.#state.topics.persisted();
  }

  /**
   * Returns the id of a topic, as Kafka's text of a UUID.
   * @throws {UnknownPartitionError} when there is no such topic
   */
  topicId(topic: string): string {
    return this.#topic(topic, 0).id;
  }

  /**
   * Returns a partition's leader; its node is -1 while it does not run.
   * @throws {UnknownPartitionError}
   */
  leader(topic: string, partition: number): Leader {
    return this.#placement.leader(this.#topic(topic, partition), partition);
  }

  /**
   * Makes a node the leader of a partition, in the next leader epoch. Waiting fetches are answered by the old leader with
   * `NOT_LEADER_OR_FOLLOWER`.
   * @throws {UnknownPartitionError} {@link UnknownNodeError}
   */
  async moveLeader(topic: string, partition: number, nodeId: number): Promise<void> {
    this.#node(nodeId);
    await this.#moveLeader(this.#topic(topic, partition), partition, nodeId);
  }

  /** Returns the id of the node that coordinates a group or transactional id; -1 while it does not run. */
  coordinator(type: CoordinatorType, key: string): number {
    return this.#placement.coordinator(type, key);
  }

  /**
   * Makes a node the coordinator of a group or transactional id, and of all others of its shard, as in Kafka. The new one loads
   * for `loadMs`: it answers heartbeats with `NONE`, and everything else with `COORDINATOR_LOAD_IN_PROGRESS`. A
   * rebalance that is under way is lost, since the old one has not written it down. The node may be the same: then it loads anew.
   * @throws {UnknownNodeError}
   */
  moveCoordinator(type: CoordinatorType, key: string, nodeId: number, { loadMs = 0 }: MoveCoordinatorOptions = {}): void {
    this.#node(nodeId);
    this.#moveShard(type, shardOf(key), nodeId, loadMs);
  }

  /**
   * Stops a node: closes its listener and its connections.
   * @throws {UnknownNodeError}
   */
  async stopNode(nodeId: number, { handOver = true }: StopNodeOptions = {}): Promise<void> {
    const node = this.#node(nodeId);
    if (handOver) await this.#handOver(nodeId);
    await node.stop();
    this.#log("info", `broker ${nodeId} stopped`);
  }

  /**
   * Takes note that a node is gone with its host: its connections are lost, and its timers. Its partitions and
   * groups wait for its start, or to be moved.
   * @throws {UnknownNodeError}
   */
  loseNode(nodeId: number): void {
    this.#node(nodeId).lose();
  }

  /**
   * Starts a node that was stopped, on the same address. It leads and coordinates what was not moved meanwhile, in the next
   * leader epoch.
   *
   * @param platform of the node, if its host was started anew
   * @throws {UnknownNodeError} {@link ListenFailedError}
   */
  async startNode(nodeId: number, platform?: Platform): Promise<void> {
    const node = this.#node(nodeId);
    if (node.isRunning) return;
    for (const { topic, partition } of this.#ledBy(nodeId)) await this.#moveLeader(topic, partition, nodeId);
    await node.start(platform);
    this.#log("info", `broker ${nodeId} listens on ${String(node.address)}`);
  }

  /**
   * Loads all groups anew on the nodes that coordinate them, as `moveCoordinator` does for a group.
   * @param loadMs time for which they load, in milliseconds
   */
  reloadGroups(loadMs: number): void {
    for (const node of this.#nodes) node.reload(loadMs);
  }

  /**
   * Breaks all connections of a node, which goes on to listen.
   * @throws {UnknownNodeError}
   */
  dropConnections(nodeId: number): void {
    this.#node(nodeId).dropConnections();
  }

  /**
   * Returns the record batches that a partition's log shows to consumers, as their bytes.
   * @throws {UnknownPartitionError}
   */
  batches(topic: string, partition: number): Buffer {
    const log = this.#topic(topic, partition).partitions[partition]!;
    const pieces: Uint8Array[] = [];
    let offset = log.logStartOffset;
    while (offset < log.highWatermark) {
      const slice = log.locate(offset, Infinity, true);
      if (slice === null) break;
      pieces.push(...log.read(slice));
      offset = slice.segment.nextOffset;
    }
    return Buffer.concat(pieces);
  }

  /** Intercepts requests of one API on all nodes. Returns a function that ends it. */
  intercept<Request, Response>(api: InterceptedApi<Request, Response>, intercept: Intercept<Request, Response>): () => void {
    return together(this.#nodes.map(({ intercepts }) => intercepts.add(api, intercept)));
  }

  /**
   * Intercepts requests of one API on one node. Returns a function that ends it.
   * @throws {UnknownNodeError}
   */
  interceptAt<Request, Response>(
    nodeId: number,
    api: InterceptedApi<Request, Response>,
    intercept: Intercept<Request, Response>,
  ): () => void {
    return this.#node(nodeId).intercepts.add(api, intercept);
  }

  /** Intercepts all requests on all nodes. Returns a function that ends it. */
  interceptAll(intercept: Intercept): () => void {
    return together(this.#nodes.map(({ intercepts }) => intercepts.addForAll(intercept)));
  }

  /** Stops all nodes, then syncs and closes the data. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #node(nodeId: number): Node {
    const node = this.#nodes.find((each) => each.nodeId === nodeId);
    if (node === undefined) throw new UnknownNodeError(nodeId);
    return node;
  }

  #topic(name: string, partition: number): Topic {
    const topic = this.#state.topics.get(name);
    if (topic?.partitions[partition] === undefined) throw new UnknownPartitionError(name, partition);
    return topic;
  }

  async #moveLeader(topic: Topic, partition: number, nodeId: number): Promise<void> {
    await this.#state.raiseLeaderEpoch(this.#placement.assignedLeader(topic, partition).epoch + 1);
    this.#placement.moveLeader(topic, partition, nodeId);
    topic.partitions[partition]!.wakeListeners();
  }

  #moveShard(type: CoordinatorType, shard: number, nodeId: number, loadMs: number): void {
    this.#placement.moveShard(type, shard, nodeId);
    if (type !== "group") return;
    for (const node of this.#nodes) node.resign(shard);
    this.#node(nodeId).elect(shard, loadMs);
  }

  *#ledBy(nodeId: number): Generator<{ readonly topic: Topic; readonly partition: number }> {
    for (const topic of this.#state.topics.all()) {
      for (const partition of topic.partitions.keys())
        if (this.#placement.assignedLeader(topic, partition).nodeId === nodeId) yield { topic, partition };
    }
  }

  /** Spreads what a node leads and coordinates over the others that run; without any it keeps all. */
  async #handOver(nodeId: number): Promise<void> {
    const others = this.#placement.nodes.filter((node) => node.nodeId !== nodeId);
    if (others.length === 0) return;
    let turn = 0;
    const next = (): number => others[turn++ % others.length]!.nodeId;
    for (const { topic, partition } of this.#ledBy(nodeId)) await this.#moveLeader(topic, partition, next());
    for (const type of ["group", "transaction"] as const)
      for (const shard of this.#placement.shards(type, nodeId)) this.#moveShard(type, shard, next(), 0);
  }

  #forgetTopic(topic: string): void {
    for (const node of this.#nodes) node.forgetTopic(topic);
  }

  async #close(): Promise<void> {
    for (const repeated of this.#repeated) repeated.cancel();
    for (const node of this.#nodes) await node.stop();
    await release(this.#state, this.#dataDirectory, this.#platform);
    for (const { nodeId } of this.#nodes) this.#log("info", `broker ${nodeId} closed`);
  }
}

function together(ends: readonly (() => void)[]): () => void {
  return () => {
    for (const end of ends) end();
  };
}

async function release(state: ClusterState, dataDirectory: string | null, { files }: Platform): Promise<void> {
  try {
    const closedCleanly = await state.close();
    if (dataDirectory !== null && closedCleanly) await markClosed(files, dataDirectory);
  } finally {
    state.lock?.release();
  }
}
