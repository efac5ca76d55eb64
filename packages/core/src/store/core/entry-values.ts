import { fieldSpareBytes, writeField } from "@millrace/protocol";
import { settled } from "../../serde/settled.ts";
import type { Serde } from "../../serde/serde.ts";
import type { Slice } from "../../serde/slice.ts";
import { doubles } from "./columns.ts";
import { Scratch } from "./scratch.ts";

/**
 * Values of a write set, by entry: the current one, and the one that the engine holds where that is known. They are held as numbers if
 * the serde's values are numbers, as they are if the serde says that nobody can change them, else as bytes.
 */
export class EntryValues<V> {
  readonly #serde: Serde<V>;
  readonly #numeric: boolean;
  readonly #encodes: boolean;
  #numbers: Float64Array = new Float64Array(0);
  #oldNumbers: Float64Array = new Float64Array(0);
  readonly #values: (V | Buffer | null)[] = [];
  readonly #oldValues: (V | Buffer | null)[] = [];
  readonly #scratch: Scratch = new Scratch();
  /** The bytes of the value that was measured last, if values are held as bytes. */
  #measured: Buffer | null = null;

  constructor(serde: Serde<V>) {
    this.#serde = serde;
    this.#encodes = serde.holds === undefined || serde.size === undefined;
    this.#numeric = !this.#encodes && serde.holds === "number";
  }

  value(entry: number): V {
    return this.#numeric ? (this.#numbers[entry] as V) : this.#decoded(this.#values[entry]!);
  }

  oldValue(entry: number): V {
    return this.#numeric ? (this.#oldNumbers[entry] as V) : this.#decoded(this.#oldValues[entry]!);
  }

  /** The value's own bytes, if they are what is held; else null. */
  bytes(entry: number): Buffer | null {
    return this.#encodes ? (this.#values[entry] as Buffer | null) : null;
  }

  /** Length of the value's bytes. */
  size(entry: number): number {
    return this.#encodes ? (this.#values[entry] as Buffer).length : this.#serde.size!(this.value(entry));
  }

  /** The value as it is held, to be read later by `heldValue`, whatever happens to the entry. */
  held(entry: number): unknown {
    return this.#numeric ? this.#numbers[entry] : this.#values[entry];
  }

  heldValue(held: unknown): V {
    return this.#numeric ? (held as V) : this.#decoded(held as V | Buffer);
  }

  /** Checks a value and returns the length of its bytes; `assign` takes the value that was measured last. @throws {SerializationError} */
  measure(value: V): number {
    if (!this.#encodes) return this.#serde.size!(value);
    const bytesMax = this.#serde.sizeMax(value);
    this.#scratch.reserve(bytesMax + fieldSpareBytes);
    const end = writeField(this.#serde, this.#scratch.buffer, 0, value, bytesMax);
    this.#measured = keptCopy(this.#scratch.buffer, 0, end);
    return end;
  }

  /** Sets a value that was measured before; null is none. */
  assign(entry: number, value: V | null): void {
    if (value === null) {
      if (!this.#numeric) this.#values[entry] = null;
    } else if (this.#numeric) {
      this.#numbers[entry] = (this.#serde.normalize === undefined ? value : this.#serde.normalize(value)) as number;
    } else if (this.#encodes) {
      this.#values[entry] = this.#measured;
      this.#measured = null;
    } else {
      this.#values[entry] = this.#serde.normalize === undefined ? value : this.#serde.normalize(value);
    }
  }

  /** Sets a value that was read from these bytes. */
  load(entry: number, value: V, raw: Slice): void {
    if (this.#numeric) this.#numbers[entry] = value as number;
    else this.#values[entry] = this.#encodes ? keptCopy(raw.buffer, raw.start, raw.end) : value;
  }

  /** The value of an entry, which may be the same, is what the engine holds. */
  keepOld(entry: number, from: number): void {
    if (this.#numeric) this.#oldNumbers[entry] = this.#numbers[from]!;
    else this.#oldValues[entry] = this.#values[from]!;
  }

  forgetOld(entry: number): void {
    if (!this.#numeric) this.#oldValues[entry] = null;
  }

  forget(entry: number): void {
    if (this.#numeric) return;
    this.#values[entry] = null;
    this.#oldValues[entry] = null;
  }

  clear(): void {
    this.#values.fill(null);
    this.#oldValues.fill(null);
  }

  grow(size: number): void {
    if (this.#numeric) {
      this.#numbers = doubles(this.#numbers, size);
      this.#oldNumbers = doubles(this.#oldNumbers, size);
      return;
    }
    while (this.#values.length < size) {
      this.#values.push(null);
      this.#oldValues.push(null);
    }
  }

  #decoded(held: V | Buffer): V {
    if (!this.#encodes) return held as V;
    return settled(this.#serde, this.#serde.read(held as Buffer, 0, (held as Buffer).length));
  }
}

/** Not from Buffer's pool, where one small value that lives long would keep 8 KB. */
function keptCopy(from: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(end - start);
  from.copy(copy, 0, start, end);
  return copy;
}
