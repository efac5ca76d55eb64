import {
  CorruptBatchError,
  decompressedBytesMaxDefault,
  DecompressedTooLargeError,
  ErrorCode,
  exactRecord,
  RecordCursor,
} from "@millrace/protocol";
import type { BatchHeader } from "@millrace/protocol";
import type { TopicConfig } from "../config/topic-config.ts";
import { invalid, refusal, unforeseen } from "./batch-refusal.ts";
import type { BatchRefusal, RecordFault } from "./batch-refusal.ts";
import { rewriteBatch, rewriteMislabelled } from "./rewritten-batch.ts";

const noTimestamp = -1;

/** Result of a walk over the records of a batch. */
interface Walked {
  /** The largest timestamp; -1 where no record has one. */
  readonly maxTimestamp: number;
  /** True if the records are numbered 0, 1, 2 and so on. */
  readonly inOrder: boolean;
  /** True if a timestamp is below -1, which a rewritten batch cannot have. */
  readonly beforeEpoch: boolean;
}

/**
 * Walks all records of the batch that `header` stands at, and mends the batch where it may be: see `validateProduced`. The
 * checksum has been checked.
 */
export function validateRecords(header: BatchHeader, config: TopicConfig, nowMs: number): BatchRefusal | null {
  return validate(header, config, nowMs, false);
}

/** @param isMended whether the records' lengths were mended before */
function validate(header: BatchHeader, config: TopicConfig, nowMs: number, isMended: boolean): BatchRefusal | null {
  const codecId = config.codec?.id ?? header.codecId;
  const keepsCodec = codecId === header.codecId;
  const faults = new FaultyRecords(header, config, nowMs);
  const cursor = new RecordCursor({ checkCrc: false });
  let walked: Walked;
  try {
    cursor.open(header.buffer, header.start);
    walked = walk(cursor, faults);
  } catch (error) {
    if (error instanceof DecompressedTooLargeError)
      return refusal(ErrorCode.MESSAGE_TOO_LARGE, `The batch decompresses to more than ${decompressedBytesMaxDefault} bytes.`);
    if (!(error instanceof CorruptBatchError)) throw error;
    if (error.cause !== undefined) return unforeseen(`The records of the batch cannot be decompressed: ${error.reason}`);
    if (isMended || codecId === 0 || !keepsCodec || !rewriteMislabelled(header, cursor.buffer))
      return invalid(`The records of the batch cannot be read: ${error.reason}.`);
    return validate(header, config, nowMs, true);
  }
  const refused = faults.refusal();
  if (refused !== null) return refused;
  if (!keepsCodec || !walked.inOrder) {
    if (!walked.inOrder && keepsCodec && codecId !== 0)
      return unforeseen("The records of a compressed batch are not numbered 0, 1, 2 and so on.");
    if (!keepsCodec && walked.beforeEpoch)
      return unforeseen("A batch with a timestamp before 1970 cannot be given another compression.");
    rewriteBatch(header, cursor.buffer, codecId, config.compressionLevel);
    if (!keepsCodec && header.sizeInBytes > config.maxMessageBytes) return tooLarge(header.sizeInBytes, config);
  }
  stamp(header, config, walked.maxTimestamp, nowMs);
  return null;
}

/** @param sizeInBytes of the batch as it would be kept */
export function tooLarge(sizeInBytes: number, config: TopicConfig): BatchRefusal {
  const message = `The batch has ${sizeInBytes} bytes; max.message.bytes is ${config.maxMessageBytes}.`;
  return refusal(ErrorCode.MESSAGE_TOO_LARGE, message);
}

/** The hot path: nothing is made per record that is as it should be. */
function walk(cursor: RecordCursor, faults: FaultyRecords): Walked {
  let maxTimestamp = noTimestamp;
  let inOrder = true;
  let beforeEpoch = false;
  for (let position = 0; cursor.next(); position += 1) {
    const { timestamp } = cursor;
    if (timestamp > maxTimestamp) maxTimestamp = timestamp;
    else if (timestamp < noTimestamp) beforeEpoch = true;
    if (cursor.offset !== position) inOrder = false;
    if (cursor.keyEnd < 0 && faults.keysNeeded) faults.addKeyless(position);
    else if (timestamp < faults.timestampMin || timestamp > faults.timestampMax) faults.addTimestamp(position, timestamp);
  }
  return { maxTimestamp, inOrder, beforeEpoch };
}

