import { errorByCode, ErrorCode } from "@millrace/protocol";

/**
 * Meaning of a produce error for a batch.
 *
 * - `acknowledged`: the broker has it
 * - `again`: it was not written; send it again
 * - `uncertain`: it may be written; send it again with the same sequences
 * - `out-of-order`: it was not written, because the broker misses the sequences before it
 * - `forgotten`: the broker no longer knows the producer (KIP-360); send it again under the next epoch
 * - `too-large`: it was not written; send it in parts
 * - `refused`: it will never be written
 * - `fenced`: no batch of this producer will be written any more
 */
export type ProduceOutcome =
  | "acknowledged"
  | "again"
  | "uncertain"
  | "out-of-order"
  | "forgotten"
  | "too-large"
  | "refused"
  | "fenced";

const outcomes: ReadonlyMap<number, ProduceOutcome> = new Map([
  [ErrorCode.NONE, "acknowledged"],
  // Brokers before 1.1 answer a duplicate with this error, later ones with success and its offset.
  [ErrorCode.DUPLICATE_SEQUENCE_NUMBER, "acknowledged"],
  [ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, "out-of-order"],
  [ErrorCode.UNKNOWN_PRODUCER_ID, "forgotten"],
  [ErrorCode.MESSAGE_TOO_LARGE, "too-large"],
  [ErrorCode.RECORD_LIST_TOO_LARGE, "too-large"],
  [ErrorCode.INVALID_PRODUCER_EPOCH, "fenced"],
  [ErrorCode.PRODUCER_FENCED, "fenced"],
  [ErrorCode.INVALID_PRODUCER_ID_MAPPING, "fenced"],
  [ErrorCode.CLUSTER_AUTHORIZATION_FAILED, "fenced"],
  [ErrorCode.NOT_LEADER_OR_FOLLOWER, "again"],
  [ErrorCode.LEADER_NOT_AVAILABLE, "again"],
  [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "again"],
  [ErrorCode.UNKNOWN_TOPIC_ID, "again"],
  [ErrorCode.CORRUPT_MESSAGE, "again"],
  [ErrorCode.NOT_ENOUGH_REPLICAS, "again"],
  [ErrorCode.FENCED_LEADER_EPOCH, "again"],
  [ErrorCode.UNKNOWN_LEADER_EPOCH, "again"],
] as const);

export function produceOutcome(errorCode: number): ProduceOutcome {
  const known = outcomes.get(errorCode);
  if (known !== undefined) return known;
  // Other retriable errors may come after the append, as NOT_ENOUGH_REPLICAS_AFTER_APPEND does.
  return errorByCode(errorCode).retriable ? "uncertain" : "refused";
}
