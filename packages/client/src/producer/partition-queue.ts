import { BatchWriter, type BufferPool, sequenceAfter } from "@millrace/protocol";

import type { Backoff } from "../backoff.ts";
import { noIdentity, type ProducerIdentity } from "./producer-identity.ts";
import type { BatchStamp, SealedBatch } from "./sealed-batch.ts";

const noStamp: BatchStamp = { producerId: -1, producerEpoch: -1, baseSequence: -1 };

/**
 * One partition's batches, in order: the open one, those that wait, those under way.
 *
 *     append ─▶ open ─seal─▶ waiting ─send─▶ in flight ─acknowledged─▶ gone
 *                               ▲                │
 *                               └──── failed ────┘
 *
 * Order is kept through failures: after one, nothing more is sent until all that is in flight has come back; then what failed
 * goes again, one batch at a time until one is acknowledged. Batches whose outcome is not known keep their sequences, by which the broker
 * recognises them; all others get the next free ones. Where the broker cannot accept the next sequence (`gap`), the queue goes
 * on under the next epoch.
 */
export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  readonly writer: BatchWriter;
  /** When the open batch got its first record; NaN: it has none. */
  openedAtMs: number = Number.NaN;
  /** The producer looks at it when batches have lingered. */
  isListed = false;
  /** How many batches were ever sealed. */
  sealedCount = 0;
  readonly waiting: SealedBatch[] = [];
  readonly inFlight: SealedBatch[] = [];
  /** The broker to which `inFlight` went. */
  inFlightNodeId = -1;
  /** A batch failed, and none was acknowledged since. */
  recovering = false;
  /** The broker misses sequences that will not come: only another epoch helps. */
  gap = false;
  /** Nothing is sent before this time. */
  retryAtMs = 0;
  readonly backoff: Backoff;
  identity: ProducerIdentity = noIdentity;
  /**
   * A batch was acknowledged under the present identity. Before that the broker takes any sequence: a second batch under way
   * would be written ahead of the first, if that is refused.
   */
  #established = false;
  /** The sequence after the last acknowledged record. */
  #acknowledgedSequence = 0;
  /** The sequence after the last record that was sent. */
  #sentSequence = 0;

  constructor(topic: string, partition: number, pool: BufferPool, backoff: Backoff) {
    this.topic = topic;
    this.partition = partition;
    this.backoff = backoff;
    this.writer = new BatchWriter(pool);
  }

  /** What the next sealed batch will most likely be stamped with when it is sent. */
  get expectedStamp(): BatchStamp {
    const { id, epoch } = this.identity;
    if (id < 0) return noStamp;
    let baseSequence = this.#sentSequence;
    for (const batch of this.waiting) baseSequence = sequenceAfter(baseSequence, batch.recordCount);
    return { producerId: id, producerEpoch: epoch, baseSequence };
  }

  /** Whether a batch may be sent now, apart from its leader and identity. */
  isSendable(nowMs: number, inFlightMax: number): boolean {
    if (this.waiting.length === 0 || this.retryAtMs > nowMs) return false;
    return this.inFlight.length < (this.recovering || !this.#established ? 1 : inFlightMax);
  }

  /** Whether nothing is under way, or of unknown outcome, under the present identity. */
  get isSettled(): boolean {
    return this.inFlight.length === 0 && !this.waiting.some((batch) => batch.uncertain);
  }

  /**
   * Whether a gap can be closed by another identity. It is enough that the first batch is certain not to be in the log: those
   * behind it cannot be there either.
   */
  get canCloseGap(): boolean {
    return this.gap && this.inFlight.length === 0 && this.waiting[0]?.uncertain !== true;
  }

  /** Goes on as `identity`, with sequences from 0. */
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
    // Sequences of batches that came back were not used, or belong to uncertain batches, which keep them.
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
      // A batch of unknown outcome is acknowledged at last, after others that were behind it.
      this.#acknowledgedSequence = later(this.#acknowledgedSequence, sequenceAfter(batch.baseSequence, batch.recordCount));
    }
    if (this.isSettled) this.recovering = false;
  }

  /** The batch came back and goes again, in its old place. */
  requeue(batch: SealedBatch, retryAtMs: number): void {
    this.#leaveFlight(batch);
    let at = 0;
    while (at < this.waiting.length && this.waiting[at]!.ordinal < batch.ordinal) at += 1;
    this.waiting.splice(at, 0, batch);
    this.recovering = true;
    this.retryAtMs = retryAtMs;
  }

  /** The batch came back because it is too large; others go in its place. */
  replace(batch: SealedBatch, parts: readonly SealedBatch[]): void {
    this.requeue(batch, 0);
    this.waiting.splice(this.waiting.indexOf(batch), 1, ...parts);
  }

  /** The batch was given up. */
  drop(batch: SealedBatch): void {
    this.#leaveFlight(batch);
    const at = this.waiting.indexOf(batch);
    if (at >= 0) this.waiting.splice(at, 1);
    if (batch.uncertain) this.gap = true;
    // Those behind it may be refused for its missing sequences.
    this.recovering = this.inFlight.length > 0 || this.waiting.some((other) => other.uncertain);
  }

  #leaveFlight(batch: SealedBatch): void {
    const at = this.inFlight.indexOf(batch);
    if (at >= 0) this.inFlight.splice(at, 1);
  }
}

/** The one of two sequences that comes later, where after 2^31 - 1 comes 0 and neither is far ahead. */
function later(a: number, b: number): number {
  return (b - a + 2 ** 31) % 2 ** 31 < 2 ** 30 ? b : a;
}
