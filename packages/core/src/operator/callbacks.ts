import type { RecordContext } from "../record/record-context.ts";

/** The record in flight, as user functions see it: read-only, and valid during the call only. */
export type RecordView = Readonly<RecordContext>;

export interface KeyValue<K, V> {
  readonly key: K;
  readonly value: V;
}

export type Predicate<K, V> = (value: V, key: K, record: RecordView) => boolean;
export type ValueMapper<K, V, R> = (value: V, key: K, record: RecordView) => R;
export type KeyValueMapper<K, V, K2, V2> = (value: V, key: K, record: RecordView) => KeyValue<K2, V2>;
export type ForeachAction<K, V> = (value: V, key: K, record: RecordView) => void;

/** A table's predicate and mapper may run twice per update, for the new and the old value, and also for look-ups: keep them pure. */
export type TablePredicate<K, V> = (value: V, key: K) => boolean;
export type TableValueMapper<K, V, R> = (value: V, key: K) => R | null;

export type Initializer<A> = () => A | null;
/** Null deletes the aggregate: the next record begins with the initializer again. */
export type Aggregator<K, V, A> = (aggregate: A, value: V, key: K) => A | null;
export type Reducer<V> = (aggregate: V, value: V) => V | null;
export type Joiner<K, L, R, T> = (left: L, right: R, key: K) => T;