/** Writes the largest timestamp into the header, or the broker's time, if it says anything else. */
function stamp(header: BatchHeader, { logAppendTime }: TopicConfig, maxTimestamp: number, nowMs: number): void {
  if (logAppendTime) {
    header.setMaxTimestamp("LogAppendTime", nowMs);
    return;
  }
  if (header.timestampType === "LogAppendTime") {
    // Its records count by their own times from now on.
    header.setMaxTimestamp("CreateTime", header.maxTimestamp);
    header.setMaxTimestamp("CreateTime", exactMaxTimestamp(header));
  } else if (!Number.isSafeInteger(maxTimestamp) || !Number.isSafeInteger(header.baseTimestamp)) {
    const exact = exactMaxTimestamp(header);
    if (header.exact("maxTimestamp") !== exact) header.setMaxTimestamp("CreateTime", exact);
  } else if (header.exact("maxTimestamp") !== BigInt(maxTimestamp)) {
    header.setMaxTimestamp("CreateTime", maxTimestamp);
  }
}

/** All bits of the largest timestamp, where a double may lack some. */
function exactMaxTimestamp(header: BatchHeader): bigint {
  const cursor = new RecordCursor({ checkCrc: false });
  cursor.open(header.buffer, header.start);
  let max = BigInt(noTimestamp);
  while (cursor.next()) {
    const { timestamp } = exactRecord(header, cursor);
    if (timestamp > max) max = timestamp;
  }
  return max;
}

/** The records of one batch that its topic does not take, each with its reason. */
class FaultyRecords {
  readonly keysNeeded: boolean;
  /** Timestamps outside of these are faults; -1 lies within. */
  readonly timestampMin: number;
  readonly timestampMax: number;
  readonly #range: string;
  #faults: RecordFault[] | null = null;
  #hasTimestamp = false;

  constructor(header: BatchHeader, config: TopicConfig, nowMs: number) {
    this.keysNeeded = config.compact;
    const stamped = header.timestampType === "LogAppendTime";
    if (stamped && (config.logAppendTime || header.maxTimestamp === noTimestamp)) {
      this.timestampMin = Infinity;
      this.timestampMax = -Infinity;
      this.#range = "Producers may not set the timestamp type LogAppendTime.";
    } else if (config.logAppendTime) {
      this.timestampMin = -Infinity;
      this.timestampMax = Infinity;
      this.#range = "";
    } else {
      const min = nowMs - config.timestampBeforeMaxMs;
      this.timestampMin = min;
      this.timestampMax = nowMs + config.timestampAfterMaxMs;
      this.#range = `It must lie between ${min} and ${this.timestampMax}.`;
    }
  }

  addKeyless(position: number): void {
    this.#add(position, "A compacted topic needs a key in every record.");
  }

  addTimestamp(position: number, timestamp: number): void {
    // No timestamp at all is taken, unless all are refused.
    if (timestamp === noTimestamp && this.timestampMin !== Infinity) return;
    this.#hasTimestamp = true;
    this.#add(position, `The record has the timestamp ${timestamp}. ${this.#range}`);
  }

  refusal(): BatchRefusal | null {
    if (this.#faults === null) return null;
    const errorCode = this.#hasTimestamp ? ErrorCode.INVALID_TIMESTAMP : ErrorCode.INVALID_RECORD;
    const [first] = this.#faults;
    const message = `${this.#faults.length} records of the batch are refused. The one at ${first!.position}: ${first!.message}`;
    return { errorCode, message, faults: this.#faults };
  }

  #add(position: number, message: string): void {
    this.#faults ??= [];
    this.#faults.push({ position, message });
  }
}
