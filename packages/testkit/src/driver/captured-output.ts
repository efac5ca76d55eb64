import { encode as encodeValue, type Headers, type Output, type Serde, type TopicOutput } from "@millrace/core";

/** A record as it was written, in bytes. */
export interface ProducedRecord {
  /** Topic that it was written to. */
  readonly topic: string;
  /** Partition that it was written to. */
  readonly partition: number;
  /** NaN: none was given. */
  readonly timestampMs: number;
  /** Bytes of the key. */
  readonly key: Buffer | null;
  /** Bytes of the value. */
  readonly value: Buffer | null;
  /** Headers in order. */
  readonly headers: Headers;
}

/** Keeps what a task writes, in order over all topics. Each topic has one partition, but as in Java a partitioner may name any. */
export class CapturedOutput implements Output {
  #records: ProducedRecord[] = [];

  topic(name: string): TopicOutput {
    return {
      name,
      partitionCount: 1,
      append: (partition, timestampMs, key, keySerde, value, valueSerde, headers) => {
        const keyBytes = encode(key, keySerde);
        const valueBytes = encode(value, valueSerde);
        const given = partition === -1 ? 0 : partition;
        this.#records.push({
          topic: name,
          partition: given,
          timestampMs,
          key: keyBytes,
          value: valueBytes,
          headers: [...headers],
        });
      },
    };
  }

  /** Takes the records written since the last call. */
  take(): ProducedRecord[] {
    const taken = this.#records;
    this.#records = [];
    return taken;
  }
}

/** A value in a buffer of its own; null is none. */
export function encode<T>(value: T | null, serde: Serde<T>): Buffer | null {
  return value === null ? null : encodeValue(value, serde);
}
