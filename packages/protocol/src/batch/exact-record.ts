import { Reader } from "../bytes/reader.ts";
import type { BatchHeader } from "./batch-header.ts";
import type { RecordCursor } from "./record-cursor.ts";

/** A record's int64 fields with all their bits. */
export interface ExactRecord {
  readonly offset: bigint;
  readonly timestamp: bigint;
  /** What the record itself carries, which LogAppendTime overrides. */
  readonly createTimestamp: bigint;
}

/** Reads the int64 fields of the record at which the cursor stands; both must be in the same batch. For tools and tests: slow. */
export function exactRecord(header: BatchHeader, cursor: RecordCursor): ExactRecord {
  const reader = new Reader(cursor.buffer, cursor.recordStart + 1);
  const createTimestamp = BigInt.asIntN(64, header.exact("baseTimestamp") + reader.varlong());
  const offset = BigInt.asIntN(64, header.exact("baseOffset") + BigInt(reader.varint()));
  const timestamp = header.timestampType === "LogAppendTime" ? header.exact("maxTimestamp") : createTimestamp;
  return { offset, timestamp, createTimestamp };
}
