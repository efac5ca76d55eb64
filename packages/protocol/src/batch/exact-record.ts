import { Reader } from "../bytes/reader.ts";
import type { BatchHeader } from "./batch-header.ts";
import type { RecordCursor } from "./record-cursor.ts";

/** A record's int64 fields with all their bits. */
export interface ExactRecord {
  /** Offset of the record in its partition. */
  readonly offset: bigint;
  /** Milliseconds since 1970: that of the batch with LogAppendTime, else that of the record. -1: none. */
  readonly timestamp: bigint;
  /** Milliseconds since 1970 that the record itself carries; LogAppendTime overrides them. */
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
