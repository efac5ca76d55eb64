import { copyBytes, Slice } from "../../serde/slice.ts";
import { ByteArena, classSize, offsetBits, offsetMask, sizeClassOf } from "./byte-arena.ts";
import type { Checkpoint, EngineScan, EngineSpace } from "./engine.ts";
import { MemoryScan } from "./memory-scan.ts";
import { SortedEntries } from "./sorted-entries.ts";

const slotsMin = 16;

/**
 * A key space in memory: a hash table of entries whose bytes, `key ‖ value`, lie in an arena; nothing in it is an object
 * per entry. The order of the keys is built when it is first asked for, and kept up from then on.
 *
 * A scan reads the table itself until the next write, which first makes it copy what it has left (`MemoryScan.detach`).
 */
export class MemorySpace implements EngineSpace {
  readonly store: string;
  readonly partition: number;
  count: number = 0;
  readonly #arena: ByteArena;
  /** Entry + 1, 0 where free; open addressing, a power of two, at most half full. */
  #slots: Int32Array = new Int32Array(slotsMin);
  #hashes: Int32Array = new Int32Array(slotsMin >> 1);
  #positions: Int32Array = new Int32Array(slotsMin >> 1);
  #keyLengths: Int32Array = new Int32Array(slotsMin >> 1);
  #valueLengths: Int32Array = new Int32Array(slotsMin >> 1);
  #classes: Uint8Array = new Uint8Array(slotsMin >> 1);
  /** Entries 0 to `#used` - 1 are taken or in `#free`. */
  #used = 0;
  #free: number[] = [];
  #order: SortedEntries | null = null;
  #putsSinceSweep = 0;
  #liveScans: MemoryScan[] = [];
  #checkpoint: Checkpoint | null = null;
  readonly #key: Slice = new Slice();
  readonly #value: Slice = new Slice();

  constructor(store: string, partition: number) {
    this.store = store;
    this.partition = partition;
    this.#arena = new ByteArena(store, partition);
  }

  /** Size of keys and values in bytes, including deleted ones that are kept for open scans. */
  get bytes(): number {
    return this.#arena.bytes;
  }

