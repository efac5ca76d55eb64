import { ErrorCode } from "@millrace/protocol";

/** Batches of a producer that a partition remembers: what an idempotent producer may have in flight. */
const batchesMax = 5;
const sequenceMax = 2 ** 31 - 1;
/** A producer id without an epoch. No producer of Kafka's sends that, but its brokers take it. */
const noEpoch = -1;

export interface ProducedBatch {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
  readonly timestampMs: number;
}

interface ProducerState {
  epoch: number;
  /** The newest last. */
  batches: ProducedBatch[];
  /** Time at which the broker appended its last batch, in milliseconds. */
  appendedMs: number;
}

/**
 * Idempotent producers that write to a partition: epoch, and the sequences of the last five batches. See Kafka's
 * ProducerStateManager and KIP-98.
 */
export class ProducerStates {
  readonly #states = new Map<number, ProducerState>();

  get count(): number {
    return this.#states.size;
  }

  /** The remembered batch with just these sequences: it was appended before, and is sent again since its answer was lost. */
  duplicateOf(producerId: number, epoch: number, firstSequence: number, lastSequence: number): ProducedBatch | null {
    const state = this.#states.get(producerId);
    if (state === undefined || state.epoch !== epoch) return null;
    return state.batches.find((batch) => batch.firstSequence === firstSequence && batch.lastSequence === lastSequence) ?? null;
  }

  /**
   * `NONE`, or why a batch cannot follow what the producer sent before. A producer that is not known, or has no epoch, may go on
   * anywhere.
   */
  check(producerId: number, epoch: number, firstSequence: number): number {
    const state = this.#states.get(producerId);
    if (epoch < (state?.epoch ?? noEpoch)) return ErrorCode.INVALID_PRODUCER_EPOCH;
    if (state === undefined || state.epoch === noEpoch) return ErrorCode.NONE;
    const last = epoch > state.epoch ? sequenceMax : state.batches.at(-1)!.lastSequence;
    const expected = last === sequenceMax ? 0 : last + 1;
    return firstSequence === expected ? ErrorCode.NONE : ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
  }

  /** Remembers an appended batch. */
  update(producerId: number, epoch: number, batch: ProducedBatch, nowMs: number): void {
    let state = this.#states.get(producerId);
    if (state === undefined || state.epoch !== epoch) {
      state = { epoch, batches: [], appendedMs: nowMs };
      this.#states.set(producerId, state);
    }
    state.batches.push(batch);
    if (state.batches.length > batchesMax) state.batches.shift();
    state.appendedMs = nowMs;
  }

  /** Every remembered batch, those of a producer from the oldest to the newest. */
  *batches(): Generator<{ readonly producerId: number; readonly epoch: number; readonly batch: ProducedBatch }> {
    for (const [producerId, { epoch, batches }] of this.#states) {
      for (const batch of batches) yield { producerId, epoch, batch };
    }
  }

  /** Forgets the producers whose last batch was appended before `timeMs`. */
  expireBefore(timeMs: number): void {
    for (const [producerId, state] of this.#states) {
      if (state.appendedMs < timeMs) this.#states.delete(producerId);
    }
  }
}
