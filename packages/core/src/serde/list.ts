import { catchRejections } from "../rejections.ts";
import { bindInner } from "./bind-inner.ts";
import { DeserializationError, SerializationError } from "./errors.ts";
import { checkSerde } from "./check-serde.ts";
import { defineSerde, type Serde } from "./serde.ts";
import { settled } from "./settled.ts";

/** Inner types whose items are written without a length: exactly those of Java's ListSerializer. */
const fixedSizes: ReadonlyMap<string, number> = new Map([
  ["int16", 2],
  ["int32", 4],
  ["int64", 8],
  ["bigint64", 8],
  ["float32", 4],
  ["float64", 8],
  ["uuid", 36],
]);

/**
 * A list, whose items may be null.
 *
 * ```text
 * items of one size   00 ‖ number of nulls(4) ‖ their positions(4 each) ‖ count(4) ‖ the other items
 * else                01 ‖ count(4) ‖ { length(4), -1 for null ‖ item }
 * ```
 *
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for an inner serde that is none
 * @see Java's `Serdes.ListSerde`
 */
export function list<T>(inner: Serde<T>): Serde<(T | null)[]> {
  checkSerde(inner, "The argument of list()");
  const fixed = fixedSizes.get(inner.name) ?? 0;
  const name = `list(${inner.name})`;
  const item: ReadItem<T> = (from, start, end) => settled(inner, inner.read(from, start, end));
  return defineSerde<(T | null)[]>({
    name,
    identity: "bytes",
    read: (from, start, end) => new ListReader(name, from, start, end).list(item, fixed),
    sizeMax(items) {
      if (!Array.isArray(items)) throw SerializationError.ofType(name, "an array", items);
      let size = 9;
      try {
        for (const item of items) size += 4 + (item === null ? 0 : inner.sizeMax(item));
      } catch (error) {
        catchRejections(items, error);
        throw error;
      }
      return size;
    },
    write(to, at, items) {
      if (!Array.isArray(items)) throw SerializationError.ofType(name, "an array", items);
      try {
        return fixed > 0 ? writeFixed(to, at, items, inner) : writeVariable(to, at, items, inner);
      } catch (error) {
        catchRejections(items, error);
        throw error;
      }
    },
    bind: bindInner(inner, list),
  });
}

function writeFixed<T>(to: Buffer, start: number, items: readonly (T | null)[], inner: Serde<T>): number {
  let at = start + 5;
  let nulls = 0;
  items.forEach((item, position) => {
    if (item !== null) return;
    at = to.writeInt32BE(position, at);
    nulls += 1;
  });
  to[start] = 0;
  to.writeInt32BE(nulls, start + 1);
  at = to.writeInt32BE(items.length, at);
  for (const item of items) if (item !== null) at = inner.write(to, at, item);
  return at;
}

function writeVariable<T>(to: Buffer, start: number, items: readonly (T | null)[], inner: Serde<T>): number {
  to[start] = 1;
  let at = to.writeInt32BE(items.length, start + 1);
  for (const item of items) {
    const itemAt = at + 4;
    const end = item === null ? itemAt : inner.write(to, itemAt, item);
    to.writeInt32BE(item === null ? -1 : end - itemAt, at);
    at = end;
  }
  return at;
}

type ReadItem<T> = (from: Buffer, start: number, end: number) => T;

/** Reads with bounds: a length in the bytes is not to be believed. */
class ListReader {
  readonly #name: string;
  readonly #from: Buffer;
  readonly #end: number;
  #at: number;

  constructor(name: string, from: Buffer, start: number, end: number) {
    this.#name = name;
    this.#from = from;
    this.#at = start;
    this.#end = end;
  }

  list<T>(item: ReadItem<T>, fixed: number): (T | null)[] {
    const flag = this.#from[this.#take(1)];
    const expected = fixed > 0 ? 0 : 1;
    if (flag !== expected) throw this.#error(`its first byte is ${flag}, but for items of this type it is ${expected}.`);
    const items = fixed > 0 ? this.#fixed(item, fixed) : this.#variable(item);
    if (this.#at !== this.#end) throw this.#error(`${this.#end - this.#at} bytes are left over.`);
    return items;
  }

  #fixed<T>(item: ReadItem<T>, size: number): (T | null)[] {
    const nulls = new Set<number>();
    for (let left = this.#count(4); left > 0; left -= 1) nulls.add(this.#from.readInt32BE(this.#take(4)));
    const count = this.#from.readInt32BE(this.#take(4));
    if (count < 0 || (count - nulls.size) * size !== this.#end - this.#at)
      throw this.#error(`its count ${count} does not fit its length.`);
    const items: (T | null)[] = [];
    for (let i = 0; i < count; i += 1) {
      const at = nulls.has(i) ? -1 : this.#take(size);
      items.push(at < 0 ? null : item(this.#from, at, at + size));
    }
    return items;
  }

  #variable<T>(item: ReadItem<T>): (T | null)[] {
    const items: (T | null)[] = [];
    for (let left = this.#count(4); left > 0; left -= 1) {
      const length = this.#from.readInt32BE(this.#take(4));
      if (length === -1) {
        items.push(null);
        continue;
      }
      const at = this.#take(length);
      items.push(item(this.#from, at, at + length));
    }
    return items;
  }

  /** A count of things that take at least `size` bytes each. */
  #count(size: number): number {
    const count = this.#from.readInt32BE(this.#take(4));
    if (count < 0 || count * size > this.#end - this.#at) throw this.#error(`its count ${count} does not fit its length.`);
    return count;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length < 0 || at + length > this.#end) throw this.#error(`it ends within an item of ${length} bytes.`);
    this.#at = at + length;
    return at;
  }

  #error(reason: string): DeserializationError {
    return new DeserializationError(this.#name, reason);
  }
}
