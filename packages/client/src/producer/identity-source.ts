import { ErrorCode, initProducerId } from "@millrace/protocol";

import type { Cluster } from "../cluster/cluster.ts";
import { type ClientContext, newBackoff } from "../context.ts";
import { BrokerError, reason } from "../errors.ts";
import type { Lifetime } from "../lifetime.ts";
import { bumped, type ProducerIdentity } from "./producer-identity.ts";

/** Gets an idempotent producer its id from the cluster, and another one when the epochs of the first are used up. */
export class IdentitySource {
  readonly #context: ClientContext;
  readonly #cluster: Cluster;
  readonly #lifetime: Lifetime;
  readonly #onChange: () => void;
  #current: ProducerIdentity | null = null;
  #asking = false;
  #fatalErrorName: string | null = null;

  /** @param onChange there is an identity now, or there will never be one */
  constructor(context: ClientContext, cluster: Cluster, lifetime: Lifetime, onChange: () => void) {
    this.#context = context;
    this.#cluster = cluster;
    this.#lifetime = lifetime;
    this.#onChange = onChange;
  }

  /** null: asked for. */
  get current(): ProducerIdentity | null {
    return this.#current;
  }

  /** Kafka's error that ended this producer for good. */
  get fatalErrorName(): string | null {
    return this.#fatalErrorName;
  }

  giveUp(errorName: string): void {
    this.#fatalErrorName = errorName;
    this.#onChange();
  }

  /** The next epoch; null: a new producer id is needed, and asked for. */
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
        // No end to this: batches that wait for it have their own deadline.
        this.#context.settings.log("debug", "no producer id could be had", { reason: reason(error) });
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
    this.#context.settings.log("debug", "a producer id was given", { producerId: response.producerId });
    return { id: Number(response.producerId), epoch: response.producerEpoch };
  }
}
