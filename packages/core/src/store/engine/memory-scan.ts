import { copyBytes, Slice } from "../../serde/slice.ts";
import type { EngineScan } from "./engine.ts";
import type { SortedEntries } from "./sorted-entries.ts";

/** Space in memory, as its scans know it. */
export interface ScannedSpace {
  /** Points the slice to an entry's key. */
  readKey(entry: number, key: Slice): void;
  /** Points the slice to an entry's value. */
  readValue(entry: number, value: Slice): void;
  /** Compares an entry's key with a key: negative, 0 or positive. */
  compareKey(entry: number, key: Uint8Array): number;
  /** Takes note that a scan ended, or has copied what it needs. */
  forget(scan: MemoryScan): void;
}

/**
 * A scan of a space in memory. It reads the space in place until the space is about to change; then `detach` copies what
 * is left, so that a scan which nobody writes under costs no copy, and any other sees the moment it began.
 */
export class MemoryScan implements EngineScan {
  readonly key: Slice = new Slice();
  readonly value: Slice = new Slice();
  readonly #reverse: boolean;
  #space: ScannedSpace | null;
  #order: SortedEntries | null;
  /** The next entry, and the place at which to stop: a place is a chunk and an index in it. */
  #chunk: number;
  #at: number;
  readonly #lastChunk: number;
  readonly #lastAt: number;
  /** After `detach`: lengths of keys and values in turn, and all their bytes. */
  #lengths: number[] = [];
  #copied: Buffer = Buffer.alloc(0);
  #copiedAt = 0;

  constructor(space: ScannedSpace, order: SortedEntries, from: Uint8Array | null, to: Uint8Array | null, reverse: boolean) {
    this.#space = space;
    this.#order = order;
    this.#reverse = reverse;
    const chunks = order.chunks;
    const [lowChunk, lowAt] = from === null ? [0, 0] : placeOf(space, order, from);
    const [highChunk, highAt] = to === null ? [chunks.length, 0] : placeOf(space, order, to);
    const empty = lowChunk > highChunk || (lowChunk === highChunk && lowAt >= highAt);
    // ascending from low up to high; descending from high, exclusive, down to low
    this.#chunk = reverse ? highChunk : lowChunk;
    this.#at = reverse ? highAt : lowAt;
    this.#lastChunk = empty ? this.#chunk : reverse ? lowChunk : highChunk;
    this.#lastAt = empty ? this.#at : reverse ? lowAt : highAt;
  }

  next(): boolean {
    if (this.#space === null) return this.#nextCopied();
    const entry = this.#nextEntry();
    if (entry < 0) {
      this.close();
      return false;
    }
    this.#space.readKey(entry, this.key);
    this.#space.readValue(entry, this.value);
    return true;
  }

  close(): void {
    this.#space?.forget(this);
    this.#space = null;
    this.#order = null;
    this.#lengths = [];
    this.#copiedAt = 0;
  }

  /** The space is about to change: copies the current entry and all that are left. */
  detach(): void {
    const space = this.#space!;
    this.#keepCurrent();
    const entries = this.restOfEntries();
    this.#space = null;
    this.#order = null;
    const slice = new Slice();
    let size = 0;
    for (const entry of entries) {
      space.readKey(entry, slice);
      size += slice.end - slice.start;
      space.readValue(entry, slice);
      size += slice.end - slice.start;
    }
    const copied = Buffer.allocUnsafeSlow(size);
    let at = 0;
    // last first, since nextCopied pops lengths from the end
    for (const entry of entries) {
      space.readKey(entry, slice);
      this.#lengths.push(slice.end - slice.start);
      at = copyBytes(slice.buffer, slice.start, slice.end, copied, at);
      space.readValue(entry, slice);
      this.#lengths.push(slice.end - slice.start);
      at = copyBytes(slice.buffer, slice.start, slice.end, copied, at);
    }
    this.#lengths.reverse();
    this.#copied = copied;
  }

  /** The entries that `next` has not come to yet; it will not come to them any more. */
  restOfEntries(): number[] {
    const entries: number[] = [];
    for (let entry = this.#nextEntry(); entry >= 0; entry = this.#nextEntry()) entries.push(entry);
    return entries;
  }

  #nextEntry(): number {
    const chunks = this.#order!.chunks;
    if (this.#reverse) {
      if (this.#chunk === this.#lastChunk && this.#at === this.#lastAt) return -1;
      if (this.#at === 0) {
        this.#chunk -= 1;
        this.#at = chunks[this.#chunk]!.length;
      }
      this.#at -= 1;
      return chunks[this.#chunk]![this.#at]!;
    }
    if (this.#chunk === this.#lastChunk && this.#at === this.#lastAt) return -1;
    const chunk = chunks[this.#chunk]!;
    const entry = chunk[this.#at]!;
    this.#at += 1;
    if (this.#at === chunk.length) {
      this.#chunk += 1;
      this.#at = 0;
    }
    return entry;
  }

  #nextCopied(): boolean {
    if (this.#lengths.length === 0) return false;
    const valueAt = this.#copiedAt + this.#lengths.pop()!;
    const end = valueAt + this.#lengths.pop()!;
    this.key.set(this.#copied, this.#copiedAt, valueAt);
    this.value.set(this.#copied, valueAt, end);
    this.#copiedAt = end;
    return true;
  }

  #keepCurrent(): void {
    const key = this.key.copy();
    const value = this.value.copy();
    this.key.set(key, 0, key.length);
    this.value.set(value, 0, value.length);
  }
}

/** The place of the first entry that does not come before the key; never the end of a chunk. */
function placeOf(space: ScannedSpace, order: SortedEntries, key: Uint8Array): [number, number] {
  const chunks = order.chunks;
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const chunk = chunks[middle]!;
    if (space.compareKey(chunk[chunk.length - 1]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  const chunk = chunks[low];
  if (chunk === undefined) return [low, 0];
  let at = 0;
  let end = chunk.length;
  while (at < end) {
    const middle = (at + end) >> 1;
    if (space.compareKey(chunk[middle]!, key) < 0) at = middle + 1;
    else end = middle;
  }
  return [low, at];
}
