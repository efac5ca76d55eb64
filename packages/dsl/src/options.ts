import type { AutoOffsetReset, ConsumedRecord, Serde, StoreDefinition } from "@millrace/core";
import type { Duration } from "./duration.ts";
import type { Misuse, Present, SyncSentence } from "./misuse.ts";
import type { WritingSerde } from "./topic.ts";

/**
 * Options objects stand for Kafka Streams' configuration objects. As in Java, the options that are given decide which indices
 * generated names consume, so that a program has the same names in both.
 *
 * | Java | here |
 * | --- | --- |
 * | no argument | no options object |
 * | `Named.as(n)` | `{ name: n }` |
 * | `Consumed`, `Produced`, `Grouped`, `Repartitioned`, `Joined` | the options object itself, even an empty one |
 * | `Materialized.as(s)` | `{ as: s }` |
 * | `Materialized.with(k, v)` | `{ key: k, value: v }`, null for one that is not set |
 * | `Materialized.with(null, null)` | `{ key: null }` |
 * | `Materialized.as(StoreType)` | `{ engine: "memory" }` |
 * | `Named` and `Materialized` | both sets of fields in one object |
 *
 * A Materialized is present if any field of {@link StoreOptions} is. Unlike in Java, options without a serde never hide one
 * that the stream or table knows: `groupByKey({ name })`, `toTable({ as })` and `repartition({ name })` keep its serdes.
 */
export interface NamedOptions {
  /** Name of the operator's node: ASCII letters, digits, `.`, `_` and `-`. Default: generated, such as `KSTREAM-FILTER-0000000001`. */
  readonly name?: string;
}

/** Options of `process()` and `processValues()`. */
export interface ProcessorOptions extends NamedOptions {
  /** Stores to connect to the processor: names of stores of the program, also of its tables, or definitions, which are added to it. */
  readonly stores?: readonly (string | StoreDefinition)[];
}

/**
 * Function that gives a record's time, in milliseconds since the epoch; a negative one drops the record. Core's
 * TimestampExtractor with the types of the topic. `partitionTimeMs`: the largest timestamp taken from the partition so far, -1 if
 * none.
 *
 * @example builder.stream(clicks, { timestampExtractor: (record) => record.value?.at ?? record.timestampMs })
 */
export type ConsumedTimestamp<K, V> = (
  record: ConsumedRecord<NoInfer<K> | null, NoInfer<V> | null>,
  partitionTimeMs: number,
) => number | Misuse<SyncSentence>;

/** Options of reading a topic. Java's Consumed. */
export interface ConsumedOptions<K, V> extends NamedOptions {
  /** Serde of the keys. Default: that of the declared topic, else the application's. */
  readonly key?: Serde<K> | null;
  /** Serde of the values. Default: that of the declared topic, else the application's. */
  readonly value?: Serde<V> | null;
  /** Default: the application's (the record's own timestamp). */
  readonly timestampExtractor?: ConsumedTimestamp<K, V>;
  /** Position to begin at without a committed offset. Default: the application's. */
  readonly reset?: AutoOffsetReset;
}

/** Options of `stream()`. */
export interface StreamOptions<K, V, N extends Nulls = Nulls> extends ConsumedOptions<K, V> {
  /**
   * Treatment of records with a null value (tombstones). `"drop"`: they are dropped at the source, with the reason "null value",
   * and logged and counted like every dropped record; so the stream's type needs no null. `"keep"`: they reach the operators, as
   * in Java, and the stream's type is `V | null`. Default: `"drop"`.
   */
  readonly nulls?: N;
}

/** Treatment of null values by a stream. */
export type Nulls = "drop" | "keep";

/**
 * Function that chooses the partitions that a record is written to, from 0 to `partitions` - 1: null lets the default partitioner
 * choose, an empty list drops the record (KIP-837). Core's StreamPartitioner with the parameters of a method, whose laxer
 * comparison lets a stream of more be a stream of less.
 */
export type Partitioner<K, V> = {
  partition(value: V, key: K, partitions: number, topic: string): readonly number[] | null | Misuse<SyncSentence>;
}["partition"];

/** Options of `to()`. A serde that is not given is the topic's, else the stream's. Java's Produced. */
export interface ProducedOptions<K, V> extends NamedOptions {
  /** Serde of keys. Default: the stream's. */
  readonly key?: WritingSerde<Present<K>> | null;
  /** Serde of values. Default: the stream's. */
  readonly value?: WritingSerde<Present<V>> | null;
  /** Default: murmur2 of the key's bytes, as all Kafka clients do; of a windowed key, those of the key in it. */
  readonly partitioner?: Partitioner<K, V>;
}

