import type { Headers, Serde } from "@millrace/core";
import type { ProducedRecord } from "./captured-output.ts";
import { NoRecordError } from "./errors.ts";

/** A record read from an output topic. */
export interface TestRecord<K, V> {
  /** Decoded key; null: none. */
  readonly key: K;
  /** Decoded value; null: a tombstone. */
  readonly value: V;
  /** Milliseconds; NaN if the record was given none. */
  readonly timestamp: number;
  /** Headers in order. */
  readonly headers: Headers;
}

interface OutputTopicParts<K, V> {
  readonly name: string;
  readonly key: Serde<K>;
  readonly value: Serde<V>;
  /** Shared by all who read the topic; the first is taken off. */
  unread(): ProducedRecord[];
  producedTopics(): readonly string[];
}

/** Reads what was produced to a topic, each record once. Made by `TopologyTestDriver.outputTopic`. */
export class TestOutputTopic<K, V> {
  readonly #parts: OutputTopicParts<K, V>;

  /** @internal */
  constructor(parts: OutputTopicParts<K, V>) {
    this.#parts = parts;
  }

  /** Number of records that have not been read. */
  get size(): number {
    return this.#parts.unread().length;
  }

  /** Returns true if every written record has been read. */
  isEmpty(): boolean {
    return this.size === 0;
  }

  /** The next record. @throws {NoRecordError} when there is none */
  read(): TestRecord<K, V> {
    const record = this.#parts.unread().shift();
    if (record === undefined) throw new NoRecordError(this.#parts.name, this.#parts.producedTopics());
    return this.#decode(record);
  }

  /** All records not read yet; none if there are none. */
  readAll(): TestRecord<K, V>[] {
    return this.#parts
      .unread()
      .splice(0)
      .map((record) => this.#decode(record));
  }

  /** Keys and values only. */
  readKeyValues(): { readonly key: K; readonly value: V }[] {
    return this.readAll().map(({ key, value }) => ({ key, value }));
  }

  /** Reads all that is left, values alone. */
  readValues(): V[] {
    return this.readAll().map(({ value }) => value);
  }

  /** The last value of each key, as a table would hold it; null where it was deleted. */
  readToMap(): Map<K, V> {
    return new Map(this.readAll().map(({ key, value }) => [key, value]));
  }

  #decode(record: ProducedRecord): TestRecord<K, V> {
    const { key, value } = this.#parts;
    return {
      key: decode(record.key, key) as K,
      value: decode(record.value, value) as V,
      timestamp: record.timestampMs,
      headers: record.headers,
    };
  }
}

function decode<T>(bytes: Buffer | null, serde: Serde<T>): T | null {
  return bytes === null ? null : serde.read(bytes, 0, bytes.length);
}
