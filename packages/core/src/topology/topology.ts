import type { Headers } from "../record/record-context.ts";
import type { Serde } from "../serde/serde.ts";
import type { StoreSpec } from "../store/store.ts";
import type { OperatorSpec } from "../operator/operator-spec.ts";

/** A program as frozen data. Builders append to it, passes return a new one, `plan` derives everything else from it. */
export interface Topology {
  /** In the order of their creation, which names, sub-topology ids and `describe()` follow: parents before children. */
  readonly nodes: readonly TopologyNode[];
  readonly stores: readonly StoreSpec[];
  /** Repartition topics, by logical name (without the application id). */
  readonly repartitionTopics: readonly RepartitionTopic[];
  /** Groups of source nodes whose topics must have the same number of partitions. */
  readonly copartitionGroups: readonly (readonly string[])[];
}

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

export interface CommonNode {
  readonly name: string;
  /** Absent: the topology was not made by the DSL. */
  readonly origin?: NodeOrigin;
}

/** Reads topics. A topic belongs to one source node only. */
export interface SourceNode extends CommonNode {
  readonly kind: "source";
  /** Logical names: those of repartition topics lack the application id. */
  readonly topics: readonly string[];
  /** null: the application's default. */
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
  readonly timestampExtractor: TimestampExtractor | null;
  readonly reset: AutoOffsetReset | null;
  /** Whether records with a null value are dropped. Default false. */
  readonly dropsNullValues?: boolean;
}

export interface ProcessorNode extends CommonNode {
  readonly kind: "processor";
  readonly parents: readonly string[];
  /** Names of the stores it uses; nodes that share a store are in one sub-topology. */
  readonly stores: readonly string[];
  readonly operator: OperatorSpec;
}

export interface SinkNode extends CommonNode {
  readonly kind: "sink";
  readonly parents: readonly string[];
  readonly topic: string | TopicNameExtractor;
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
  readonly partitioner: StreamPartitioner | null;
}

/** Logical name; `partitions` null: derived from the topics upstream. */
export interface RepartitionTopic {
  readonly name: string;
  readonly partitions: number | null;
}

/** Where to begin without a committed offset; a number: that many milliseconds back (KIP-1106). */
export type AutoOffsetReset = "earliest" | "latest" | "none" | { readonly byDurationMs: number };

/**
 * Gives a record's time in whole milliseconds; a negative one drops the record, anything else is a {@link TimestampExtractorError}.
 *
 * `partitionTimeMs`: the largest timestamp taken from the partition so far, -1 if none.
 */
export type TimestampExtractor = (record: ConsumedRecord, partitionTimeMs: number) => number;

/** A record as read. Valid during the call only. */
export interface ConsumedRecord<K = unknown, V = unknown> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: K;
  readonly value: V;
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
