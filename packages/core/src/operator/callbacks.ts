import type { RecordContext } from "../record/record-context.ts";

/** The record in flight, as user functions see it: read-only, and valid during the call only. */
export type RecordView = Readonly<RecordContext>;

/** Pair of key and value that a mapper gives (Kafka's `KeyValue`). */
export interface KeyValue<K, V> {
  /** New key; undefined counts as null. */
  readonly key: K;
  /** New value; undefined is an `UndefinedValueError`. */
  readonly value: V;
}

/** Decides on a record: true if it matches. */
export type Predicate<K, V> = (value: V, key: K, record: RecordView) => boolean;
/** Maps a record's value; the key stays. */
export type ValueMapper<K, V, R> = (value: V, key: K, record: RecordView) => R;
/** Maps a record to a new key and value. */
export type KeyValueMapper<K, V, K2, V2> = (value: V, key: K, record: RecordView) => KeyValue<K2, V2>;
/** Maps a record to any number of records. */
export type PairsMapper<K, V, K2, V2> = (value: V, key: K, record: RecordView) => Iterable<KeyValue<K2, V2>>;
/** Maps a record's value to any number of values; the key stays. */
export type ValuesMapper<K, V, R> = (value: V, key: K, record: RecordView) => Iterable<R>;
/** Does something for a record, such as writing a log line. A promise that it returns is an `AsyncCallbackError`. */
export type ForeachAction<K, V> = (value: V, key: K, record: RecordView) => void;

/** A table's predicate and mapper may run twice per update, for the new and the old value, and also for look-ups: keep them pure. */
export type TablePredicate<K, V> = (value: V, key: K) => boolean;
/** Maps a row's value; never called for a tombstone. Null deletes the row of the result. */
export type TableValueMapper<K, V, R> = (value: V, key: K) => R | null;

/** Gives the aggregate of a key, or of a window, that has none yet. */
export type Initializer<A> = () => A | null;
/** Null deletes the aggregate: the next record begins with the initializer again. */
export type Aggregator<K, V, A> = (aggregate: A, value: V, key: K) => A | null;
/**
 * Combines the aggregate so far with a value of the same type. Null deletes the aggregate: the next value is stored as it
 * is.
 */
export type Reducer<V> = (aggregate: V, value: V) => V | null;
/** Joins two values of one key into the result's value. */
export type Joiner<K, L, R, T> = (left: L, right: R, key: K) => T;
