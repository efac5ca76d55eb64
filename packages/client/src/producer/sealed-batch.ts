import { BatchHeader } from "@millrace/protocol";

import type { ProducerIdentity } from "./producer-identity.ts";

/**
 * Whole record batch on its way to the broker. Every attempt sends the same bytes, unless it is certain that no attempt was
 * written.
 */
export class SealedBatch {
  readonly buffer: Buffer;
  readonly recordCount: number;
  /** Number that rises with every batch of the producer; it has a fraction in batches that come from a split. */
  readonly ordinal: number;
  /** Least distance to the next ordinal. */
  ordinalSpan = 1;
  readonly deadlineMs: number;
  producerId: number;
  producerEpoch: number;
  baseSequence: number;
  /** True: the outcome of an attempt is unknown. The broker may have the batch, and recognizes it by its sequences. */
  uncertain = false;
  /** True: the present attempt began after a failure in the partition, with nothing else in flight. */
  sentAlone = false;
  lastError = "no attempt was made";

  constructor(buffer: Buffer, recordCount: number, ordinal: number, deadlineMs: number, stamp: BatchStamp) {
    this.buffer = buffer;
    this.recordCount = recordCount;
    this.ordinal = ordinal;
    this.deadlineMs = deadlineMs;
    this.producerId = stamp.producerId;
    this.producerEpoch = stamp.producerEpoch;
    this.baseSequence = stamp.baseSequence;
  }

  /** Gives the batch another place in the sequence. Computes the checksum anew only if that changes something. */
  stamp(identity: ProducerIdentity, baseSequence: number): void {
    if (this.producerId === identity.id && this.producerEpoch === identity.epoch && this.baseSequence === baseSequence) return;
    this.producerId = identity.id;
    this.producerEpoch = identity.epoch;
    this.baseSequence = baseSequence;
    header.open(this.buffer);
    header.setProducer(identity.id, identity.epoch, baseSequence);
  }
}

/** Place of a batch in the sequence of an idempotent producer; all -1 without idempotence. */
export interface BatchStamp {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
}

const header = new BatchHeader();
