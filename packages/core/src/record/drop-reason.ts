/** Why a record is dropped. Kafka Streams counts all of these as one number, `dropped-records-total`. */
export type DropReason =
  | "deserialization"
  | "unreadable batch"
  | "invalid timestamp"
  | "processing"
  | "serialization"
  | "null key"
  | "null value"
  | "no key to partition by"
  | "late"
  | "no partition";

/**
 * Reasons for which Kafka Streams drops records without counting them. Millrace reports these drops, counted by node and
 * reason.
 */
export const notInDroppedRecords: ReadonlySet<DropReason> = new Set<DropReason>(["no key to partition by"]);

/** Meaning of each reason, as a sentence. */
export const dropReasons: Readonly<Record<DropReason, string>> = Object.freeze({
  deserialization: "The source's serdes could not read the record.",
  "unreadable batch": "A record batch was damaged; all of its records were skipped.",
  "invalid timestamp": "The timestamp extractor returned a negative timestamp.",
  processing: "An operator failed on the record.",
  serialization: "A sink's serdes could not write what became of the record.",
  "null key": "The operator needs a key.",
  "no key to partition by": "The record was on its way to a repartition topic.",
  "null value": 'The operator needs a value, or its stream was read without { nulls: "keep" }.',
  late: "The record's window had ended, by its grace period or by the store's retention.",
  "no partition": "The partitioner of a sink chose no partition.",
});
