import { type Api, ErrorCode, findCoordinator } from "@millrace/protocol";

import type { Broker, Cluster } from "../cluster/cluster.ts";
import type { RequestOptions } from "../connection/broker-link.ts";
import { BrokerError, ClosedError } from "../errors.ts";

const groupKeyType = 0;

/**
 * Broker that coordinates a group. It is looked up when it is needed, and again after it was lost or answered that it is not the
 * coordinator.
 */
export class Coordinator {
  readonly #cluster: Cluster;
  readonly #groupId: string;
  readonly #closed = new Set<string>();
  #broker: Broker | null = null;
  #finding: Promise<Broker> | null = null;
  #term = 0;

  constructor(cluster: Cluster, groupId: string) {
    this.#cluster = cluster;
    this.#groupId = groupId;
  }

  /**
   * Number that rises when the next answer may come from another broker than the last one, or from a broker that loads the group
   * first. A coordinator that is loading answers every heartbeat with NONE, and so does one that was replaced and does not know
   * it yet.
   */
  get term(): number {
    return this.#term;
  }

  /**
   * Sends a request to the coordinator. Pass the error codes of its answers to `moved`.
   *
   * @param purpose name of the connection: the broker parks a join, so no other request may be behind it
   */
  async request<Response, Input>(
    purpose: string,
    api: Api<any, Response, Input, any>,
    body: Input,
    options?: RequestOptions,
  ): Promise<Response> {
    const broker = await this.#find();
    // The member may have left during the lookup. It must not join after that.
    if (this.#closed.has(purpose)) throw new ClosedError(`The member of group "${this.#groupId}"`);
    try {
      return await this.#cluster.coordinatorLink(broker, purpose).request(api, body, options);
    } catch (error) {
      // The broker may be gone, and another one may have taken over.
      this.#forget();
      throw error;
    }
  }

  /** Closes the connections with a purpose. Later requests with it fail. */
  close(purpose: string): void {
    this.#closed.add(purpose);
    this.#cluster.closeLinks(purpose);
  }

  /** Tells if an error means that the coordinator is elsewhere. If so, the next request looks it up. */
  moved(errorCode: number): boolean {
    const moved = errorCode === ErrorCode.NOT_COORDINATOR || errorCode === ErrorCode.COORDINATOR_NOT_AVAILABLE;
    if (moved) this.#forget();
    else if (errorCode === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) this.#term += 1;
    return moved;
  }

  #forget(): void {
    this.#broker = null;
    this.#term += 1;
  }

  #find(): Promise<Broker> {
    if (this.#broker !== null) return Promise.resolve(this.#broker);
    this.#finding ??= this.#ask().finally(() => {
      this.#finding = null;
    });
    return this.#finding;
  }

  async #ask(): Promise<Broker> {
    const request = { key: this.#groupId, keyType: groupKeyType, coordinatorKeys: [this.#groupId] };
    const response = await this.#cluster.askAny(findCoordinator, request);
    // From version 4 on the answer is a list (KIP-699).
    const { errorCode, errorMessage, nodeId, host, port } = response.coordinators[0] ?? response;
    if (errorCode !== ErrorCode.NONE) {
      throw new BrokerError(`the search for the coordinator of group "${this.#groupId}"`, errorCode, errorMessage);
    }
    this.#broker = { nodeId, host, port };
    return this.#broker;
  }
}
