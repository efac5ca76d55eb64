import { errorByCode, ErrorCode, produce, type ProduceRequestInput, type ProduceResponse } from "@millrace/protocol";

import type { Cluster } from "../cluster/cluster.ts";
import type { Metadata } from "../cluster/metadata.ts";
import { TopicRefresher } from "../cluster/topic-refresher.ts";
import type { BrokerConnection } from "../connection/connection.ts";
import type { ClientContext } from "../context.ts";
import {
  AuthenticationError,
  ClientError,
  type ProduceError,
  reason,
  SecureConnectionError,
  UnsupportedVersionError,
} from "../errors.ts";
import { Lifetime } from "../lifetime.ts";
import { Pump } from "../pump.ts";
import { type Delivery, expired, fenced, refused } from "./delivery.ts";
import { IdentitySource } from "./identity-source.ts";
import type { PartitionQueue } from "./partition-queue.ts";
import { produceOutcome } from "./produce-outcome.ts";
import { maxProduceVersion, produceRequest, type SentBatch } from "./produce-request.ts";
import { inFlightBatchesMax, type ProducerSettings } from "./producer-options.ts";
import type { SealedBatch } from "./sealed-batch.ts";

type PartitionResponse = ProduceResponse["responses"][number]["partitionResponses"][number];

/** Upper bound of the bytes that a produce request adds to each batch. */
const requestOverheadBytes = 300;

/**
 * Sends sealed batches to the leaders of their partitions: several partitions in one request, several requests in flight
 * per broker, at most one batch of a partition in a request.
 */
export class Sender {
  readonly #context: ClientContext;
  readonly #cluster: Cluster;
  readonly #metadata: Metadata;
  readonly #settings: ProducerSettings;
  readonly #purpose: string;
  readonly #delivery: Delivery;
  readonly #isHeld: () => boolean;
  readonly #lifetime: Lifetime;
  readonly #identities: IdentitySource;
  readonly #refresher: TopicRefresher;
  readonly #forgetUpdates: () => void;
  /** Queues with waiting batches; they take turns. */
  readonly #queues = new Set<PartitionQueue>();
  readonly #requestsInFlight = new Map<number, number>();
  readonly #connecting = new Set<number>();
  readonly #pump: Pump;

  constructor(
    context: ClientContext,
    cluster: Cluster,
    metadata: Metadata,
    settings: ProducerSettings,
    purpose: string,
    delivery: Delivery,
    isHeld: () => boolean,
  ) {
    this.#isHeld = isHeld;
    this.#context = context;
    this.#cluster = cluster;
    this.#metadata = metadata;
    this.#settings = settings;
    this.#purpose = purpose;
    this.#delivery = delivery;
    this.#lifetime = new Lifetime("The producer", context.platform.timers);
    this.#pump = new Pump(context.platform, () => this.#sendAll());
    this.#identities = new IdentitySource(context, cluster, this.#lifetime, () => this.schedule());
    this.#refresher = new TopicRefresher(context, metadata, this.#lifetime, () => this.schedule());
    this.#forgetUpdates = metadata.onUpdate(() => this.schedule());
    if (settings.idempotent) this.#identities.ask();
  }

  get closed(): boolean {
    return this.#lifetime.closed;
  }

  closedError(): ClientError {
    return this.#lifetime.closedError();
  }

  /** Throws if the sender is closed. @throws {ClosedError} */
  checkOpen(): void {
    this.#lifetime.check();
  }