/** Options of grouping. `name` names the repartition topic, if there is one, and for `groupBy` the node that selects the key. Java's Grouped. */
export interface GroupedOptions<K, V> extends NamedOptions {
  /** Serde of the keys, in the repartition topic and in the stores of aggregations. */
  readonly key?: Serde<Present<K>> | null;
  /** Serde of the values in the repartition topic. */
  readonly value?: Serde<Present<V>> | null;
}

/** Options of `repartition()`. `name` is the topic's name up to `-repartition`. A serde that is not given is the stream's. Java's Repartitioned. */
export interface RepartitionedOptions<K, V> extends NamedOptions {
  /** Serde of keys of the repartition topic. As in Java it is not the stream's. */
  readonly key?: Serde<Present<K>> | null;
  /** Serde of values of the repartition topic. Default: the stream's. */
  readonly value?: Serde<Present<V>> | null;
  /** Partitions of the topic. Default: as many as the topics upstream have. */
  readonly partitions?: number;
  /** Default: murmur2 of the key's bytes. */
  readonly partitioner?: Partitioner<K, V>;
}

/** Options of joining. `name` also names the stream's repartition topic, if there is one. Java's Joined. */
export interface JoinedOptions<K, V> extends NamedOptions {
  /** Serde of the keys. Default: the stream's, else the table's. */
  readonly key?: Serde<Present<K>> | null;
  /** Serde of the stream's values, for its repartition topic. Default: the stream's. */
  readonly value?: Serde<Present<V>> | null;
}

/** Options of the store that keeps a table. Java's Materialized. */
export interface StoreOptions<K, V> {
  /** Name of the store, and so of its changelog topic. Default: generated. */
  readonly as?: string;
  /** Serde of the keys. Default: that of the stream or table. */
  readonly key?: Serde<Present<K>> | null;
  /** Serde of the values. Default: that of the stream or table where the operator keeps the values' type, else the application's. */
  readonly value?: Serde<Present<V>> | null;
  /** false: no changelog topic. An object: the changelog topic's configuration. Default true. */
  readonly logging?: boolean | Readonly<Record<string, string>>;
  /** true: updates are held back and deduplicated up to the next commit. Default true. */
  readonly caching?: boolean;
  /** Window stores: how long windows are kept, at least size + grace, which is the default. */
  readonly retention?: Duration;
  /** Kind of the store. Default: that of `build({ engine })`. */
  readonly engine?: StoreEngine;
}

/** Kind of a store, one of Kafka's `in_memory` and `rocksDB`. They differ in scan order and in how windows expire. */
export type StoreEngine = "memory" | "rocksdb";

/** Options of an operator that makes a table: its name, and the table's store. Java's Named and Materialized. */
export interface TableOptions<K, V> extends NamedOptions, StoreOptions<K, V> {}

/** Options of an aggregation whose serde, rather than its initializer, tells the type A of the aggregates. */
export type SerdeFirst<Options, A> = Omit<Options, "value"> & {
  /** Serde of the aggregates. */
  readonly value: Serde<A>;
};

/** Options of `table()`. `key` and `value` are the serdes of both the topic and the store. Java's Consumed and Materialized. */
export interface TableSourceOptions<K, V> extends ConsumedOptions<K, V>, Omit<StoreOptions<K, V>, "key" | "value"> {}

const storeFields = [
  "as",
  "key",
  "value",
  "logging",
  "caching",
  "retention",
  "engine",
] as const satisfies readonly (keyof StoreOptions<unknown, unknown>)[];

/** Tells whether the options hold what in Java would be a Materialized. */
export function hasMaterialized(options: StoreOptions<unknown, unknown>): boolean {
  return storeFields.some((field) => options[field] !== undefined);
}

/** Options of a store for processors. As in Java's `Stores`, it has no cache unless one is asked for. */
export interface StateStoreOptions<K, V> {
  /** Serde of the keys. Default: the application's. */
  readonly key?: Serde<K> | null;
  /** Serde of the values. Default: the application's. */
  readonly value?: Serde<V> | null;
  /** true: each value has a timestamp, which is stored with it, as in the stores of tables. Default false. */
  readonly timestamped?: boolean;
  /** true: updates are held back until the next commit, and fewer go to the changelog. Default false. */
  readonly caching?: boolean;
  /** false: no changelog, so that the content is lost with the engine; an object: overrides of the changelog topic's configuration. Default true. */
  readonly logging?: boolean | Readonly<Record<string, string>>;
  /** Kind of store. Default `"rocksdb"`. */
  readonly engine?: StoreEngine;
}

/** Options of a window store for processors. */
export interface WindowStoreOptions<K, V> extends StateStoreOptions<K, V> {
  /** Length of the windows, from 0. */
  readonly size: Duration;
  /** Time that a window is kept after its start, in the store's stream time; at least `size`. */
  readonly retention: Duration;
  /** true: each `put` adds an entry, also for the same key and window. Default false. */
  readonly retainDuplicates?: boolean;
}
