import type { Headers } from "./record/record-context.ts";
import type { Serde } from "./serde/serde.ts";

/**
 * Destination of all records that a task writes: sinks, repartition topics and changelogs alike. The runtime's output encodes
 * into the producer's open batches; the test driver's keeps what was written.
 */
export interface Output {
  /** The writer of one topic, kept by the node or store that uses it; asked for when a task is built, not per record. */
  topic(name: string): TopicOutput;
}

/** Writer of one topic. */
export interface TopicOutput {
  /** Name of the topic on the cluster. */
  readonly name: string;
  /** Number of the topic's partitions, for partitioners. */
  readonly partitionCount: number;
  /**
   * Appends a record. A null key or value is the absence of bytes.
   *
   * @param partition which one; -1 lets the default partitioner choose: murmur2 of the key's bytes, any for a null key
   * @param timestampMs NaN: none (Java's null timestamp; the producer's clock then decides)
   * @throws {SerializationError} before anything was appended; likewise an error of the output's own for a partition that the topic lacks
   */
  append<K, V>(
    partition: number,
    timestampMs: number,
    key: K | null,
    keySerde: Serde<K>,
    value: V | null,
    valueSerde: Serde<V>,
    headers: Headers,
  ): void;
}
