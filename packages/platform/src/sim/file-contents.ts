import type { SeededRandom } from "./seeded-random.ts";

/** The unit in which file systems write. */
const pageBytes = 4096;

/** A change that is not on the disk yet, with what it takes to undo it. */
interface Change {
  readonly sequence: number;
  readonly position: number;
  /** Bytes written; 0: a truncation to `position`. */
  length: number;
  readonly sizeBefore: number;
  /** Bytes that were overwritten or cut off, from `position` on. */
  readonly before: Buffer;
}

/** The bytes of one file, and how to go back to what the disk is sure to hold. */
export class FileContents {
  #bytes: Buffer = Buffer.alloc(0);
  #size = 0;
  #changes: Change[] = [];
  #sequence = 0;
  /** Changes up to this one are part of a sync under way: later writes must not be joined to them. */
  #sealed = 0;

  get size(): number {
    return this.#size;
  }

  read(into: Uint8Array, at: number, length: number, position: number): number {
    const end = Math.min(this.#size, position + length);
    if (end <= position) return 0;
    into.set(this.#bytes.subarray(position, end), at);
    return end - position;
  }

  copy(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#size));
  }

  write(chunks: readonly Uint8Array[], position: number): void {
    let length = 0;
    for (const chunk of chunks) length += chunk.length;
    if (length === 0) return;
    this.#record(position, length, Math.min(this.#size, position + length));
    this.#resize(Math.max(this.#size, position + length));
    let at = position;
    for (const chunk of chunks) {
      this.#bytes.set(chunk, at);
      at += chunk.length;
    }
  }

  truncate(length: number): void {
    if (length === this.#size) return;
    this.#record(length, 0, this.#size);
    this.#resize(length);
  }

  /** Returns the number of the last change that a sync beginning now will make durable. */
  seal(): number {
    this.#sealed = this.#sequence;
    return this.#sequence;
  }

  /** A sync is done. */
  synced(sequence: number): void {
    let kept = 0;
    while (kept < this.#changes.length && this.#changes[kept]!.sequence <= sequence) kept += 1;
    this.#changes.splice(0, kept);
  }

  /**
   * The power is gone: changes survive in their order up to a drawn one, which may be torn at any byte. If `losesPages`,
   * any page of that may then be as it was at the last sync: file systems write pages in an order of their own.
   */
  crash(random: SeededRandom, losesPages: boolean): void {
    const count = this.#changes.length;
    const fate = random.below(4);
    const surviving = fate === 0 ? 0 : fate === 1 ? count : random.below(count + 1);
    while (this.#changes.length > surviving + 1) this.#undo(this.#changes.pop()!, 0);
    const torn = this.#changes.length > surviving ? this.#changes.at(-1)! : undefined;
    if (torn !== undefined) this.#undo(torn, fate === 0 ? 0 : random.below(torn.length));
    if (losesPages && this.#changes.length > 0) this.#losePages(random);
    this.#changes = [];
  }

  #losePages(random: SeededRandom): void {
    const survived = this.copy();
    while (this.#changes.length > 0) this.#undo(this.#changes.pop()!, 0);
    const synced = this.copy();
    this.#resize(survived.length);
    this.#bytes.set(survived);
    const lossOneIn = [1, 2, 8, 1_000_000][random.below(4)]!;
    for (let start = 0; start < survived.length; start += pageBytes) {
      const end = Math.min(start + pageBytes, survived.length);
      const before = Buffer.alloc(end - start);
      before.set(synced.subarray(start, end));
      if (before.equals(survived.subarray(start, end)) || random.below(lossOneIn) > 0) continue;
      this.#bytes.set(before, start);
    }
  }

  /** Notes a change before it is made; `end` is where the bytes it destroys end. */
  #record(position: number, length: number, end: number): void {
    const last = this.#changes.at(-1);
    const appends = length > 0 && position === this.#size;
    if (appends && last !== undefined && last.sequence > this.#sealed && appended(last, this.#size)) {
      last.length += length;
      return;
    }
    this.#sequence += 1;
    const before = end > position ? Buffer.from(this.#bytes.subarray(position, end)) : Buffer.alloc(0);
    this.#changes.push({ sequence: this.#sequence, position, length, sizeBefore: this.#size, before });
  }

  /** Undoes a change but for the first `kept` bytes it wrote. */
  #undo(change: Change, kept: number): void {
    this.#resize(Math.max(change.sizeBefore, kept > 0 ? change.position + kept : 0));
    if (change.before.length > kept) this.#bytes.set(change.before.subarray(kept), change.position + kept);
  }

  /** New room reads as zeros. */
  #resize(size: number): void {
    if (size > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(size, 2 * this.#bytes.length, 64));
      this.#bytes.copy(grown, 0, 0, this.#size);
      this.#bytes = grown;
    } else if (size < this.#size) {
      this.#bytes.fill(0, size, this.#size);
    }
    this.#size = size;
  }
}

/** Returns true if a change did nothing but lengthen the file to `size`. */
function appended(change: Change, size: number): boolean {
  return change.length > 0 && change.before.length === 0 && change.position + change.length === size;
}
