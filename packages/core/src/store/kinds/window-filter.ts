import { murmur2 } from "@millrace/protocol";

/** Bits of the first layer of a window; a layer that is full is followed by one eight times as large. */
const firstLayerBits = 1 << 15;
const lastLayerBits = 1 << 21;
const bitsPerKey = 8;
/** Size limit of the filters of all windows of a store partition. */
const bytesMaxDefault = 4 * 1024 * 1024;

/**
 * Bloom filter per window of the keys that a window store may hold, for windows that started after the filter's beginning.
 * With many keys and short windows nearly every key is new in its window, and the filter saves the look-up on disk. Two
 * probes in bits per window; it errs only towards "may be there".
 *
 * The filter knows nothing of windows that start at or before `#watchedAfterMs`. Every put must be added, and every restored
 * window must be reported to `watchAfter`.
 */
export class WindowFilter {
  readonly #bytesMax: number;
  readonly #windows = new Map<number, WindowKeys>();
  #bytes = 0;
  #watchedAfterMs = Number.POSITIVE_INFINITY;

  constructor(bytesMax: number = bytesMaxDefault) {
    this.#bytesMax = bytesMax;
  }

  /** Nothing that the store holds starts after this; NaN: it holds nothing. */
  watchAfter(startMs: number): void {
    this.#windows.clear();
    this.#bytes = 0;
    this.#watchedAfterMs = startMs === startMs ? startMs : Number.NEGATIVE_INFINITY;
  }

  /** The key lies at `start`…`end` of the buffer. */
  isAbsent(windowStartMs: number, buffer: Buffer, start: number, end: number): boolean {
    if (windowStartMs <= this.#watchedAfterMs) return false;
    const keys = this.#windows.get(windowStartMs);
    return keys === undefined || !keys.has(murmur2(buffer, start, end));
  }

  add(windowStartMs: number, buffer: Buffer, start: number, end: number): void {
    if (windowStartMs <= this.#watchedAfterMs) return;
    let keys = this.#windows.get(windowStartMs);
    if (keys === undefined) {
      keys = new WindowKeys();
      this.#windows.set(windowStartMs, keys);
      this.#bytes += keys.bytes;
    }
    const bytesBefore = keys.bytes;
    keys.add(murmur2(buffer, start, end));
    this.#bytes += keys.bytes - bytesBefore;
    while (this.#bytes > this.#bytesMax) this.#dropOldest();
  }

  #dropOldest(): void {
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const startMs of this.#windows.keys()) if (startMs < oldestMs) oldestMs = startMs;
    this.#bytes -= this.#windows.get(oldestMs)!.bytes;
    this.#windows.delete(oldestMs);
    this.#watchedAfterMs = oldestMs;
  }
}

/** Filter of one window: the newest layer takes new keys, a look-up asks all layers. */
class WindowKeys {
  bytes: number = firstLayerBits / 8;
  readonly #layers: Uint32Array[] = [new Uint32Array(firstLayerBits / 32)];
  #newest = this.#layers[0]!;
  #room = firstLayerBits / bitsPerKey;

  has(hash: number): boolean {
    const layers = this.#layers;
    for (let i = layers.length - 1; i >= 0; i -= 1) if (hasBits(layers[i]!, hash)) return true;
    return false;
  }

  add(hash: number): void {
    if (this.has(hash)) return;
    const bits = this.#newest.length * 32;
    if (this.#room === 0 && bits < lastLayerBits) {
      this.#newest = new Uint32Array(this.#newest.length * 8);
      this.#layers.push(this.#newest);
      this.#room = (bits * 8) / bitsPerKey;
      this.bytes += bits;
    }
    if (this.#room > 0) this.#room -= 1;
    const layer = this.#newest;
    const mask = layer.length * 32 - 1;
    const first = hash & mask;
    const second = secondHash(hash) & mask;
    layer[first >>> 5]! |= 1 << (first & 31);
    layer[second >>> 5]! |= 1 << (second & 31);
  }
}

function hasBits(layer: Uint32Array, hash: number): boolean {
  const mask = layer.length * 32 - 1;
  const first = hash & mask;
  const second = secondHash(hash) & mask;
  return (layer[first >>> 5]! & (1 << (first & 31))) !== 0 && (layer[second >>> 5]! & (1 << (second & 31))) !== 0;
}

/** Derives a second hash from bits that the first one does not use. */
function secondHash(hash: number): number {
  const mixed = Math.imul(hash, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