  get(key: Uint8Array): Buffer | null {
    this.#key.set(asBuffer(key), 0, key.length);
    return this.find(this.#key, this.#value) ? this.#value.copy() : null;
  }

  getMany(keys: readonly Uint8Array[]): (Buffer | null)[] {
    return keys.map((key) => this.get(key));
  }

  find(key: Slice, value: Slice): boolean {
    const slot = this.#slotOf(key.buffer, key.start, key.end);
    const entry = this.#slots[slot]! - 1;
    if (entry < 0) return false;
    this.readValue(entry, value);
    return true;
  }

  scan(from: Uint8Array | null, to: Uint8Array | null, reverse: boolean): EngineScan {
    const scan = new MemoryScan(this, this.#ordered(), from, to, reverse);
    this.#liveScans.push(scan);
    return scan;
  }

  checkpoint(): Checkpoint | null {
    return this.#checkpoint;
  }

  setCheckpoint(checkpoint: Checkpoint | null): void {
    this.#checkpoint = checkpoint;
  }

  /** A scan ended, or has copied what it needs. */
  forget(scan: MemoryScan): void {
    const at = this.#liveScans.indexOf(scan);
    if (at >= 0) this.#liveScans.splice(at, 1);
  }

  put(from: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    if (this.#liveScans.length > 0) this.#detachScans();
    this.#putsSinceSweep += 1;
    const slot = this.#slotOf(from, keyStart, keyEnd);
    const entry = this.#slots[slot]! - 1;
    if (entry < 0) this.#insert(slot, from, keyStart, keyEnd, valueStart, valueEnd);
    else this.#replace(entry, from, keyStart, valueStart, valueEnd);
  }

  delete(from: Buffer, keyStart: number, keyEnd: number): void {
    if (this.#liveScans.length > 0) this.#detachScans();
    const slot = this.#slotOf(from, keyStart, keyEnd);
    const entry = this.#slots[slot]! - 1;
    if (entry < 0) return;
    this.#order?.remove(entry);
    this.#removeAt(slot, entry);
  }

  deleteRange(from: Uint8Array | null, to: Uint8Array | null): void {
    if (this.#liveScans.length > 0) this.#detachScans();
    if (from === null && to === null) {
      this.#clear();
    } else if (this.#order === null && this.#putsSinceSweep * 4 >= this.count) {
      this.#sweep(from, to);
    } else {
      const doomed = new MemoryScan(this, this.#ordered(), from, to, false).restOfEntries();
      for (const entry of doomed) {
        this.#order?.remove(entry);
        this.#removeAt(this.#slotOfEntry(entry), entry);
      }
    }
  }

  /** Negative, 0, positive: the entry's key against a key. */
  compareKey(entry: number, key: Uint8Array): number {
    const position = this.#positions[entry]!;
    const slab = this.#arena.slabs[position >>> offsetBits]!;
    return compareBytes(slab, position & offsetMask, this.#keyLengths[entry]!, key, 0, key.length);
  }

  compareEntries(a: number, b: number): number {
    const atA = this.#positions[a]!;
    const atB = this.#positions[b]!;
    const slabs = this.#arena.slabs;
    return compareBytes(
      slabs[atA >>> offsetBits]!,
      atA & offsetMask,
      this.#keyLengths[a]!,
      slabs[atB >>> offsetBits]!,
      atB & offsetMask,
      this.#keyLengths[b]!,
    );
  }

  readKey(entry: number, key: Slice): void {
    const position = this.#positions[entry]!;
    const start = position & offsetMask;
    key.set(this.#arena.slabs[position >>> offsetBits]!, start, start + this.#keyLengths[entry]!);
  }

  readValue(entry: number, value: Slice): void {
    const position = this.#positions[entry]!;
    const start = (position & offsetMask) + this.#keyLengths[entry]!;
    value.set(this.#arena.slabs[position >>> offsetBits]!, start, start + this.#valueLengths[entry]!);
  }

  #insert(slot: number, from: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const keyLength = keyEnd - keyStart;
    const valueLength = valueEnd - valueStart;
    const sizeClass = sizeClassOf(keyLength + valueLength);
    const position = this.#arena.allocate(sizeClass);
    const slab = this.#arena.slabs[position >>> offsetBits]!;
    const valueAt = copyBytes(from, keyStart, keyEnd, slab, position & offsetMask);
    copyBytes(from, valueStart, valueEnd, slab, valueAt);
    if (this.#free.length === 0 && this.#used === this.#hashes.length) this.#growColumns();
    const entry = this.#free.length > 0 ? this.#free.pop()! : this.#used++;
    this.#hashes[entry] = hashBytes(from, keyStart, keyEnd);
    this.#positions[entry] = position;
    this.#keyLengths[entry] = keyLength;
    this.#valueLengths[entry] = valueLength;
    this.#classes[entry] = sizeClass;
    this.#slots[slot] = entry + 1;
    this.count += 1;
    this.#order?.insert(entry);
    if (this.count * 2 > this.#slots.length) this.#growSlots();
  }

  #replace(entry: number, from: Buffer, keyStart: number, valueStart: number, valueEnd: number): void {
    const keyLength = this.#keyLengths[entry]!;
    const valueLength = valueEnd - valueStart;
    const position = this.#positions[entry]!;
    const size = keyLength + valueLength;
    const sizeClass = this.#classes[entry]!;
    this.#valueLengths[entry] = valueLength;
    // a block that is far too large is given back, lest one large value of each key fill the memory for good
    if (size <= classSize(sizeClass) && size * 4 >= classSize(sizeClass)) {
      copyBytes(from, valueStart, valueEnd, this.#arena.slabs[position >>> offsetBits]!, (position & offsetMask) + keyLength);
      return;
    }
    this.#arena.release(position, sizeClass);
    const newClass = sizeClassOf(size);
    const newPosition = this.#arena.allocate(newClass);
    const slab = this.#arena.slabs[newPosition >>> offsetBits]!;
    const valueAt = copyBytes(from, keyStart, keyStart + keyLength, slab, newPosition & offsetMask);
    copyBytes(from, valueStart, valueEnd, slab, valueAt);
    this.#positions[entry] = newPosition;
    this.#classes[entry] = newClass;
  }

  #removeAt(slot: number, entry: number): void {
    this.#release(entry);
    // close the gap: move back what would not be found behind it
    const slots = this.#slots;
    const mask = slots.length - 1;
    let gap = slot;
    for (let next = (slot + 1) & mask; slots[next] !== 0; next = (next + 1) & mask) {
      const home = this.#hashes[slots[next]! - 1]! & mask;
      if (((next - home) & mask) >= ((next - gap) & mask)) {
        slots[gap] = slots[next]!;
        gap = next;
      }
    }
    slots[gap] = 0;
  }

  /** The slot of the key's entry, or the free one where it would go. */
  #slotOf(key: Buffer, start: number, end: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const hash = hashBytes(key, start, end);
    const length = end - start;
    let slot = hash & mask;
    for (;;) {
      const entry = slots[slot]! - 1;
      if (entry < 0) return slot;
      if (this.#hashes[entry] === hash && this.#keyLengths[entry] === length && this.#isKey(entry, key, start, length))
        return slot;
      slot = (slot + 1) & mask;
    }
  }

  #isKey(entry: number, key: Buffer, start: number, length: number): boolean {
    const position = this.#positions[entry]!;
    const slab = this.#arena.slabs[position >>> offsetBits]!;
    const at = position & offsetMask;
    for (let i = 0; i < length; i += 1) {
      if (slab[at + i] !== key[start + i]) return false;
    }
    return true;
  }

  #slotOfEntry(entry: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes[entry]! & mask;
    while (this.#slots[slot] !== entry + 1) slot = (slot + 1) & mask;
    return slot;
  }

  #entries(): number[] {
    const entries: number[] = [];
    for (const slot of this.#slots) if (slot !== 0) entries.push(slot - 1);
    return entries;
  }

  #ordered(): SortedEntries {
    this.#order ??= new SortedEntries(this.#entries(), this);
    return this.#order;
  }

  /**
   * Deletes a range by looking at all entries, which needs no order; there were enough puts since the last time to pay for
   * it. Window stores drop their expired segments this way, and most never need an order.
   */
  #sweep(from: Uint8Array | null, to: Uint8Array | null): void {
    this.#putsSinceSweep = 0;
    this.#slots.fill(0);
    const mask = this.#slots.length - 1;
    for (let entry = 0; entry < this.#used; entry += 1) {
      if (this.#keyLengths[entry]! < 0) continue; // free
      if ((from === null || this.compareKey(entry, from) >= 0) && (to === null || this.compareKey(entry, to) < 0)) {
        this.#release(entry);
        continue;
      }
      let slot = this.#hashes[entry]! & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = entry + 1;
    }
  }

  #release(entry: number): void {
    this.#arena.release(this.#positions[entry]!, this.#classes[entry]!);
    this.#keyLengths[entry] = -1;
    this.#free.push(entry);
    this.count -= 1;
  }

  #detachScans(): void {
    const scans = this.#liveScans;
    this.#liveScans = [];
    for (const scan of scans) scan.detach();
  }

  #clear(): void {
    this.#arena.clear();
    this.#slots = new Int32Array(slotsMin);
    this.#used = 0;
    this.#free = [];
    this.#order = null;
    this.count = 0;
  }

  #growColumns(): void {
    const size = this.#hashes.length * 2;
    this.#hashes = grown(this.#hashes, size);
    this.#positions = grown(this.#positions, size);
    this.#keyLengths = grown(this.#keyLengths, size);
    this.#valueLengths = grown(this.#valueLengths, size);
    const classes = new Uint8Array(size);
    classes.set(this.#classes);
    this.#classes = classes;
  }

  #growSlots(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2);
    const mask = slots.length - 1;
    for (const taken of old) {
      if (taken === 0) continue;
      let slot = this.#hashes[taken - 1]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = taken;
    }
    this.#slots = slots;
  }
}

function grown(column: Int32Array, size: number): Int32Array {
  const larger = new Int32Array(size);
  larger.set(column);
  return larger;
}

/** Four bytes at a time, then the finalizer of Murmur3; the table needs all bits mixed, nothing more. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x9747b28c ^ (end - start);
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    hash = Math.imul(hash ^ word, 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  for (; i < end; i += 1) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Unsigned byte order; a prefix comes first. */
export function compareBytes(
  a: Uint8Array,
  startA: number,
  lengthA: number,
  b: Uint8Array,
  startB: number,
  lengthB: number,
): number {
  const length = lengthA < lengthB ? lengthA : lengthB;
  for (let i = 0; i < length; i += 1) {
    const difference = a[startA + i]! - b[startB + i]!;
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
