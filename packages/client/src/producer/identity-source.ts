import { ErrorCode, initProducerId } from "@millrace/protocol";

import type { Cluster } from "../cluster/cluster.ts";
import { type ClientContext, newBackoff } from "../context.ts";
import { BrokerError, reason } from "../errors.ts";
import type { Lifetime } from "../lifetime.ts";
import { bumped, type ProducerIdentity } from "./producer-identity.ts";

/**
 * Source of the identity of an idempotent producer. Asks the cluster for an id, and for another one when its epochs are used up.
 */
export class IdentitySource {
  readonly #context: ClientContext;
  readonly #cluster: Cluster;
  readonly #lifetime: Lifetime;
  readonly #onChange: () => void;
  #current: ProducerIdentity | null = null;
  #asking = false;
  #fatalErrorName: string | null = null;

  /** @param onChange called when there is an identity, and when there will never be one */
  constructor(context: ClientContext, cluster: Cluster, lifetime: Lifetime, onChange: () => void) {
    this.#context = context;
    this.#cluster = cluster;
    this.#lifetime = lifetime;
    this.#onChange = onChange;
  }

  /** Present identity; null: none yet, a request is under way. */
  get current(): ProducerIdentity | null {
    return this.#current;
  }

  /** Name of Kafka's error that ended this producer for good; null: none. */
  get fatalErrorName(): string | null {
    return this.#fatalErrorName;
  }

  giveUp(errorName: string): void {
    this.#fatalErrorName = errorName;
    this.#onChange();
  }

  /** Goes to the next epoch. Returns null if that needs a new producer id, which it asks for. */
  bump(): ProducerIdentity | null {
    this.#current = this.#current === null ? null : bumped(this.#current);
    if (this.#current === null) this.ask();
    return this.#current;
  }

  ask(): void {
    if (this.#asking) return;
    this.#asking = true;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const backoff = newBackoff(this.#context);
    while (!this.#lifetime.closed && this.#current === null && this.#fatalErrorName === null) {
      try {
        this.#current = await this.#request();
      } catch (error) {
        if (this.#lifetime.closed || this.#cluster.lifetime.closed) break;
        // Try without end: batches that wait for an id have their own deadline.
        this.#context.settings.log("debug", "could not get a producer id", { reason: reason(error) });
        if (error instanceof BrokerError && !error.retriable) this.#fatalErrorName = error.errorName;
        else await this.#lifetime.sleep(backoff.nextMs()).catch(() => {});
      }
    }
    this.#asking = false;
    this.#onChange();
  }

  async #request(): Promise<ProducerIdentity> {
    const response = await this.#cluster.askAny(initProducerId, {
      transactionalId: null,
      transactionTimeoutMs: 2 ** 31 - 1,
      producerId: -1n,
      producerEpoch: -1,
    });
    if (response.errorCode !== ErrorCode.NONE) throw new BrokerError("a producer id", response.errorCode);
    this.#context.settings.log("debug", "got a producer id", { producerId: response.producerId });
    return { id: Number(response.producerId), epoch: response.producerEpoch };
  }
}
