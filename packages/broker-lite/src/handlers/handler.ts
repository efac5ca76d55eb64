import type { Address, Platform } from "@millrace/platform";
import type { AnyApi } from "@millrace/protocol";
import type { Placement } from "../placement/placement.ts";
import type { BrokerConfig } from "../config/broker-config.ts";
import type { GroupCoordinator } from "../coordinator/group-coordinator.ts";
import type { ProducerIds } from "../coordinator/producer-ids.ts";
import type { Log } from "../log-line.ts";
import type { Topics } from "../topic/topics.ts";

/** Parts of a node, and of the cluster it belongs to, that the handlers work on. */
export interface Services {
  readonly nodeId: number;
  readonly clusterId: string;
  readonly placement: Placement;
  readonly config: BrokerConfig;
  /** The settings that were stated, and are no defaults. */
  readonly configGiven: Partial<BrokerConfig>;
  readonly platform: Platform;
  readonly topics: Topics;
  /** Groups that this node coordinates. */
  readonly groups: GroupCoordinator;
  readonly producerIds: ProducerIds;
  readonly log: Log;
}

export interface RequestContext {
  readonly version: number;
  readonly clientId: string | null;
  /** `host:port` of the client. */
  readonly remote: string;
  /** Address by which the client came. */
  readonly local: Address;
  /** Called when the connection is gone. A waiting request adds itself, and takes itself out again. */
  readonly onGone: Set<() => void>;
}

/**
 * Node that must serve an API.
 *
 * - `any`: every node.
 * - `controller`: every node; the request changes the cluster's metadata, and Kafka's brokers forward it to the controller.
 * - `leader`: for each partition its leader.
 * - `coordinator`: for each group its coordinator.
 */
export type Where = "any" | "controller" | "leader" | "coordinator";

/** Answer to a request; a promise of it is for what the answer waits on. Null: there is no answer. */
export type Answer<Response> = Response | Promise<Response | null> | null;

/**
 * Serves one API. All changes that a request makes are made before `serve` returns, so that requests of a connection take
 * effect in their order.
 */
export interface Handler {
  readonly api: AnyApi;
  readonly where: Where;
  serve(services: Services, request: any, context: RequestContext): Answer<object>;
  /** Makes the answer that gives this error for everything that was asked. */
  refuse(errorCode: number, request: any, version: number): object;
}
