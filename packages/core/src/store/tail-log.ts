import { copyBytes } from "../serde/slice.ts";

export const putWrite = 0;
export const deleteWrite = 1;
export const rangeDelete = 2;

/** Before each value: the write's number, eight bytes, and at `kindAt` its kind. */
export const valuePrefixBytes = 9;
export const kindAt = 8;

const chunkBytes = 64 * 1024;
/** What a write costs beside its bytes: its columns, and its place in the index of keys. */
const overheadBytes = 96;

/**
 * Writes in the order of their changelog records, oldest first, as columns. A write has a number that is never used again;
 * its bytes lie in a chunk as `key ‖ number(8) ‖ kind(1) ‖ value`, and a chunk goes when nothing refers to it any more.
 */
export class TailLog {
  /** The number of the oldest write. */
  first: number = 0;
  /** The number that the next write gets. */
  end: number = 0;
  /** An estimate of the memory in use. */
  bytes: number = 0;
  #buffers: (Buffer | null)[] = [];
  #starts: Int32Array = new Int32Array(0);
  #keyEnds: Int32Array = new Int32Array(0);
  #ends: Int32Array = new Int32Array(0);
  #kinds: Uint8Array = new Uint8Array(0);
  /** How many changelog records had been appended with this one. */
  #sequences: Float64Array = new Float64Array(0);
  #streamTimes: Float64Array = new Float64Array(0);
  /** The next write of the same key, -1 if there is none. */
  #next: Float64Array = new Float64Array(0);
  #chunk: Buffer = Buffer.allocUnsafeSlow(chunkBytes);
  #chunkAt = 0;

  constructor() {
    this.#grow(64);
  }

  /** Appends a write. `previous` is the number of the one that it replaces, or -1. @returns its number */
  append(
    kind: number,
    keys: Buffer,
    keyStart: number,
    keyEnd: number,
    values: Buffer,
    valueStart: number,
    valueEnd: number,
    sequence: number,
    streamTimeMs: number,
    previous: number,
  ): number {
    if (this.end - this.first === this.#kinds.length) this.#grow(this.#kinds.length * 2);
    const size = keyEnd - keyStart + valuePrefixBytes + valueEnd - valueStart;
    let buffer = this.#chunk;
    if (this.#chunkAt + size > buffer.length) {
      buffer = Buffer.allocUnsafeSlow(Math.max(chunkBytes, size));
      this.#chunk = buffer;
      this.#chunkAt = 0;
    }
    const number = this.end;
    const start = this.#chunkAt;
    const prefixAt = copyBytes(keys, keyStart, keyEnd, buffer, start);
    buffer.writeDoubleLE(number, prefixAt);
    buffer[prefixAt + kindAt] = kind;
    const end = copyBytes(values, valueStart, valueEnd, buffer, prefixAt + valuePrefixBytes);
    this.#chunkAt = end;
    const i = this.#place(number);
    this.#buffers[i] = buffer;
    this.#starts[i] = start;
    this.#keyEnds[i] = prefixAt;
    this.#ends[i] = end;
    this.#kinds[i] = kind;
    this.#sequences[i] = sequence;
    this.#streamTimes[i] = streamTimeMs;
    this.#next[i] = -1;
    if (previous >= 0) this.#next[this.#place(previous)] = number;
    this.end = number + 1;
    this.bytes += 2 * size + overheadBytes;
    return number;
  }

  /** Forgets the oldest writes, those below `number`. */
  dropBelow(number: number): void {
    for (; this.first < number; this.first += 1) {
      const i = this.#place(this.first);
      this.bytes -= 2 * (this.#ends[i]! - this.#starts[i]!) + overheadBytes;
      this.#buffers[i] = null;
    }
  }

  buffer(number: number): Buffer {
    return this.#buffers[this.#place(number)]!;
  }
  keyStart(number: number): number {
    return this.#starts[this.#place(number)]!;
  }
  keyEnd(number: number): number {
    return this.#keyEnds[this.#place(number)]!;
  }
  valueStart(number: number): number {
    return this.#keyEnds[this.#place(number)]! + valuePrefixBytes;
  }
  valueEnd(number: number): number {
    return this.#ends[this.#place(number)]!;
  }
  kind(number: number): number {
    return this.#kinds[this.#place(number)]!;
  }
  sequence(number: number): number {
    return this.#sequences[this.#place(number)]!;
  }
  streamTimeMs(number: number): number {
    return this.#streamTimes[this.#place(number)]!;
  }
  /** The write that replaces this one, -1 if there is none. */
  next(number: number): number {
    return this.#next[this.#place(number)]!;
  }

  #place(number: number): number {
    return number % this.#kinds.length;
  }

  /** To twice the size, or to the first one. */
  #grow(size: number): void {
    const old = this.#kinds.length;
    const buffers: (Buffer | null)[] = Array.from({ length: size }, () => null);
    for (let number = this.first; number < this.end; number += 1) buffers[number % size] = this.#buffers[number % old]!;
    this.#buffers = buffers;
    this.#starts = this.#moved(this.#starts, new Int32Array(size));
    this.#keyEnds = this.#moved(this.#keyEnds, new Int32Array(size));
    this.#ends = this.#moved(this.#ends, new Int32Array(size));
    this.#sequences = this.#moved(this.#sequences, new Float64Array(size));
    this.#streamTimes = this.#moved(this.#streamTimes, new Float64Array(size));
    this.#next = this.#moved(this.#next, new Float64Array(size));
    this.#kinds = this.#moved(this.#kinds, new Uint8Array(size));
  }

  /** Run by run: a write's place is its number modulo the size. */
  #moved<T extends Int32Array | Uint8Array | Float64Array>(old: T, larger: T): T {
    for (let number = this.first; number < this.end;) {
      const from = number % old.length;
      const to = number % larger.length;
      const run = Math.min(this.end - number, old.length - from, larger.length - to);
      larger.set(old.subarray(from, from + run), to);
      number += run;
    }
    return larger;
  }
}
