import { ProduceError } from "../errors.ts";
import type { PartitionQueue } from "./partition-queue.ts";
import type { SealedBatch } from "./sealed-batch.ts";

/** Receiver of the outcomes of batches. */
export interface Delivery {
  /** The broker has the batch. `baseOffset` is -1 when it did not tell it (a duplicate that it no longer remembers). */
  acknowledged(queue: PartitionQueue, batch: SealedBatch, baseOffset: number): void;
  failed(queue: PartitionQueue, batch: SealedBatch, error: ProduceError): void;
  /** Returns batches that replace one that was too large for the broker. */
  split(batch: SealedBatch): readonly SealedBatch[];
}

export function expired(queue: PartitionQueue, batch: SealedBatch, deliveryTimeoutMs: number): ProduceError {
  return new ProduceError({
    code: "CLIENT_DELIVERY_TIMEOUT",
    topic: queue.topic,
    partition: queue.partition,
    recordCount: batch.recordCount,
    errorName: null,
    retriable: true,
    fatal: false,
    maybeWritten: batch.uncertain,
    detail: `"producer.deliveryTimeoutMs" (${deliveryTimeoutMs}) has passed; the last attempt: ${batch.lastError}`,
  });
}

export function refused(queue: PartitionQueue, batch: SealedBatch, errorName: string, brokerText: string | null): ProduceError {
  const tooLarge = errorName === "MESSAGE_TOO_LARGE" || errorName === "RECORD_LIST_TOO_LARGE";
  return new ProduceError({
    ...(tooLarge ? { code: "CLIENT_RECORD_TOO_LARGE" } : {}),
    topic: queue.topic,
    partition: queue.partition,
    recordCount: batch.recordCount,
    errorName,
    retriable: false,
    fatal: false,
    maybeWritten: batch.uncertain,
    detail:
      (brokerText === null || brokerText === "" ? `the broker refused them with ${errorName}` : `${errorName}, ${brokerText}`) +
      (tooLarge ? "; raise the topic's max.message.bytes, or write smaller records" : ""),
  });
}

export function fenced(queue: PartitionQueue, batch: SealedBatch, errorName: string): ProduceError {
  return new ProduceError({
    code: "CLIENT_PRODUCER_FENCED",
    topic: queue.topic,
    partition: queue.partition,
    recordCount: batch.recordCount,
    errorName,
    retriable: false,
    fatal: true,
    maybeWritten: batch.uncertain,
    detail: `the broker takes nothing more from this producer (${errorName}); open a new one`,
  });
}
