import type { Address, Platform } from "@millrace/platform";
import type { AnyApi, Api } from "@millrace/protocol";
import type { BrokerConfig } from "../config/broker-config.ts";
import type { GroupCoordinator } from "../coordinator/group-coordinator.ts";
import type { GroupOffsets } from "../coordinator/group-offsets.ts";
import type { ProducerIds } from "../coordinator/producer-ids.ts";
import type { Log } from "../log-line.ts";
import type { Topics } from "../topic/topics.ts";

/** Services that the handlers work on. */
export interface Services {
  readonly nodeId: number;
  readonly clusterId: string;
  /** The leader epoch of every partition. */
  readonly leaderEpoch: number;
  readonly config: BrokerConfig;
  /** The settings that were stated, and are no defaults. */
  readonly configGiven: Partial<BrokerConfig>;
  readonly platform: Platform;
  readonly topics: Topics;
  readonly groups: GroupCoordinator;
  readonly offsets: GroupOffsets;
  readonly producerIds: ProducerIds;
  readonly log: Log;
}

export interface RequestContext {
  readonly version: number;
  readonly clientId: string | null;
  /** `host:port` of the client. */
  readonly remote: string;
  /** Address at which this client reaches the broker. */
  readonly address: Address;
  /** Callbacks for the end of the connection. A handler that adds one takes it out again. */
  readonly onGone: Set<() => void>;
}

/**
 * Serves one API. Whatever a request changes is changed before the handler returns, so that requests of a connection take
 * effect in their order; a promise is for what the answer waits on. Null: there is no answer.
 */
export interface Handler<Request, Response> {
  readonly api: Api<Request, unknown, unknown, Response>;
  handle(request: Request, context: RequestContext): Response | Promise<Response | null> | null;
}

export interface AnyHandler {
  readonly api: AnyApi;
  handle(request: any, context: RequestContext): object | Promise<object | null> | null;
}
