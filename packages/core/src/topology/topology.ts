import type { Headers } from "../record/record-context.ts";
import type { Serde } from "../serde/serde.ts";
import type { StoreSpec } from "../store/kinds.ts";
import type { OperatorSpec } from "../operator/operator-spec.ts";

/** A program as frozen data. Builders append to it, passes return a new one, `plan` derives everything else from it. */
export interface Topology {
  /** In the order of their creation, which names, sub-topology ids and `describe()` follow: parents before children. */
  readonly nodes: readonly TopologyNode[];
  /** Stores of all nodes. */
  readonly stores: readonly StoreSpec[];
  /** Repartition topics, by logical name (without the application id). */
  readonly repartitionTopics: readonly RepartitionTopic[];
  /** Groups of source nodes whose topics must have the same number of partitions. */
  readonly copartitionGroups: readonly (readonly string[])[];
}

/** Node of any kind; `kind` tells which. */
export type TopologyNode = SourceNode | ProcessorNode | SinkNode;

/**
 * Place in the user's program that a node comes from, for messages: `describe()` does not show it.
 */
export interface NodeOrigin {
  /** Method that made the node: of a repartition's sink the one that needed the repartition, such as `groupByKey`. */
  readonly call: string;
  /** Step that made the keys which reach the node: its method and its node's name, such as `selectKey "KSTREAM-KEY-SELECT-0000000001"`. */
  readonly keysFrom: string;
  /** Step that made the values which reach the node. */
  readonly valuesFrom: string;
}

/** Fields that every node has. */
export interface CommonNode {
  /** Name, unique in the topology; given by the user or as Java counts it, such as `KSTREAM-FILTER-0000000001`. */
  readonly name: string;
  /** Absent: the topology was not made by the DSL. */
  readonly origin?: NodeOrigin;
}

/** Reads topics. A topic belongs to one source node only. */
export interface SourceNode extends CommonNode {
  /** Tells a source from other nodes. */
  readonly kind: "source";
  /** Logical names: those of repartition topics lack the application id. */
  readonly topics: readonly string[];
  /** null: the application's default. */
  readonly keySerde: Serde<unknown> | null;
  /** Serde of values; null: the application's default. */
  readonly valueSerde: Serde<unknown> | null;
  /** Gives the records' times; null: the application's default. */
  readonly timestampExtractor: TimestampExtractor | null;
  /** Place to begin without a committed offset; null: the application's `auto.offset.reset`. */
  readonly reset: AutoOffsetReset | null;
  /** True if records with a null value are dropped. Default false. */
  readonly dropsNullValues?: boolean;
}

/** Runs an operator between its parents and its children. */
export interface ProcessorNode extends CommonNode {
  /** Tells a processor from other nodes. */
  readonly kind: "processor";
  /** Names of the nodes whose output it takes. */
  readonly parents: readonly string[];
  /** Names of the stores it uses; nodes that share a store are in one sub-topology. */
  readonly stores: readonly string[];
  /** Operator that it runs. */
  readonly operator: OperatorSpec;
}

/** Writes to a topic. */
export interface SinkNode extends CommonNode {
  /** Tells a sink from other nodes. */
  readonly kind: "sink";
  /** Names of the nodes whose output it writes. */
  readonly parents: readonly string[];
  /** Logical name of the topic, or a function that names one for each record. */
  readonly topic: string | TopicNameExtractor;
  /** Serde of keys; null: the application's default. */
  readonly keySerde: Serde<unknown> | null;
  /** Serde of values; null: the application's default. */
  readonly valueSerde: Serde<unknown> | null;
  /**
   * Chooses the partitions; null: by the key's bytes, as Java's producer does. A windowed key counts by its inner key then,
   * but not on a repartition topic.
   */
  readonly partitioner: StreamPartitioner | null;
}

/** Logical name; `partitions` null: derived from the topics upstream. */
export interface RepartitionTopic {
  /** Name without the application id, as nodes and `describe()` have it. */
  readonly name: string;
  /** Number of partitions, from 1, or null. */
  readonly partitions: number | null;
}

/** Position to begin at without a committed offset. `byDurationMs`: so many milliseconds before now (KIP-1106). */
export type AutoOffsetReset = "earliest" | "latest" | "none" | { readonly byDurationMs: number };

/**
 * Gives a record's time in whole milliseconds; a negative one drops the record, anything else is a {@link TimestampExtractorError}.
 *
 * `partitionTimeMs`: the largest timestamp taken from the partition so far, -1 if none.
 */
export type TimestampExtractor = (record: ConsumedRecord, partitionTimeMs: number) => number;

/** A record as read. Valid during the call only. */
export interface ConsumedRecord<K = unknown, V = unknown> {
  /** Name of the topic on the cluster. */
  readonly topic: string;
  /** Partition that it was read from. */
  readonly partition: number;
  /** Offset in the partition. */
  readonly offset: number;
  /** Time that the batch gives it, in milliseconds since the epoch; -1 where the producer wrote none. */
  readonly timestampMs: number;
  /** Decoded key; null where the record has none. */
  readonly key: K;
  /** Decoded value; null for a tombstone. */
  readonly value: V;
  /** Headers in order; `noHeaders` where it has none. */
  readonly headers: Headers;
}

/** Partitions to write to: null lets the default partitioner choose, an empty list drops the record (KIP-837). */
export type StreamPartitioner<K = unknown, V = unknown> = (
  value: V,
  key: K,
  partitions: number,
  topic: string,
) => readonly number[] | null;

/** Chooses the topic of each record; its `toString` is what `describe()` shows. */
export type TopicNameExtractor<K = unknown, V = unknown> = (
  value: V,
  key: K,
  record: {
    readonly topic: string | null;
    readonly partition: number;
    readonly offset: number;
    readonly timestampMs: number;
    readonly headers: Headers;
  },
) => string;
