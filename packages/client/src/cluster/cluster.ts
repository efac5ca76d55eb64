import type { Address } from "@millrace/platform";
import { type Api, ErrorCode } from "@millrace/protocol";

import { BrokerLink, type RequestOptions } from "../connection/broker-link.ts";
import type { ClientContext } from "../context.ts";
import { BrokerError, BrokerUnreachableError, isRetriable } from "../errors.ts";
import type { Lifetime } from "../lifetime.ts";

/** Broker as the cluster advertises it. */
export interface Broker {
  /** Id of the broker (`node.id`), by which metadata names leaders and replicas. */
  readonly nodeId: number;
  /** Name or address of the advertised listener; it must resolve from here. */
  readonly host: string;
  /** Port of the advertised listener. */
  readonly port: number;
}

/**
 * Name of the use of a connection. A broker answers the requests of one connection strictly in order, so requests that it may
 * park (a fetch, a join) have a connection of their own.
 */
export type Purpose = string;

/** The brokers of a cluster and the links to them. */
export class Cluster {
  readonly lifetime: Lifetime;
  readonly #context: ClientContext;
  readonly #brokers = new Map<number, Broker>();
  readonly #links = new Map<string, BrokerLink>();
  #clusterId: string | null = null;
  #controllerId = -1;

  constructor(context: ClientContext, lifetime: Lifetime) {
    this.#context = context;
    this.lifetime = lifetime;
  }

  get brokers(): readonly Broker[] {
    return [...this.#brokers.values()];
  }

  get clusterId(): string | null {
    return this.#clusterId;
  }

  /** Id of the controller; -1: unknown. With KRaft this is any broker, which passes requests on. */
  get controllerId(): number {
    return this.#controllerId;
  }

  /** Takes over the brokers of a metadata response. Links to brokers that moved or left are closed. */
  learn(brokers: readonly Broker[], controllerId: number, clusterId: string | null): void {
    this.#controllerId = controllerId;
    this.#clusterId = clusterId;
    // A broker that is starting sends an empty list; the brokers known so far are better than none.
    if (brokers.length === 0) return;
    this.#brokers.clear();
    for (const broker of brokers) this.#brokers.set(broker.nodeId, broker);
    for (const [key, link] of this.#links) {
      const nodeId = nodeIdOf(key);
      if (nodeId === null) continue;
      const broker = this.#brokers.get(nodeId);
      if (broker !== undefined && broker.host === link.address.host && broker.port === link.address.port) continue;
      this.#links.delete(key);
      link.abandon();
    }
  }

  /**
   * Link to a broker, made if there is none.
   *
   * @throws {BrokerError} `LEADER_NOT_AVAILABLE`, retriable, when the broker is unknown
   */
  link(nodeId: number, purpose: Purpose): BrokerLink {
    const broker = this.#brokers.get(nodeId);
    if (broker === undefined)
      throw new BrokerError(`a request to broker ${nodeId}`, ErrorCode.LEADER_NOT_AVAILABLE, "no such broker is known");
    return this.#linkTo(`${nodeId}/${purpose}`, broker);
  }

  /** Link to a coordinator, whose address is known from FindCoordinator. */
  coordinatorLink(broker: Broker, purpose: Purpose): BrokerLink {
    const known = this.#brokers.get(broker.nodeId);
    if (known === undefined) this.#brokers.set(broker.nodeId, broker);
    return this.link(broker.nodeId, purpose);
  }

  /**
   * Asks any broker: one that is connected, else the known ones, else the configured ones.
   *
   * @throws {BrokerUnreachableError} with all addresses when none answers
   * @throws {ListenerMismatchError} when all have closed connections without a word again and again, and none has ever answered
   */
  async askAny<Response, Input>(api: Api<any, Response, Input, any>, body: Input, options?: RequestOptions): Promise<Response> {
    let failure: unknown = null;
    const tried: string[] = [];
    for (const link of this.#candidates()) {
      this.lifetime.check();
      tried.push(`${link.address.host}:${link.address.port}`);
      try {
        return await link.request(api, body, options);
      } catch (error) {
        // Errors that are not retriable come from the request, so another broker would answer the same.
        if (!isRetriable(error)) throw error;
        failure = error;
      }
    }
    const addresses = [...new Set(tried)];
    const mismatch = this.#context.silentEnds.verdict(addresses, this.#context.settings.tls !== null);
    if (mismatch !== null) throw mismatch;
    throw new BrokerUnreachableError(addresses, failure instanceof BrokerUnreachableError ? failure.cause : failure);
  }

  /** Closes the links with a purpose, such as those of a producer that closes. */
  closeLinks(purpose: Purpose): void {
    for (const [key, link] of this.#links) {
      if (!key.endsWith(`/${purpose}`)) continue;
      this.#links.delete(key);
      link.close();
    }
  }

  /** Cuts the links with a purpose, so that requests under way which have not arrived yet never do. */
  cutLinks(purpose: Purpose): void {
    for (const [key, link] of this.#links) {
      if (!key.endsWith(`/${purpose}`)) continue;
      this.#links.delete(key);
      link.cut();
    }
  }

  /** Lists the brokers that requests wait for and that are not connected: reasons by `host:port`. */
  troubles(): Map<string, string> {
    const troubles = new Map<string, string>();
    for (const { address, trouble } of this.#links.values())
      if (trouble !== null) troubles.set(`${address.host}:${String(address.port)}`, trouble);
    return troubles;
  }

  close(): void {
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }

  *#candidates(): Generator<BrokerLink> {
    const { brokers: addresses } = this.#context.settings;
    const known = rotated(this.brokers, this.#context).map((broker) => this.link(broker.nodeId, "any"));
    const configured = rotated(addresses, this.#context).map((address) => {
      return this.#linkTo(`bootstrap/${address.host}:${address.port}`, address);
    });
    const links = [...known, ...configured];
    yield* links.filter((link) => link.connection !== null);
    yield* links.filter((link) => link.connection === null);
  }

  #linkTo(key: string, address: Address): BrokerLink {
    this.lifetime.check();
    let link = this.#links.get(key);
    if (link === undefined) {
      link = new BrokerLink({ host: address.host, port: address.port }, this.#context);
      this.#links.set(key, link);
    }
    return link;
  }
}

function nodeIdOf(key: string): number | null {
  const text = key.slice(0, key.indexOf("/"));
  return text === "bootstrap" ? null : Number(text);
}

/** Rotates a list to a random start, so that clients spread over the brokers. */
function rotated<T>(list: readonly T[], { platform }: ClientContext): T[] {
  if (list.length < 2) return [...list];
  const first = platform.random.uint32() % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}
