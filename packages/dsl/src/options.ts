import type { AutoOffsetReset, ConsumedRecord, Serde } from "@millrace/core";
import type { Duration } from "./duration.ts";
import type { Misuse, Present, SyncSentence } from "./misuse.ts";
import type { WritingSerde } from "./topic.ts";

/**
 * Options objects stand for Kafka Streams' configuration objects. What is given decides, as in Java, which indices generated
 * names consume, so that a program has the same names in both.
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
 * A Materialized is present if any field of {@link StoreOptions} is.
 */
export interface NamedOptions {
  /** Name of the operator's node. Default: generated, such as `KSTREAM-FILTER-0000000001`. */
  readonly name?: string;
}

/**
 * Gives a record's time, in milliseconds since the epoch; a negative one drops the record. Core's TimestampExtractor with the
 * types of the topic. `partitionTimeMs`: the largest timestamp taken from the partition so far, -1 if none.
 */
export type ConsumedTimestamp<K, V> = (
  record: ConsumedRecord<NoInfer<K> | null, NoInfer<V> | null>,
  partitionTimeMs: number,
) => number | Misuse<SyncSentence>;

/** Java's Consumed. */
export interface ConsumedOptions<K, V> extends NamedOptions {
  readonly key?: Serde<K> | null;
  readonly value?: Serde<V> | null;
  /** Default: the application's (the record's own timestamp). */
  readonly timestampExtractor?: ConsumedTimestamp<K, V>;
  /** Where to begin without a committed offset. Default: the application's. */
  readonly reset?: AutoOffsetReset;
}

/**
 * Chooses the partitions that a record is written to, from 0 to `partitions` - 1: null lets the default partitioner choose, an
 * empty list drops the record (KIP-837). Core's StreamPartitioner with the parameters of a method, whose laxer comparison lets a
 * stream of more be a stream of less.
 */
export type Partitioner<K, V> = {
  partition(value: V, key: K, partitions: number, topic: string): readonly number[] | null | Misuse<SyncSentence>;
}["partition"];

/** Java's Produced. A serde that is not given is the stream's. */
export interface ProducedOptions<K, V> extends NamedOptions {
  readonly key?: WritingSerde<Present<K>> | null;
  readonly value?: WritingSerde<Present<V>> | null;
  /** Default: murmur2 of the key's bytes, as all Kafka clients do; of a windowed key, those of the key in it. */
  readonly partitioner?: Partitioner<K, V>;
}

/**
 * Java's Grouped; `name` names the repartition topic, if there is one, and for `groupBy` the node that selects the key.
 *
 * As in Java, a stream's serdes are inherited only if no options are given at all: `groupByKey({ name })` forgets them.
 */
export interface GroupedOptions<K, V> extends NamedOptions {
  readonly key?: Serde<Present<K>> | null;
  readonly value?: Serde<Present<V>> | null;
}

/** Java's Repartitioned; `name` is the topic's name up to `-repartition`. */
export interface RepartitionedOptions<K, V> extends NamedOptions {
  /** Serde of the repartition topic. As in Java the topic does not inherit the stream's key serde, though the resulting stream does. */
  readonly key?: Serde<Present<K>> | null;
  readonly value?: Serde<Present<V>> | null;
  /** Partitions of the topic. Default: as many as the topics upstream have. */
  readonly partitions?: number;
  /** Default: murmur2 of the key's bytes. */
  readonly partitioner?: Partitioner<K, V>;
}

/** Java's Joined; `name` also names the stream's repartition topic, if there is one. */
export interface JoinedOptions<K, V> extends NamedOptions {
  readonly key?: Serde<Present<K>> | null;
  /** Serde of the stream's values, for its repartition topic. */
  readonly value?: Serde<Present<V>> | null;
}

/** Java's Materialized: the store that holds a table. */
export interface StoreOptions<K, V> {
  /** Name of the store. A named store can be queried. Default: generated. */
  readonly as?: string;
  readonly key?: Serde<Present<K>> | null;
  readonly value?: Serde<Present<V>> | null;
  /** false: no changelog topic. An object: the changelog topic's configuration. Default true. */
  readonly logging?: boolean | Readonly<Record<string, string>>;
  /** Whether updates are held back and deduplicated up to the next commit. Default true. */
  readonly caching?: boolean;
  /** Window stores: how long windows are kept, at least size + grace, which is the default. */
  readonly retention?: Duration;
  /** Kind of the store. Default: that of `build({ engine })`. */
  readonly engine?: StoreEngine;
}

/** Kafka's two built-in kinds of stores, `in_memory` and `rocksDB`. They differ in scan order and in how windows expire. */
export type StoreEngine = "memory" | "rocksdb";

/** Named and Materialized. */
export interface TableOptions<K, V> extends NamedOptions, StoreOptions<K, V> {}

/** Consumed and Materialized. `key` and `value` are the serdes of both the topic and the store. */
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

/** Whether the options hold what in Java would be a Materialized. */
export function hasMaterialized(options: StoreOptions<unknown, unknown>): boolean {
  return storeFields.some((field) => options[field] !== undefined);
}
