import { fieldSpareBytes, writeField } from "@millrace/protocol";
import { noHeaders, type Headers } from "../../record/record-context.ts";
import type { Serde } from "../../serde/serde.ts";
import { settled } from "../../serde/settled.ts";
import { Slice } from "../../serde/slice.ts";
import type { ValueFormat } from "../format/value-format.ts";
import { Scratch } from "./scratch.ts";

/**
 * Values of a store, from users' values to the bytes of engine and changelog. `encode` and `encodeBytes` write one value once; until
 * the next call `engineValue` points at it with the format's prefix, `changelogValue` at it alone.
 *
 * It knows the serde of the values and the format, and calls nothing else.
 */
export class ValueCodec<V> {
  readonly serde: Serde<V>;
  readonly format: ValueFormat;
  readonly engineValue: Slice = new Slice();
  readonly changelogValue: Slice = new Slice();
  /** Bytes before each value; -1: it depends on the headers. */
  readonly #prefixBytes: number;
  readonly #scratch: Scratch = new Scratch();

  constructor(serde: Serde<V>, format: ValueFormat) {
    this.serde = serde;
    this.format = format;
    this.#prefixBytes = format.keepsHeaders ? -1 : format.prefixBytes(noHeaders);
  }

  /** Bytes before a value that comes with these headers. */
  prefixBytes(headers: Headers): number {
    return this.#prefixBytes < 0 ? this.format.prefixBytes(headers) : this.#prefixBytes;
  }

  /** Encodes a value. @throws {SerializationError} */
  encode(value: V, timestampMs: number, headers: Headers): void {
    const at = this.prefixBytes(headers);
    const bytesMax = this.serde.sizeMax(value);
    this.#scratch.reserve(at + bytesMax + fieldSpareBytes);
    const buffer = this.#scratch.buffer;
    if (at > 0) this.format.writePrefix(buffer, timestampMs, headers);
    const end = writeField(this.serde, buffer, at, value, bytesMax);
    this.engineValue.set(buffer, 0, end);
    this.changelogValue.set(buffer, at, end);
  }

  /** Encodes a value whose own bytes lie at `start`…`end` of a buffer. */
  encodeBytes(from: Buffer, start: number, end: number, timestampMs: number, headers: Headers): void {
    const at = this.prefixBytes(headers);
    if (at === 0) {
      this.engineValue.set(from, start, end);
      this.changelogValue.set(from, start, end);
      return;
    }
    this.#scratch.reserve(at + end - start);
    const buffer = this.#scratch.buffer;
    this.format.writePrefix(buffer, timestampMs, headers);
    from.copy(buffer, at, start, end);
    this.engineValue.set(buffer, 0, at + end - start);
    this.changelogValue.set(buffer, at, at + end - start);
  }

  /** Reads the value of what the engine holds. */
  read(stored: Slice): V {
    const start = this.#prefixBytes < 0 ? this.format.valueStart(stored) : stored.start + this.#prefixBytes;
    return settled(this.serde, this.serde.read(stored.buffer, start, stored.end));
  }
}
