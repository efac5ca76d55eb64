import {
  batchLayout,
  CorruptBatchError,
  DecompressedTooLargeError,
  ErrorCode,
  MalformedCompressionError,
  UnsupportedMagicError,
} from "@millrace/protocol";
import type { BatchHeader } from "@millrace/protocol";
import type { TopicConfig } from "../config/topic-config.ts";
import { batchHeaderBytes } from "./batch-at.ts";
import { invalid, refusal, unforeseen } from "./batch-refusal.ts";
import type { BatchRefusal } from "./batch-refusal.ts";
import { tooLarge, validateRecords } from "./produced-records.ts";

const codecIdMax = 4;
const zstdId = 4;
/** The first version of Produce in which zstd may come (KIP-110). */
const zstdVersionMin = 7;
const { attributesAt, magicAt, transactionalBit } = batchLayout;

/**
 * Validates what a producer sent for a partition, with the answers and in the order of Kafka's
 * `ProduceRequest.validateRecords`, `UnifiedLog.analyzeAndValidateRecords` and `LogValidator`: the whole batch, record by
 * record. Afterwards `header` stands at the batch to be kept. This is the batch as it was sent, byte for byte, unless
 *
 * - its largest timestamp was not that of its records, or the topic wants the broker's time: the header is mended in place;
 * - the topic wants another compression, or records are numbered wrongly: the batch is written anew.
 *
 * Null: the batch is taken.
 */
export function validateProduced(
  header: BatchHeader,
  records: Buffer | null,
  config: TopicConfig,
  version: number,
  nowMs: number,
): BatchRefusal | null {
  return (
    frame(header, records, version) ??
    checkBatch(header, config) ??
    checkHeader(header) ??
    validateRecords(header, config, nowMs) ??
    checkSegment(header, config)
  );
}

/** Returns true if the first batch says that it belongs to a transaction; it reads nothing else of the batch. */
export function isTransactional(records: Buffer | null): boolean {
  if (records === null || records.length < batchHeaderBytes || records[magicAt] !== 2) return false;
  return (records[attributesAt + 1]! & transactionalBit) !== 0;
}

/**
 * Returns true if the error means that a batch does not hold the records it claims: the fault is its producer's, or the
 * disk's.
 */
export function isUnreadable(error: unknown): error is Error {
  return (
    error instanceof CorruptBatchError ||
    error instanceof MalformedCompressionError ||
    error instanceof DecompressedTooLargeError ||
    error instanceof UnsupportedMagicError
  );
}

/** Moves `header` to the one batch that there is to be. The beginning of another, or less, behind it is not looked at. */
function frame(header: BatchHeader, records: Buffer | null, version: number): BatchRefusal | null {
  try {
    if (records === null || header.open(records, 0) < 0) return invalid("There is no whole record batch for the partition.");
    if (header.codecId === zstdId && version < zstdVersionMin)
      return refusal(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, `Produce version ${version} cannot carry zstd.`);
    const { buffer, start, end } = header;
    const hasSecond = header.open(records, end) >= 0;
    header.open(buffer, start);
    return hasSecond ? invalid("There is more than one record batch for the partition.") : null;
  } catch (error) {
    if (error instanceof CorruptBatchError)
      return refusal(ErrorCode.CORRUPT_MESSAGE, `The record batch is corrupt: ${error.reason}.`);
    if (error instanceof UnsupportedMagicError) return invalid(`The record batch has the magic ${error.magic}; only 2 is taken.`);
    throw error;
  }
}

function checkBatch(header: BatchHeader, config: TopicConfig): BatchRefusal | null {
  const { sizeInBytes, codecId } = header;
  if (header.exact("baseOffset") !== 0n) return invalid(`The base offset of the batch is ${header.baseOffset}, but must be 0.`);
  if (sizeInBytes > config.maxMessageBytes) return tooLarge(sizeInBytes, config);
  if (!header.isCrcValid) return refusal(ErrorCode.CORRUPT_MESSAGE, "The checksum of the batch is wrong.");
  return codecId > codecIdMax ? unforeseen(`The batch has the unknown codec ${codecId}.`) : null;
}

function checkHeader({
  count,
  lastOffsetDelta,
  isControl,
  isTransactional: inTransaction,
  producerId,
  baseSequence,
}: BatchHeader) {
  if (lastOffsetDelta < 0) return invalid(`The batch has the last offset delta ${lastOffsetDelta}.`);
  if (count <= 0) return invalid(`The batch counts ${count} records.`);
  if (lastOffsetDelta + 1 !== count)
    return invalid(`The batch counts ${count} records, but the offset delta of its last is ${lastOffsetDelta}.`);
  if (isControl) return invalid("Clients may not write control records.");
  if (producerId >= 0 && baseSequence < 0)
    return invalid(`The batch has the producer id ${producerId}, but the sequence ${baseSequence}.`);
  return inTransaction ? refusal(ErrorCode.INVALID_TXN_STATE, "Transactions are not supported.") : null;
}

function checkSegment({ sizeInBytes }: BatchHeader, { segmentBytes }: TopicConfig): BatchRefusal | null {
  if (sizeInBytes <= segmentBytes) return null;
  return refusal(ErrorCode.RECORD_LIST_TOO_LARGE, `The batch has ${sizeInBytes} bytes; segment.bytes is ${segmentBytes}.`);
}
