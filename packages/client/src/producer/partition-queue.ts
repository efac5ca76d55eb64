import { BatchWriter, type BufferPool, sequenceAfter } from "@millrace/protocol";

import type { Backoff } from "../backoff.ts";
import { noIdentity, type ProducerIdentity } from "./producer-identity.ts";
import type { BatchStamp, SealedBatch } from "./sealed-batch.ts";

const noStamp: BatchStamp = { producerId: -1, producerEpoch: -1, baseSequence: -1 };

/**
 * Batches of one partition, in order: the open one, the waiting ones, those in flight.
 *
 *     append ─▶ open ─seal─▶ waiting ─send─▶ in flight ─acknowledged─▶ gone
 *                               ▲                │
 *                               └──── failed ────┘
 *
 * Failures do not change the order. After a failure nothing is sent until all batches in flight have come back. Then the failed
 * ones are sent again, one batch at a time until one is acknowledged. Batches with an unknown outcome keep their sequences, by
 * which the broker recognizes them; all others get the next free ones. If the broker cannot accept the next sequence (`gap`), the
 * queue continues under the next epoch.
 */
export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  readonly writer: BatchWriter;
  /** Time at which the open batch got its first record; NaN: it has none. */
  openedAtMs: number = Number.NaN;
  /** True: in the list of queues that the producer checks for lingering batches. */
  isListed = false;
  /** Number of batches that were ever sealed. */
  sealedCount = 0;
  readonly waiting: SealedBatch[] = [];
  readonly inFlight: SealedBatch[] = [];
  /** Node id of the broker to which `inFlight` was sent. */
  inFlightNodeId = -1;
  /** True: a batch failed, and none was acknowledged since. */
  recovering = false;
  /** True: the broker misses sequences that will not come, so only another epoch helps. */
  gap = false;
  /** Earliest time of the next send. */
  retryAtMs = 0;
  readonly backoff: Backoff;
  identity: ProducerIdentity = noIdentity;
  /**
   * True: a batch was acknowledged under the present identity. Before that the broker accepts any sequence, so a second batch in
   * flight would be written ahead of the first if the first is refused.
   */
  #established = false;
  /** Sequence after the last acknowledged record. */
  #acknowledgedSequence = 0;
  /** Sequence after the last record that was sent. */
  #sentSequence = 0;

  constructor(topic: string, partition: number, pool: BufferPool, backoff: Backoff) {
    this.topic = topic;
    this.partition = partition;
    this.backoff = backoff;
    this.writer = new BatchWriter(pool);
  }

  /** Stamp that the next sealed batch will most likely have when it is sent. */
  get expectedStamp(): BatchStamp {
    const { id, epoch } = this.identity;
    if (id < 0) return noStamp;
    let baseSequence = this.#sentSequence;
    for (const batch of this.waiting) baseSequence = sequenceAfter(baseSequence, batch.recordCount);
    return { producerId: id, producerEpoch: epoch, baseSequence };
  }

  /** Tells if a batch may be sent now, as far as the queue knows: leader and identity are checked elsewhere. */
  isSendable(nowMs: number, inFlightMax: number): boolean {
    if (this.waiting.length === 0 || this.retryAtMs > nowMs) return false;
    return this.inFlight.length < (this.recovering || !this.#established ? 1 : inFlightMax);
  }

  /** True: no batch is in flight or has an unknown outcome under the present identity. */
  get isSettled(): boolean {
    return this.inFlight.length === 0 && !this.waiting.some((batch) => batch.uncertain);
  }

  /**
   * True: another identity can close the gap. It is enough that the first batch is certainly not in the log, since the ones
   * behind it cannot be there either.
   */
  get canCloseGap(): boolean {
    return this.gap && this.inFlight.length === 0 && this.waiting[0]?.uncertain !== true;
  }

  /** Continues as `identity`, with sequences from 0. */
  adopt(identity: ProducerIdentity): void {
    this.identity = identity;
    this.gap = false;
    this.#established = false;
    this.#acknowledgedSequence = 0;
    this.#sentSequence = 0;
    for (const batch of this.waiting) batch.uncertain = false;
  }

  /** Moves the first waiting batch into flight, with its place in the sequence. */
  takeNext(nodeId: number): SealedBatch {
    const batch = this.waiting.shift()!;
    // Batches that came back did not use their sequences, or are uncertain and keep them.
    if (this.inFlight.length === 0) this.#sentSequence = this.#acknowledgedSequence;
    if (this.identity.id >= 0) {
      if (!batch.uncertain) batch.stamp(this.identity, this.#sentSequence);
      this.#sentSequence = later(this.#sentSequence, sequenceAfter(batch.baseSequence, batch.recordCount));
    }
    batch.sentAlone = this.recovering;
    this.inFlight.push(batch);
    this.inFlightNodeId = nodeId;
    return batch;
  }

  acknowledge(batch: SealedBatch): void {
    this.#leaveFlight(batch);
    this.backoff.reset();
    this.#established = true;
    this.retryAtMs = 0;
    if (this.identity.id >= 0) {
      // An uncertain batch may be acknowledged after batches that were behind it.
      this.#acknowledgedSequence = later(this.#acknowledgedSequence, sequenceAfter(batch.baseSequence, batch.recordCount));
    }
    if (this.isSettled) this.recovering = false;
  }

  /** Puts a batch that came back into its old place, to be sent again. */
  requeue(batch: SealedBatch, retryAtMs: number): void {
    this.#leaveFlight(batch);
    let at = 0;
    while (at < this.waiting.length && this.waiting[at]!.ordinal < batch.ordinal) at += 1;
    this.waiting.splice(at, 0, batch);
    this.recovering = true;
    this.retryAtMs = retryAtMs;
  }

  /** Replaces a batch that came back because it is too large. */
  replace(batch: SealedBatch, parts: readonly SealedBatch[]): void {
    this.requeue(batch, 0);
    this.waiting.splice(this.waiting.indexOf(batch), 1, ...parts);
  }

  /** Removes a batch that was given up. */
  drop(batch: SealedBatch): void {
    this.#leaveFlight(batch);
    const at = this.waiting.indexOf(batch);
    if (at >= 0) this.waiting.splice(at, 1);
    if (batch.uncertain) this.gap = true;
    // The broker may refuse the batches behind it because its sequences are missing.
    this.recovering = this.inFlight.length > 0 || this.waiting.some((other) => other.uncertain);
  }

  #leaveFlight(batch: SealedBatch): void {
    const at = this.inFlight.indexOf(batch);
    if (at >= 0) this.inFlight.splice(at, 1);
  }
}

/** Returns the later of two sequences. After 2^31 - 1 comes 0, and neither is far ahead. */
function later(a: number, b: number): number {
  return (b - a + 2 ** 31) % 2 ** 31 < 2 ** 30 ? b : a;
}