  /** Adds a batch to the waiting ones of a queue. */
  add(queue: PartitionQueue, batch: SealedBatch): void {
    queue.waiting.push(batch);
    this.#queues.add(queue);
    if (this.#identities.fatalErrorName === null) this.schedule();
    else this.#failAll(this.#identities.fatalErrorName);
  }

  /** Schedules a send behind the events that are ready now, so that batches of several partitions share a request. */
  schedule(): void {
    this.#pump.soon();
  }

  close(): void {
    this.#lifetime.end();
    this.#forgetUpdates();
    this.#pump.stop();
    this.#queues.clear();
    this.#cluster.cutLinks(this.#purpose);
  }

  /** Cuts the connections: requests in flight which have not arrived yet never do. Their batches are sent again. */
  interrupt(): void {
    this.#cluster.cutLinks(this.#purpose);
  }

  #sendAll(): void {
    if (this.#lifetime.closed) return;
    if (this.#identities.fatalErrorName !== null) return this.#failAll(this.#identities.fatalErrorName);
    const nowMs = this.#context.platform.clock.monotonicMs();
    this.#expire(nowMs);
    if (this.#isHeld()) return this.#pump.at(nowMs + this.#context.settings.retryBackoffMs);
    // Each round takes one batch of a queue. Go on while a round sent something, since queues may have more.
    while (this.#sendRound(nowMs));
    this.#wakeForWaiting(nowMs);
  }

  #expire(nowMs: number): void {
    for (const queue of this.#queues) {
      while (queue.waiting.length > 0 && queue.waiting[0]!.deadlineMs <= nowMs) {
        this.#fail(queue, queue.waiting[0]!, expired(queue, queue.waiting[0]!, this.#settings.deliveryTimeoutMs));
      }
      if (queue.waiting.length === 0) this.#queues.delete(queue);
    }
  }

  /** Sends one request to every broker that can take one. Returns true if it sent something. */
  #sendRound(nowMs: number): boolean {
    const rounds = new Map<number, { readonly queues: PartitionQueue[]; bytes: number }>();
    for (const queue of this.#queues) {
      const nodeId = this.#readyNode(queue, nowMs);
      if (nodeId === null) continue;
      let round = rounds.get(nodeId);
      if (round === undefined) {
        round = { queues: [], bytes: 0 };
        rounds.set(nodeId, round);
      }
      const bytes = queue.waiting[0]!.buffer.length + requestOverheadBytes;
      if (round.queues.length > 0 && round.bytes + bytes > this.#settings.requestBytesMax) continue;
      round.queues.push(queue);
      round.bytes += bytes;
    }
    let sent = false;
    for (const [nodeId, round] of rounds) {
      const connection = this.#connectionTo(nodeId);
      if (connection === null) continue;
      this.#send(nodeId, connection, round.queues, nowMs);
      sent = true;
    }
    return sent;
  }

  /** Finds the broker to which the queue's next batch can be sent now; null: none. */
  #readyNode(queue: PartitionQueue, nowMs: number): number | null {
    // Without sequences a retry keeps the order only if one batch is in flight.
    const inFlightMax = this.#settings.idempotent ? inFlightBatchesMax : 1;
    if (!queue.isSendable(nowMs, inFlightMax) || !this.#hasIdentity(queue)) return null;
    const leaderId = this.#metadata.cached(queue.topic)?.partitions[queue.partition]?.leaderId ?? -1;
    if (leaderId < 0) {
      this.#refresher.refresh(queue.topic);
      return null;
    }
    // Wait for the batches at the old leader before the new one gets any.
    if (queue.inFlight.length > 0 && queue.inFlightNodeId !== leaderId) return null;
    return (this.#requestsInFlight.get(leaderId) ?? 0) < this.#settings.inFlightMax ? leaderId : null;
  }

  #hasIdentity(queue: PartitionQueue): boolean {
    if (!this.#settings.idempotent) return true;
    const { current } = this.#identities;
    if (current === null) return queue.identity.id >= 0 && !queue.gap;
    if (queue.canCloseGap) {
      if (queue.identity !== current) queue.adopt(current);
      else {
        const next = this.#identities.bump();
        if (next === null) return false;
        queue.adopt(next);
      }
    } else if (queue.identity !== current && queue.isSettled) queue.adopt(current);
    return true;
  }

  /** Returns the connection if it is open and free. Else opens it, or waits, and schedules a send for later. */
  #connectionTo(nodeId: number): BrokerConnection | null {
    if (this.#connecting.has(nodeId)) return null;
    try {
      const link = this.#cluster.link(nodeId, this.#purpose);
      if (link.connection !== null) {
        const free = link.connection.whenFree();
        if (free === undefined) return link.connection;
        // Batches that cannot be sent yet stay in their queue, so that they can expire.
        void free.then(() => this.schedule());
        return null;
      }
      this.#connecting.add(nodeId);
      link.connect().then(
        () => {
          this.#connecting.delete(nodeId);
          this.schedule();
        },
        (error: unknown) => {
          this.#connecting.delete(nodeId);
          this.#nodeUnreachable(nodeId, error);
        },
      );
    } catch (error) {
      this.#nodeUnreachable(nodeId, error);
    }
    return null;
  }

  #nodeUnreachable(nodeId: number, error: unknown): void {
    if (this.#lifetime.closed || this.#cluster.lifetime.closed) return;
    this.#context.settings.log("debug", "could not reach a broker", { nodeId, reason: reason(error) });
    const nowMs = this.#context.platform.clock.monotonicMs();
    // The broker would refuse another attempt too. Java gives up as well.
    const hopeless = (error instanceof AuthenticationError || error instanceof SecureConnectionError) && !error.retriable;
    for (const queue of this.#queues) {
      if (this.#metadata.cached(queue.topic)?.partitions[queue.partition]?.leaderId !== nodeId) continue;
      while (hopeless && queue.waiting.length > 0) {
        const batch = queue.waiting[0]!;
        this.#fail(queue, batch, refused(queue, batch, error.code, reason(error)));
      }
      queue.retryAtMs = Math.max(queue.retryAtMs, nowMs + this.#context.settings.retryBackoffMs);
      for (const batch of queue.waiting) batch.lastError = reason(error);
      this.#refresher.refresh(queue.topic);
    }
    this.schedule();
  }

  #send(nodeId: number, connection: BrokerConnection, queues: readonly PartitionQueue[], nowMs: number): void {
    const sent: SentBatch[] = [];
    let deadlineMs = nowMs + this.#context.settings.requestTimeoutMs;
    for (const queue of queues) {
      const batch = queue.takeNext(nodeId);
      sent.push({ queue, batch });
      deadlineMs = Math.min(deadlineMs, batch.deadlineMs);
      // Move the queue to the end, so that the others get their turn.
      this.#queues.delete(queue);
      if (queue.waiting.length > 0) this.#queues.add(queue);
    }
    this.#requestsInFlight.set(nodeId, (this.#requestsInFlight.get(nodeId) ?? 0) + 1);
    const acks = this.#settings.acks === "all" ? -1 : 1;
    const request = produceRequest(sent, this.#metadata, acks, this.#context.settings.requestTimeoutMs);
    this.#ask(connection, request, Math.max(1, deadlineMs - nowMs)).then(
      (response) => {
        this.#requestDone(nodeId);
        this.#receive(sent, response);
        this.#sendAll();
      },
      (error: unknown) => {
        this.#requestDone(nodeId);
        this.#requestFailed(sent, error);
        this.#sendAll();
      },
    );
  }

  /** Sends a request. Synchronous up to the write, since requests must leave in the order of their sequences. */
  #ask(connection: BrokerConnection, request: ProduceRequestInput, timeoutMs: number): Promise<ProduceResponse> {
    try {
      return connection.request(produce, connection.version(produce, maxProduceVersion(request)), request, timeoutMs);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #requestDone(nodeId: number): void {
    this.#requestsInFlight.set(nodeId, (this.#requestsInFlight.get(nodeId) ?? 1) - 1);
  }

  #requestFailed(sent: readonly SentBatch[], error: unknown): void {
    if (this.#lifetime.closed || this.#cluster.lifetime.closed) return;
    this.#context.settings.log("debug", "could not send a produce request", { reason: reason(error) });
    // Retry if the answer does not decode. Do not if the request could not be encoded, or the broker lacks the version.
    const again = error instanceof ClientError && !(error instanceof UnsupportedVersionError);
    for (const { queue, batch } of sent) {
      batch.lastError = reason(error);
      batch.uncertain = true;
      if (again) this.#retry(queue, batch);
      else this.#fail(queue, batch, refused(queue, batch, "UNKNOWN_SERVER_ERROR", reason(error)));
      this.#refresher.refresh(queue.topic);
    }
  }

  #receive(sent: readonly SentBatch[], response: ProduceResponse): void {
    if (this.#lifetime.closed) return;
    const answers = new Map<string, PartitionResponse>();
    for (const topic of response.responses) {
      const name = topic.name === "" ? this.#metadata.nameOf(topic.topicId) : topic.name;
      for (const partition of topic.partitionResponses) answers.set(`${name}/${partition.index}`, partition);
    }
    for (const { queue, batch } of sent) {
      const answer = answers.get(`${queue.topic}/${queue.partition}`);
      if (answer === undefined) {
        batch.uncertain = true;
        batch.lastError = "the answer lacked this partition";
        this.#retry(queue, batch);
      } else this.#settle(queue, batch, answer);
    }
  }

  #settle(queue: PartitionQueue, batch: SealedBatch, answer: PartitionResponse): void {
    const outcome = produceOutcome(answer.errorCode);
    if (outcome === "acknowledged") {
      queue.acknowledge(batch);
      this.#delivery.acknowledged(queue, batch, Number(answer.baseOffset));
      return;
    }
    const error = errorByCode(answer.errorCode);
    batch.lastError = error.name;
    this.#context.settings.log("debug", "could not append a batch", {
      topic: queue.topic,
      partition: queue.partition,
      error: error.name,
    });
    if (error.refreshesMetadata) this.#refresher.refresh(queue.topic);
    switch (outcome) {
      case "out-of-order":
        // Expected behind a batch that failed. Otherwise the broker misses records that it acknowledged.
        if (!queue.recovering || batch.sentAlone) queue.gap = true;
        batch.uncertain = false;
        return this.#retry(queue, batch);
      case "forgotten":
        queue.gap = true;
        batch.uncertain = false;
        return this.#retry(queue, batch);
      case "uncertain":
        batch.uncertain = true;
        return this.#retry(queue, batch);
      case "again":
        return this.#retry(queue, batch);
      case "too-large":
        if (batch.recordCount > 1) {
          queue.replace(batch, this.#delivery.split(batch));
          this.#queues.add(queue);
          return;
        }
        return this.#fail(queue, batch, refused(queue, batch, error.name, answer.errorMessage));
      case "refused":
        // A broker answers UNKNOWN_SERVER_ERROR for any unexpected failure, perhaps after the append.
        if (answer.errorCode === ErrorCode.UNKNOWN_SERVER_ERROR) batch.uncertain = true;
        return this.#fail(queue, batch, refused(queue, batch, error.name, answer.errorMessage));
      case "fenced":
        this.#identities.giveUp(error.name);
        return this.#fail(queue, batch, fenced(queue, batch, error.name));
    }
  }

  #retry(queue: PartitionQueue, batch: SealedBatch): void {
    const nowMs = this.#context.platform.clock.monotonicMs();
    // Batches that come back together share one pause.
    const retryAtMs = queue.retryAtMs > nowMs ? queue.retryAtMs : nowMs + queue.backoff.nextMs();
    queue.requeue(batch, retryAtMs);
    this.#queues.add(queue);
  }

  #fail(queue: PartitionQueue, batch: SealedBatch, error: ProduceError): void {
    queue.drop(batch);
    this.#delivery.failed(queue, batch, error);
  }

  #failAll(errorName: string): void {
    for (const queue of this.#queues) {
      while (queue.waiting.length > 0) this.#fail(queue, queue.waiting[0]!, fenced(queue, queue.waiting[0]!, errorName));
    }
    this.#queues.clear();
  }

  /** Sets a timer for the next end of a pause or deadline. */
  #wakeForWaiting(nowMs: number): void {
    let wakeAtMs = Infinity;
    for (const queue of this.#queues) {
      if (queue.retryAtMs > nowMs) wakeAtMs = Math.min(wakeAtMs, queue.retryAtMs);
      wakeAtMs = Math.min(wakeAtMs, queue.waiting[0]?.deadlineMs ?? Infinity);
    }
    if (wakeAtMs !== Infinity) this.#pump.at(wakeAtMs);
  }
}
