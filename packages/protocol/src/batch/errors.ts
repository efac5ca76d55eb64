/**
 * Step at which reading a batch failed: `framing` (no batch can be cut out, nothing after it can be read), `header` (shorter than a batch header),
 * `crc` (the checksum differs), `records` (the checksum is right, the records are not).
 */
export type CorruptBatchStage = "framing" | "header" | "crc" | "records";

/** A record batch whose bytes break the format. After `framing` and `header` the rest of the buffer is lost; after the others the next batch is readable. */
export class CorruptBatchError extends Error {
  readonly code = "PROTOCOL_CORRUPT_BATCH";
  /** Always true, as for Java's CorruptRecordException: the bytes may have been damaged on the way. */
  readonly retriable = true;
  /** Step at which reading failed; it decides whether later batches of the buffer can still be read. */
  readonly stage: CorruptBatchStage;
  /** Offset of the first record of the batch. NaN when the bytes end before it. */
  readonly baseOffset: number;
  /** Defect that was found, without the offset and the advice of `message`. */
  readonly reason: string;

  constructor(stage: CorruptBatchStage, baseOffset: number, reason: string, cause?: unknown) {
    super(
      `Corrupt record batch at offset ${baseOffset} (${stage}): ${reason}. ` +
        "Fetch it again; if that does not help, the log is damaged there, and only a later offset can be read.",
      { cause },
    );
    this.name = new.target.name;
    this.stage = stage;
    this.baseOffset = baseOffset;
    this.reason = reason;
  }
}

/** Messages of magic 0 and 1, which Kafka wrote before 0.11 and brokers since 4.0 no longer convert. They are not read. */
export class UnsupportedMagicError extends Error {
  readonly code = "PROTOCOL_UNSUPPORTED_MAGIC";
  readonly retriable = false;
  /** Version of the message format, 0 or 1. */
  readonly magic: number;
  /** Offset of the message; with compression in format 1 that of the last message inside it. */
  readonly baseOffset: number;

  constructor(magic: number, baseOffset: number) {
    super(
      `The records at offset ${baseOffset} have the message format ${magic} of before Kafka 0.11, which is not read. ` +
        "Copy the topic with a client that reads it, or start after these records.",
    );
    this.name = new.target.name;
    this.magic = magic;
    this.baseOffset = baseOffset;
  }
}

/** A record that no batch can hold. Nothing was appended. */
export class UnwritableRecordError extends Error {
  readonly code = "PROTOCOL_UNWRITABLE_RECORD";
  readonly retriable = false;

  constructor(fact: string) {
    super(`${fact}. The record was not appended.`);
    this.name = new.target.name;
  }
}
