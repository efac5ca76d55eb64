import type { Address, Listener, Platform, TlsServerOptions } from "@millrace/platform";
import { isAnyAddress, parseAdvertisedListeners } from "../config/advertised-listeners.ts";
import type { MovablePlacement, PlacedNode } from "../placement/placement.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import type { BrokerConfig } from "../config/broker-config.ts";
import { GroupCoordinator } from "../coordinator/group-coordinator.ts";
import { ListenFailedError } from "../errors.ts";
import type { Services } from "../handlers/handler.ts";
import type { Log } from "../log-line.ts";
import { dispatcher } from "../server/dispatch.ts";
import { Server } from "../server/server.ts";
import { Intercepts } from "../server/intercept.ts";
import { repeat } from "./repeat.ts";
import type { Repeated } from "./repeat.ts";

const hostDefault = "127.0.0.1";

/** Node as users of a cluster see it. */
export interface ClusterNode {
  /** Id of the node, as clients see it. */
  readonly nodeId: number;
  /** Address for clients on this machine; `String(address)` is `host:port`. */
  readonly address: Address & { toString(): string };
  /** False while it is stopped or lost. */
  readonly isRunning: boolean;
}

/** Options of one node. */
export interface NodeOptions {
  /** Id of the node. Default: 1 for the first node, 2 for the second, and so on. */
  readonly nodeId?: number;
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Port to listen on. Default 0, which takes a free one; the node keeps it when it starts again. */
  readonly port?: number;
  /** Clock, timers and network of the node. Default: the cluster's. */
  readonly platform?: Platform;
  /** Certificate and key to listen with TLS. Default null: plaintext. */
  readonly tls?: TlsServerOptions | null;
}

/** Parts of the cluster that a node works on. */
export interface NodeParts {
  readonly state: ClusterState;
  readonly placement: MovablePlacement;
  readonly config: BrokerConfig;
  readonly configGiven: Partial<BrokerConfig>;
  readonly platform: Platform;
  readonly log: Log;
}

/** An address that prints as `host:port`, the form in which clients take it. */
class NodeAddress implements Address {
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

/** Parts of a node that runs. */
interface Running {
  readonly groups: GroupCoordinator;
  readonly server: Server;
  readonly listener: Listener;
  readonly expiry: Repeated;
}

/** A node of the cluster: a listener, its connections, and the groups that it coordinates. */
export class Node implements PlacedNode, ClusterNode {
  readonly nodeId: number;
  /** Faults and scripted answers; they stay when the node stops and starts. */
  readonly intercepts: Intercepts = new Intercepts();
  readonly #parts: NodeParts;
  #platform: Platform;
  readonly #host: string;
  readonly #tls: TlsServerOptions | null;
  readonly #advertised: Address | null;
  #port: number;
  #running: Running | null = null;

  constructor(nodeId: number, { host = hostDefault, port = 0, platform, tls = null }: NodeOptions, parts: NodeParts) {
    this.nodeId = nodeId;
    this.#parts = parts;
    this.#platform = platform ?? parts.platform;
    this.#host = host;
    this.#port = port;
    this.#tls = tls;
    this.#advertised = parseAdvertisedListeners(parts.config.advertisedListeners);
  }

  /** Address for clients on this machine; `String(address)` is `host:port`. Port 0 before the first start. */
  get address(): NodeAddress {
    return new NodeAddress(isAnyAddress(this.#host) ? hostDefault : this.#host, this.#port);
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  addressFor(local: Address): Address {
    return this.#advertised ?? { host: isAnyAddress(this.#host) ? local.host : this.#host, port: this.#port };
  }

  /**
   * Listens, and becomes the coordinator of its shards.
   * @param platform another one in place of the node's, after a host was started anew; default: the same
   * @throws {ListenFailedError} when the address cannot be taken
   */
  async start(platform: Platform = this.#platform): Promise<void> {
    this.#platform = platform;
    const { state, placement, config, configGiven, log } = this.#parts;
    const { nodeId } = this;
    const { clusterId, topics, producerIds, groupLog } = state;
    const groups = new GroupCoordinator(config, platform, groupLog, log);
    const services: Services = { nodeId, clusterId, placement, config, configGiven, platform, topics, groups, producerIds, log };
    const server = new Server(dispatcher(services, this.intercepts), config, platform, log);
    let listener: Listener;
    try {
      const address = { host: this.#host, port: this.#port };
      listener = await platform.transport.listen(address, (connection) => server.accept(connection), { tls: this.#tls });
    } catch (error) {
      throw new ListenFailedError(this.#host, this.#port, error);
    }
    this.#port = listener.address.port;
    for (const shard of placement.shards("group", nodeId)) groups.elect(shard, 0);
    const expiry = repeat(platform.timers, config.offsetsRetentionCheckIntervalMs, () => groups.expireOffsets(), {
      onError: (error) => log("error", `expire committed offsets failed: ${String(error)}`),
    });
    this.#running = { groups, server, listener, expiry };
    placement.started(this);
  }

  /** Becomes the coordinator of a shard, if it runs; it loads for so long. */
  elect(shard: number, loadMs: number): void {
    this.#running?.groups.elect(shard, loadMs);
  }

  /** Hands over a shard. */
  resign(shard: number): void {
    this.#running?.groups.resign(shard);
  }

  /** Loads all its shards anew, for so long. */
  reload(loadMs: number): void {
    for (const shard of this.#parts.placement.shards("group", this.nodeId)) this.elect(shard, loadMs);
  }

  forgetTopic(topic: string): void {
    this.#running?.groups.forgetTopic(topic);
  }

  /** Breaks all connections. */
  dropConnections(): void {
    this.#running?.server.close();
  }

  /** Closes listener and connections. */
  async stop(): Promise<void> {
    const listener = this.#end();
    await listener?.close();
  }

  /** Ends at once, as when the host is gone: nothing is closed in good order. */
  lose(): void {
    this.#end();
  }

  #end(): Listener | null {
    const running = this.#running;
    if (running === null) return null;
    this.#running = null;
    this.#parts.placement.stopped(this.nodeId);
    running.expiry.cancel();
    running.groups.close();
    running.server.close();
    return running.listener;
  }
}
