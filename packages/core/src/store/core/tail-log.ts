import { strict as assert } from "node:assert";
import { copyBytes } from "../../serde/slice.ts";

export const putWrite = 0;
export const deleteWrite = 1;
export const rangeDelete = 2;

/** Before each value: the write's number, eight bytes, and at `kindAt` its kind. */
export const valuePrefixBytes = 9;
export const kindAt = 8;

const chunkBytes = 64 * 1024;
/** Writes of a block: a power of two. */
const blockBits = 12;
const blockWrites = 1 << blockBits;
/** Size of a write beside its bytes: its columns, and its place in the index of keys. */
const overheadBytes = 96;

/** The columns of neighbouring writes. */
class Block {
  /** A chunk goes when no write refers to it any more. */
  readonly buffers: (Buffer | null)[] = [];
  readonly starts: Int32Array = new Int32Array(blockWrites);
  readonly keyEnds: Int32Array = new Int32Array(blockWrites);
  readonly ends: Int32Array = new Int32Array(blockWrites);
  readonly kinds: Uint8Array = new Uint8Array(blockWrites);
  /** Number of changelog records that had been appended up to and including this write's. */
  readonly sequences: Float64Array = new Float64Array(blockWrites);
  readonly streamTimes: Float64Array = new Float64Array(blockWrites);
  /** The next write of the same key, -1 if there is none. */
  readonly next: Float64Array = new Float64Array(blockWrites);
}

/**
 * Writes in the order of their changelog records, oldest first, as columns in blocks, so that growing copies nothing. A write
 * has a number that is never used again; its bytes lie in a chunk as `key ‖ number(8) ‖ kind(1) ‖ value`.
 */
export class TailLog {
  /** The number of the oldest write. */
  first: number = 0;
  /** The number that the next write gets. */
  end: number = 0;
  /** An estimate of the memory in use. */
  bytes: number = 0;
  readonly #blocks: Block[] = [];
  /** The number of the first block's first place. */
  #base = 0;
  #chunk: Buffer = Buffer.alloc(0);
  #chunkAt = 0;

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
    const at = number - this.#base;
    if (at >> blockBits === this.#blocks.length) this.#blocks.push(new Block());
    const block = this.#blocks[at >> blockBits]!;
    const i = at & (blockWrites - 1);
    block.buffers[i] = buffer;
    block.starts[i] = start;
    block.keyEnds[i] = prefixAt;
    block.ends[i] = end;
    block.kinds[i] = kind;
    block.sequences[i] = sequence;
    block.streamTimes[i] = streamTimeMs;
    block.next[i] = -1;
    if (previous >= 0) this.#blockOf(previous).next[this.#place(previous)] = number;
    this.end = number + 1;
    this.bytes += 2 * size + overheadBytes;
    return number;
  }

  /** Forgets the oldest writes, those below `number`. */
  dropBelow(number: number): void {
    for (; this.first < number; this.first += 1) {
      const block = this.#blockOf(this.first);
      const i = this.#place(this.first);
      this.bytes -= 2 * (block.ends[i]! - block.starts[i]!) + overheadBytes;
      block.buffers[i] = null;
    }
    while (this.first - this.#base >= blockWrites) {
      this.#blocks.shift();
      this.#base += blockWrites;
    }
  }

  buffer(number: number): Buffer {
    return this.#blockOf(number).buffers[this.#place(number)]!;
  }
  keyStart(number: number): number {
    return this.#blockOf(number).starts[this.#place(number)]!;
  }
  keyEnd(number: number): number {
    return this.#blockOf(number).keyEnds[this.#place(number)]!;
  }
  valueStart(number: number): number {
    return this.keyEnd(number) + valuePrefixBytes;
  }
  valueEnd(number: number): number {
    return this.#blockOf(number).ends[this.#place(number)]!;
  }
  kind(number: number): number {
    return this.#blockOf(number).kinds[this.#place(number)]!;
  }
  sequence(number: number): number {
    return this.#blockOf(number).sequences[this.#place(number)]!;
  }
  streamTimeMs(number: number): number {
    return this.#blockOf(number).streamTimes[this.#place(number)]!;
  }
  /** The write that replaces this one, -1 if there is none. */
  next(number: number): number {
    return this.#blockOf(number).next[this.#place(number)]!;
  }

  /** Checks what is true between any two calls, without a look at the writes. */
  assertBounds(): void {
    assert(this.first <= this.end, "the oldest write comes before the next one");
    assert(this.first - this.#base >= 0 && this.first - this.#base < blockWrites, "the first block has the oldest write");
    assert(this.end - this.#base <= this.#blocks.length * blockWrites, "the blocks have all writes");
    assert(this.bytes >= 0 && (this.first < this.end || this.bytes === 0), "an empty log takes no memory");
  }

  /** Checks every write; for tests. */
  assertConsistent(): void {
    this.assertBounds();
    let bytes = 0;
    for (let number = this.first; number < this.end; number += 1) {
      const next = this.next(number);
      assert(next === -1 || (next > number && next < this.end), "a write is replaced by a later one");
      assert(
        number === this.first || this.sequence(number) >= this.sequence(number - 1),
        "writes are in the order of their records",
      );
      assert(this.buffer(number).readDoubleLE(this.keyEnd(number)) === number, "a write's bytes have its number");
      bytes += 2 * (this.valueEnd(number) - this.keyStart(number)) + overheadBytes;
    }
    assert(bytes === this.bytes, "the log counts the memory of its writes");
  }

  #blockOf(number: number): Block {
    return this.#blocks[(number - this.#base) >> blockBits]!;
  }

  #place(number: number): number {
    return (number - this.#base) & (blockWrites - 1);
  }
}
