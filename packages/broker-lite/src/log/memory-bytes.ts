import type { LogStorage, SegmentBytes } from "./segment-bytes.ts";

const chunkBytesMin = 4 * 1024;
const chunkBytesMax = 1024 * 1024;

/**
 * Segment bytes in chunks that double from 4 KiB to 1 MiB. Batches are copied in, since a kept slice of a request would
 * hold the whole request; a batch never spans two chunks, so that it can be viewed whole.
 */
export class MemoryBytes implements SegmentBytes {
  size = 0;
  readonly #chunks: Buffer[] = [];
  /** `#ends[i]` is the position at which the content of chunk `i` ends. */
  readonly #ends: number[] = [];

  append(batch: Uint8Array): void {
    const last = this.#chunks.length - 1;
    const used = last < 0 ? 0 : this.size - this.#start(last);
    if (last >= 0 && used + batch.length <= this.#chunks[last]!.length) {
      this.#chunks[last]!.set(batch, used);
      this.#ends[last] = this.size + batch.length;
    } else {
      const bytesWanted = last < 0 ? chunkBytesMin : Math.min(this.#chunks[last]!.length * 2, chunkBytesMax);
      const chunk = Buffer.allocUnsafeSlow(Math.max(bytesWanted, batch.length));
      chunk.set(batch, 0);
      this.#chunks.push(chunk);
      this.#ends.push(this.size + batch.length);
    }
    this.size += batch.length;
  }

  read(position: number, length: number): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    const end = Math.min(position + length, this.size);
    for (let i = this.#chunkAt(position); i < this.#chunks.length && this.#start(i) < end; i += 1) {
      const start = this.#start(i);
      pieces.push(this.#chunks[i]!.subarray(Math.max(position - start, 0), Math.min(end, this.#ends[i]!) - start));
    }
    return pieces;
  }

  view(position: number, _lengthMin: number): Buffer {
    const i = this.#chunkAt(position);
    if (i >= this.#chunks.length) return Buffer.alloc(0);
    return this.#chunks[i]!.subarray(position - this.#start(i), this.#ends[i]! - this.#start(i));
  }

  truncate(size: number): void {
    while (this.#chunks.length > 0 && this.#start(this.#chunks.length - 1) >= size) {
      this.#chunks.pop();
      this.#ends.pop();
    }
    const last = this.#chunks.length - 1;
    if (last >= 0 && this.#ends[last]! > size) {
      // What was read stays as it was: the cut bytes must not be overwritten by later appends.
      this.#chunks[last] = this.#chunks[last]!.subarray(0, size - this.#start(last));
      this.#ends[last] = size;
    }
    this.size = Math.min(this.size, size);
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  readIndex(): null {
    return null;
  }

  writeIndex(): void {}

  rewriteIndex(): void {}

  replaceIndex(): Promise<void> {
    return Promise.resolve();
  }

  syncIndexes(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}

  #start(chunk: number): number {
    return chunk === 0 ? 0 : this.#ends[chunk - 1]!;
  }

  #chunkAt(position: number): number {
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ends[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A partition's segments in memory. */
export class MemoryStorage implements LogStorage {
  readonly durable = false;
  readonly #segments = new Map<number, MemoryBytes>();

  list(): number[] {
    return [...this.#segments.keys()].sort((a, b) => a - b);
  }

  open(baseOffset: number): SegmentBytes {
    return this.#segments.get(baseOffset) ?? this.create(baseOffset);
  }

  create(baseOffset: number): SegmentBytes {
    const bytes = new MemoryBytes();
    this.#segments.set(baseOffset, bytes);
    return bytes;
  }

  remove(baseOffset: number): void {
    this.#segments.delete(baseOffset);
  }

  listSnapshots(): number[] {
    return [];
  }

  removeSnapshot(): void {}

  readFile(): null {
    return null;
  }

  writeFile(): void {}

  syncDirectory(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}
