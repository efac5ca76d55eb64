import { MemoryStoreFullError } from "../errors.ts";

/** A position has 12 bits for the slab. */
const slabsMaxDefault = 1 << 12;

/**
 * Memory for many small blocks of bytes, outside the reach of the garbage collector: blocks lie in slabs, freed ones are
 * taken again by blocks of the same size class. A block is named by its position, `slab << 20 | offset`.
 */
export class ByteArena {
  readonly slabs: Buffer[] = [];
  /** Size of all slabs in bytes, free space in them included. */
  bytes: number = 0;
  /** Free blocks by size class. */
  readonly #free: number[][] = [];
  readonly #store: string;
  readonly #partition: number;
  readonly #slabsMax: number;
  #at = 0;
  #room = 0;

  /** @param slabsMax fewer only for tests */
  constructor(store: string, partition: number, slabsMax: number = slabsMaxDefault) {
    this.#store = store;
    this.#partition = partition;
    this.#slabsMax = slabsMax;
  }

  /** The position of a block of `sizeClass`. @throws {MemoryStoreFullError} `STREAMS_MEMORY_STORE_FULL` */
  allocate(sizeClass: number): number {
    const free = this.#free[sizeClass];
    if (free !== undefined && free.length > 0) return free.pop()!;
    const size = classSize(sizeClass);
    if (size > slabBytesMax) return this.#slab(size) << offsetBits;
    if (size > this.#room) {
      const slabBytes = Math.min(slabBytesMax, Math.max(slabBytesMin << (2 * Math.min(this.slabs.length, 3)), size));
      this.#at = this.#slab(slabBytes) << offsetBits;
      this.#room = slabBytes;
    }
    const position = this.#at;
    this.#at += size;
    this.#room -= size;
    return position;
  }

  release(position: number, sizeClass: number): void {
    const free = this.#free[sizeClass];
    if (free === undefined) this.#free[sizeClass] = [position];
    else free.push(position);
  }

  clear(): void {
    this.slabs.length = 0;
    this.bytes = 0;
    this.#free.length = 0;
    this.#room = 0;
  }

  #slab(size: number): number {
    if (this.slabs.length >= this.#slabsMax) throw new MemoryStoreFullError(this.#store, this.#partition);
    this.slabs.push(Buffer.allocUnsafeSlow(size));
    this.bytes += size;
    return this.slabs.length - 1;
  }
}

export const offsetBits = 20;
export const offsetMask: number = (1 << offsetBits) - 1;
const slabBytesMin = 1 << 14;
const slabBytesMax = 1 << offsetBits;

/** The least class whose blocks hold `size` bytes: steps of 16 up to 512 (classes 0 to 31), then four steps per doubling. */
export function sizeClassOf(size: number): number {
  if (size <= 512) return ((size + 15) >> 4) - (size > 0 ? 1 : 0);
  const exponent = 31 - Math.clz32(size - 1); // 2^exponent < size <= 2^(exponent + 1)
  const quarter = ((size - 1) >> (exponent - 2)) & 3;
  return 32 + (exponent - 9) * 4 + quarter;
}

export function classSize(sizeClass: number): number {
  if (sizeClass < 32) return (sizeClass + 1) << 4;
  const step = sizeClass - 32;
  return (5 + (step & 3)) << ((step >> 2) + 7);
}
