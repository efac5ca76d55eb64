import type { Checkpoint, EngineSpace, OperationTarget } from "@millrace/core";
import { withPrefix } from "./format.ts";

/** A put, or a delete if the value is null. Keys are the engine's, with their space in front. */
export interface Point {
  readonly key: Buffer;
  readonly value: Buffer | null;
}

/** Keys `from <= key < to`. */
export interface KeyRange {
  readonly from: Buffer;
  readonly to: Buffer;
}

/**
 * Reordered batch with range deletes that gives the same content: first the points outside all ranges, then the ranges, then
 * the points inside that came after them. Points that a later range deletes are gone.
 */
export interface OrderedBatch extends Redo {
  readonly early: readonly Point[];
  readonly checkpoints: ReadonlyMap<Prefixed, Checkpoint | null>;
}

/** A space, as far as its place among the keys matters. */
export interface Prefixed extends EngineSpace {
  readonly prefix: Buffer;
  /** The first key behind the space. */
  readonly end: Buffer;
}

/**
 * Orders a batch with range deletes. RocksDB's binding has no range delete in a batch; so the ranges, and what must follow
 * them, are written down together with the rest in one atomic batch, done, and then crossed out. Opening a database with
 * ranges that are not crossed out applies them again: they have the same effect any number of times.
 */
export class BatchOrder implements OperationTarget<Prefixed> {
  readonly #points: (Point & { readonly rangesBefore: number })[] = [];
  readonly #ranges: KeyRange[] = [];
  readonly #checkpoints = new Map<Prefixed, Checkpoint | null>();

  put(space: Prefixed, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    this.#point(space, bytes.subarray(keyStart, keyEnd), Buffer.from(bytes.subarray(valueStart, valueEnd)));
  }

  delete(space: Prefixed, bytes: Buffer, keyStart: number, keyEnd: number): void {
    this.#point(space, bytes.subarray(keyStart, keyEnd), null);
  }

  deleteRange(space: Prefixed, from: Uint8Array | null, to: Uint8Array | null): void {
    const range = {
      from: from === null ? space.prefix : withPrefix(space.prefix, from),
      to: to === null ? space.end : withPrefix(space.prefix, to),
    };
    this.#ranges.push(range);
  }

  checkpoint(space: Prefixed, checkpoint: Checkpoint | null): void {
    this.#checkpoints.set(space, checkpoint);
  }

  ordered(): OrderedBatch {
    const early: Point[] = [];
    const late: Point[] = [];
    for (const point of this.#points) {
      const last = this.#ranges.findLastIndex((range) => isIn(range, point.key));
      if (last < 0) early.push(point);
      else if (last < point.rangesBefore) late.push(point);
    }
    return { early, ranges: this.#ranges, late, checkpoints: this.#checkpoints };
  }

  #point(space: Prefixed, key: Buffer, value: Buffer | null): void {
    this.#points.push({ key: withPrefix(space.prefix, key), value, rangesBefore: this.#ranges.length });
  }
}

function isIn({ from, to }: KeyRange, key: Buffer): boolean {
  return Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0;
}

/**
 * Encodes the operations that are still to be done: `ranges u32 ‖ (from ‖ to)… ‖ (key ‖ value)…`, each as `length i32 ‖
 * bytes`, length -1 a delete.
 */
export function encodeRedo(ranges: readonly KeyRange[], late: readonly Point[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(ranges.length);
  const parts: Buffer[] = [count];
  const add = (bytes: Buffer | null): void => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes?.length ?? -1);
    parts.push(length);
    if (bytes !== null) parts.push(bytes);
  };
  for (const { from, to } of ranges) {
    add(from);
    add(to);
  }
  for (const { key, value } of late) {
    add(key);
    add(value);
  }
  return Buffer.concat(parts);
}

export interface Redo {
  readonly ranges: readonly KeyRange[];
  readonly late: readonly Point[];
}

/** Null: no record was ever written so. */
export function decodeRedo(bytes: Buffer): Redo | null {
  const fields = fieldsOf(bytes, 4);
  const count = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  if (fields === null || count === 0 || fields.length < count * 2 || fields.length % 2 !== 0) return null;
  const ranges: KeyRange[] = [];
  const late: Point[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const first = fields[i] ?? null;
    const second = fields[i + 1] ?? null;
    if (first === null || (second === null && i < count * 2)) return null;
    if (i < count * 2) ranges.push({ from: first, to: second! });
    else late.push({ key: first, value: second });
  }
  return { ranges, late };
}

/** Null: the lengths do not end with the bytes. */
function fieldsOf(bytes: Buffer, start: number): (Buffer | null)[] | null {
  const fields: (Buffer | null)[] = [];
  let at = start;
  while (at + 4 <= bytes.length) {
    const length = bytes.readInt32BE(at);
    at += 4;
    fields.push(length < 0 ? null : bytes.subarray(at, at + length));
    at += Math.max(0, length);
  }
  return at === bytes.length ? fields : null;
}
