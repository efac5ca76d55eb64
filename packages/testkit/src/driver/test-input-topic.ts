import { InvalidArgumentError, noHeaders, ofKey, shown, type Header, type Serde } from "@millrace/core";
import { encode } from "./captured-output.ts";
import { checkPipe } from "./checks.ts";
import type { PipeOptions } from "./options.ts";

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
    const headers = options.headers === undefined ? noHeaders : headersOf(options.headers);
    const keyBytes = encodeKey(key, keySerde);
    const valueBytes = encode(value, valueSerde);
    this.#parts.pipe(options.timestamp ?? this.#takeTimestamp(), keyBytes, valueBytes, headers);
  }

  #takeTimestamp(): number {
    const timestampMs = this.#nextTimestampMs ?? this.#parts.nowMs();
    if (this.#nextTimestampMs !== null || this.#parts.autoAdvanceMs > 0)
      this.#nextTimestampMs = timestampMs + this.#parts.autoAdvanceMs;
    return timestampMs;
  }
}

function encodeKey<K>(key: K | null, serde: Serde<K>): Buffer | null {
  try {
    return encode(key, serde);
  } catch (error) {
    throw ofKey(error);
  }
}

/** Unlike a compiler, a program in JavaScript lets everything through; the bytes of a batch would be wrong. */
function headersOf(given: readonly unknown[]): readonly Header[] {
  return given.map(headerOf);
}

function headerOf(given: unknown, index: number): Header {
  if (typeof given !== "object" || given === null)
    throw new InvalidArgumentError(`Header ${index} of a record is { key, value }, not ${shown(given)}.`);
  const { key, value } = given as { readonly key: unknown; readonly value: unknown };
  if (typeof key !== "string") throw new InvalidArgumentError(`The key of header ${index} is a string, not ${shown(key)}.`);
  if (typeof value === "string") return { key, value: Buffer.from(value, "utf8") };
  if (value === null || Buffer.isBuffer(value)) return { key, value };
  if (value instanceof Uint8Array) return { key, value: Buffer.from(value) };
  throw new InvalidArgumentError(`The value of header "${key}" is a Buffer, a string or null, not ${shown(value)}.`);
}
