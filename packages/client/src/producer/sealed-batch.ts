import { BatchHeader } from "@millrace/protocol";

import type { ProducerIdentity } from "./producer-identity.ts";

/** A whole record batch on its way to the broker; the same bytes at every attempt, unless it is certain that no attempt was written. */
export class SealedBatch {
  readonly buffer: Buffer;
  readonly recordCount: number;
  /** Rises with every batch of the producer; has a fraction in batches made by splitting one. */
  readonly ordinal: number;
  /** How far the next ordinal is, at least. */
  ordinalSpan = 1;
  readonly deadlineMs: number;
  producerId: number;
  producerEpoch: number;
  baseSequence: number;
  /** An attempt's outcome is not known: the broker may have the batch, and tells it by these very sequences. */
  uncertain = false;
  /** The present attempt began after an earlier batch of the partition had failed, with nothing else under way. */
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

  /** Gives the batch another place in the sequence. Costs a checksum only if it has not got it already. */
  stamp(identity: ProducerIdentity, baseSequence: number): void {
    if (this.producerId === identity.id && this.producerEpoch === identity.epoch && this.baseSequence === baseSequence) return;
    this.producerId = identity.id;
    this.producerEpoch = identity.epoch;
    this.baseSequence = baseSequence;
    header.open(this.buffer);
    header.setProducer(identity.id, identity.epoch, baseSequence);
  }
}

/** Where a batch stands in an idempotent producer's sequence; all -1 without idempotence. */
export interface BatchStamp {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
}

const header = new BatchHeader();
