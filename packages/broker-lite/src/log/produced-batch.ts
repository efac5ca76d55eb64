import {
  CorruptBatchError,
  DecompressedTooLargeError,
  ErrorCode,
  MalformedCompressionError,
  RecordCursor,
  UnsupportedMagicError,
} from "@millrace/protocol";
import type { BatchHeader } from "@millrace/protocol";
import type { TopicConfig } from "../config/topic-config.ts";
import { unlimited } from "../config/definition.ts";

/** Why a batch is not taken. `records` are the positions within the batch of those at fault, where single ones are. */
export interface BatchRefusal {
  readonly errorCode: number;
  readonly message: string;
  readonly records: readonly number[];
}

const codecIdMax = 4;
const zstdId = 4;
/** The first version of Produce in which zstd may come (KIP-110). */
const zstdVersionMin = 7;

/**
 * Checks what a producer sent for a partition, in the order of Kafka's LogValidator, and leaves `header` standing at the
 * batch. Its records are looked at only where a setting of the topic asks for it.
 */
export function checkProducedBatch(
  header: BatchHeader,
  records: Buffer | null,
  config: TopicConfig,
  version: number,
  nowMs: number,
): BatchRefusal | null {
  if (records === null || records.length === 0)
    return refusal(ErrorCode.INVALID_RECORD, "A produce request must have a record batch for each partition.");
  try {
    const end = header.open(records, 0);
    if (end < 0) return refusal(ErrorCode.CORRUPT_MESSAGE, "The record batch is cut short.");
    if (end < records.length)
      return refusal(ErrorCode.INVALID_RECORD, "A produce request must have exactly one record batch for each partition.");
  } catch (error) {
    if (error instanceof CorruptBatchError) return refusal(ErrorCode.CORRUPT_MESSAGE, error.reason);
    if (error instanceof UnsupportedMagicError)
      return refusal(ErrorCode.INVALID_RECORD, "Only record batches of magic 2 are taken.");
    throw error;
  }
  const refused = checkHeader(header, config, version);
  if (refused !== null) return refused;
  try {
    return checkTimestamps(header, config, nowMs) ?? checkKeys(header, config);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return refusal(ErrorCode.INVALID_RECORD, `The records of the batch cannot be read: ${error.message}`);
  }
}

/** Whether the error says that a batch does not hold the records it claims: the fault is its producer's, or the disk's. */
export function isUnreadable(error: unknown): error is Error {
  return (
    error instanceof CorruptBatchError ||
    error instanceof MalformedCompressionError ||
    error instanceof DecompressedTooLargeError ||
    error instanceof UnsupportedMagicError
  );
}

function checkHeader(header: BatchHeader, config: TopicConfig, version: number): BatchRefusal | null {
  const { sizeInBytes, codecId, count } = header;
  if (codecId === zstdId && version < zstdVersionMin) {
    return refusal(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, `Produce version ${version} cannot carry zstd.`);
  }
  if (sizeInBytes > config.maxMessageBytes) {
    return refusal(
      ErrorCode.MESSAGE_TOO_LARGE,
      `The batch has ${sizeInBytes} bytes; max.message.bytes is ${config.maxMessageBytes}.`,
    );
  }
  if (sizeInBytes > config.segmentBytes) {
    return refusal(
      ErrorCode.RECORD_LIST_TOO_LARGE,
      `The batch has ${sizeInBytes} bytes; segment.bytes is ${config.segmentBytes}.`,
    );
  }
  if (!header.isCrcValid) return refusal(ErrorCode.CORRUPT_MESSAGE, "The checksum of the batch is wrong.");
  if (codecId > codecIdMax) return refusal(ErrorCode.INVALID_RECORD, `The batch has the unknown codec ${codecId}.`);
  if (count <= 0 || header.lastOffsetDelta + 1 !== count) {
    return refusal(
      ErrorCode.INVALID_RECORD,
      `The batch counts ${count} records, but its last has the offset delta ${header.lastOffsetDelta}.`,
    );
  }
  if (header.isControl) return refusal(ErrorCode.INVALID_RECORD, "Clients may not write control records.");
  if (header.producerId >= 0 && (header.baseSequence < 0 || header.producerEpoch < 0)) {
    return refusal(ErrorCode.INVALID_RECORD, "A batch with a producer id must have an epoch and a sequence.");
  }
  if (header.isTransactional) return refusal(ErrorCode.INVALID_TXN_STATE, "Transactions are not supported.");
  return null;
}

function checkTimestamps(header: BatchHeader, config: TopicConfig, nowMs: number): BatchRefusal | null {
  if (config.logAppendTime) return null;
  if (header.maxTimestamp - nowMs > config.timestampAfterMaxMs) {
    return refusal(
      ErrorCode.INVALID_TIMESTAMP,
      `The timestamp ${header.maxTimestamp} lies more than ${config.timestampAfterMaxMs} ms after the broker's time.`,
    );
  }
  if (config.timestampBeforeMaxMs >= unlimited) return null;
  const timestampMin = nowMs - config.timestampBeforeMaxMs;
  const early = recordsWhere(header, (cursor) => cursor.timestamp < timestampMin);
  return early.length === 0
    ? null
    : {
        errorCode: ErrorCode.INVALID_TIMESTAMP,
        message: `Records lie more than ${config.timestampBeforeMaxMs} ms before the broker's time.`,
        records: early,
      };
}

function checkKeys(header: BatchHeader, config: TopicConfig): BatchRefusal | null {
  if (!config.compact) return null;
  const keyless = recordsWhere(header, (cursor) => cursor.keyEnd < 0);
  return keyless.length === 0
    ? null
    : { errorCode: ErrorCode.INVALID_RECORD, message: "Compacted topics need a key in every record.", records: keyless };
}

function recordsWhere(header: BatchHeader, condition: (cursor: RecordCursor) => boolean): number[] {
  const found: number[] = [];
  const cursor = new RecordCursor({ checkCrc: false });
  cursor.open(header.buffer, header.start);
  for (let index = 0; cursor.next(); index += 1) if (condition(cursor)) found.push(index);
  return found;
}

/** A refusal that concerns the batch as a whole. */
export function refusal(errorCode: number, message: string): BatchRefusal {
  return { errorCode, message, records: [] };
}
