import { encodeBatch } from "./encode-batch.ts";
import { CorruptBatchError } from "./errors.ts";
import type { RecordCursor } from "./record-cursor.ts";

/** Kind of a control record (`ControlRecordType`). All but the first two occur only in the log of the KRaft controllers. */
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

/** Content of a control record, which tells clients about the log and is no data. */
export interface ControlRecord {
  /** Kind of the record; `UNKNOWN` for kinds that a later Kafka added. Skip these. */
  readonly type: ControlRecordType;
  /** Number of the kind as the key holds it, int16. */
  readonly typeId: number;
  /** Version of the key, 0 or more. Later versions only append fields. */
  readonly keyVersion: number;
  /** Version of the value of a transaction marker, 0 or more; null for other kinds. */
  readonly valueVersion: number | null;
  /** Epoch of the transaction coordinator that wrote the marker; null for other kinds. */
  readonly coordinatorEpoch: number | null;
}

/**
 * Reads the record at which the cursor stands, in a batch whose `isControl` is true. Later versions of key and value
 * may have more bytes, which are not read. Skip records of type `UNKNOWN`.
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

/** Marker that ends a transaction in one partition, with its place in the log (`EndTransactionMarker`). */
export interface TransactionMarker {
  /** Outcome of the transaction. */
  readonly type: "ABORT" | "COMMIT";
  /** Offset of the marker; it takes one like any record. */
  readonly offset: number | bigint;
  /** Milliseconds since 1970. */
  readonly timestamp: number | bigint;
  /** Epoch of the leader that appends the marker. */
  readonly leaderEpoch: number;
  /** Id of the producer whose transaction ends. */
  readonly producerId: number | bigint;
  /** Epoch of the producer id; the marker fences batches of older epochs. */
  readonly producerEpoch: number;
  /** Epoch of the transaction coordinator; a broker refuses markers of an older one. */
  readonly coordinatorEpoch: number;
}

/** Encodes the control batch with which a broker ends a transaction in a partition (`EndTransactionMarker`). */
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
