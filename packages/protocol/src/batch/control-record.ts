import { encodeBatch } from "./encode-batch.ts";
import { CorruptBatchError } from "./errors.ts";
import type { RecordCursor } from "./record-cursor.ts";

/** What control records say; all but the first two only occur in the log of the KRaft controllers (ControlRecordType). */
export type ControlRecordType =
  | "ABORT"
  | "COMMIT"
  | "LEADER_CHANGE"
  | "SNAPSHOT_HEADER"
  | "SNAPSHOT_FOOTER"
  | "KRAFT_VERSION"
  | "KRAFT_VOTERS"
  | "UNKNOWN";

const types: readonly ControlRecordType[] = [
  "ABORT",
  "COMMIT",
  "LEADER_CHANGE",
  "SNAPSHOT_HEADER",
  "SNAPSHOT_FOOTER",
  "KRAFT_VERSION",
  "KRAFT_VOTERS",
];

export interface ControlRecord {
  readonly type: ControlRecordType;
  readonly typeId: number;
  readonly keyVersion: number;
  /** Of transaction markers; null for other types. */
  readonly valueVersion: number | null;
  /** The epoch of the transaction coordinator that wrote the marker; null for other types. */
  readonly coordinatorEpoch: number | null;
}

/**
 * Reads the record at which the cursor stands, in a batch whose `isControl` is true. Later versions of key and value
 * may have more bytes, which are not read; types that are not known are to be skipped.
 *
 * @throws {CorruptBatchError} when key or value are too short or a version is negative
 */
export function readControlRecord(cursor: RecordCursor): ControlRecord {
  const { buffer, keyStart, valueStart } = cursor;
  if (cursor.keyEnd - keyStart < 4) throw corrupt(cursor, "the key of a control record has less than 4 bytes");
  const keyVersion = buffer.readInt16BE(keyStart);
  if (keyVersion < 0) throw corrupt(cursor, `the version of a control record's key is ${keyVersion}`);
  const typeId = buffer.readInt16BE(keyStart + 2);
  const type = types[typeId] ?? "UNKNOWN";
  if (type !== "COMMIT" && type !== "ABORT") return { type, typeId, keyVersion, valueVersion: null, coordinatorEpoch: null };
  if (cursor.valueEnd - valueStart < 6) throw corrupt(cursor, "the value of a transaction marker has less than 6 bytes");
  const valueVersion = buffer.readInt16BE(valueStart);
  if (valueVersion < 0) throw corrupt(cursor, `the version of a transaction marker's value is ${valueVersion}`);
  return { type, typeId, keyVersion, valueVersion, coordinatorEpoch: buffer.readInt32BE(valueStart + 2) };
}

export interface TransactionMarker {
  readonly type: "ABORT" | "COMMIT";
  readonly offset: number | bigint;
  readonly timestamp: number | bigint;
  readonly leaderEpoch: number;
  readonly producerId: number | bigint;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
}

/** The control batch with which a broker ends a transaction in a partition (EndTransactionMarker). */
export function encodeTransactionMarker(marker: TransactionMarker): Buffer {
  const key = Buffer.alloc(4);
  key.writeInt16BE(types.indexOf(marker.type), 2);
  const value = Buffer.alloc(6);
  value.writeInt32BE(marker.coordinatorEpoch, 2);
  return encodeBatch({
    leaderEpoch: marker.leaderEpoch,
    isTransactional: true,
    isControl: true,
    producerId: marker.producerId,
    producerEpoch: marker.producerEpoch,
    records: [{ offset: marker.offset, timestamp: marker.timestamp, key, value }],
  });
}

function corrupt(cursor: RecordCursor, reason: string): CorruptBatchError {
  return new CorruptBatchError("records", cursor.baseOffset, reason);
}
