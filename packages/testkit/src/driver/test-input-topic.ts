import { noHeaders, type Header, type Serde } from "@millrace/core";
import type { Duration } from "@millrace/dsl";
import { encode } from "./captured-output.ts";
import { checkPipe } from "./checks.ts";

/** Serdes and clock of an input topic. */
export interface InputTopicOptions<K, V> {
  /** Serde of keys. Default: the driver's. */
  readonly key?: Serde<K>;
  /** Serde of values. Default: the driver's. */
  readonly value?: Serde<V>;
  /** Time of the first record that is given none, milliseconds. Default: the driver's wall clock at that moment. */
  readonly startTimestamp?: number;
  /** How much later each next record without a time is. Default 0. */
  readonly autoAdvance?: Duration;
}

/** Timestamp and headers of one record. */
export interface PipeOptions {
  /** Milliseconds. It does not move the time of records that are given none. */
  readonly timestamp?: number;
  /** Names and values; a string is written as UTF-8. */
  readonly headers?: readonly { readonly key: string; readonly value: Buffer | string | null }[];
}

interface InputTopicParts<K, V> {
  readonly key: Serde<K>;
  readonly value: Serde<V>;
  readonly startTimestampMs: number | null;
  readonly autoAdvanceMs: number;
  nowMs(): number;
  pipe(timestampMs: number, key: Buffer | null, value: Buffer | null, headers: readonly Header[]): void;
}

/** Pipes records into a topic that the topology reads. Made by `TopologyTestDriver.inputTopic`. */
export class TestInputTopic<K, V> {
  readonly #parts: InputTopicParts<K, V>;
  #nextTimestampMs: number | null;

  /** @internal */
  constructor(parts: InputTopicParts<K, V>) {
    this.#parts = parts;
    this.#nextTimestampMs = parts.startTimestampMs;
  }

  /** Encodes a record, processes it and all that follows from it. Errors of the task come out here. */
  pipe(key: K | null, value: V | null, options: PipeOptions = {}): void {
    checkPipe(options);
    const { key: keySerde, value: valueSerde } = this.#parts;
    const headers = options.headers?.map((header) => ({ key: header.key, value: headerBytes(header.value) })) ?? noHeaders;
    this.#parts.pipe(options.timestamp ?? this.#takeTimestamp(), encode(key, keySerde), encode(value, valueSerde), headers);
  }

  #takeTimestamp(): number {
    const timestampMs = this.#nextTimestampMs ?? this.#parts.nowMs();
    if (this.#nextTimestampMs !== null || this.#parts.autoAdvanceMs > 0)
      this.#nextTimestampMs = timestampMs + this.#parts.autoAdvanceMs;
    return timestampMs;
  }
}

function headerBytes(value: Buffer | string | null): Buffer | null {
  return typeof value === "string" ? Buffer.from(value, "utf8") : value;
}
