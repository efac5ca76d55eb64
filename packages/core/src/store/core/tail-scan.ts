import { Slice } from "../../serde/slice.ts";
import type { EngineScan } from "../engine/engine.ts";
import { compareBytes } from "../engine/memory-space.ts";
import { deleteWrite, kindAt, valuePrefixBytes } from "./tail-log.ts";

/** Keys `from <= key < to` (null: open) of the engine that a pending deletion hides. */
export interface HiddenRange {
  readonly number: number;
  readonly from: Uint8Array | null;
  readonly to: Uint8Array | null;
}

/** Merges the writes that are on their way with what the engine holds: the writes win, their deletes hide. */
export class TailScan implements EngineScan {
  readonly key: Slice = new Slice();
  readonly value: Slice = new Slice();
  readonly #written: EngineScan;
  readonly #stored: EngineScan;
  readonly #hidden: readonly HiddenRange[];
  readonly #reverse: boolean;
  /** True while the side of the writes stands on a row that was not yielded yet; `#hasStored` is the engine's. */
  #hasWritten = false;
  #hasStored = false;
  #writtenOver = false;
  #storedOver = false;

  constructor(written: EngineScan, stored: EngineScan, hidden: readonly HiddenRange[], reverse: boolean) {
    this.#written = written;
    this.#stored = stored;
    this.#hidden = hidden;
    this.#reverse = reverse;
  }

  next(): boolean {
    const written = this.#written;
    const stored = this.#stored;
    while (this.#advance()) {
      const order = this.#order();
      if (order > 0) {
        this.#hasStored = false;
        this.#yield(stored, 0);
        return true;
      }
      if (order === 0) this.#hasStored = false;
      this.#hasWritten = false;
      if (written.value.buffer[written.value.start + kindAt] === deleteWrite) continue;
      this.#yield(written, valuePrefixBytes);
      return true;
    }
    this.close();
    return false;
  }

  close(): void {
    this.#hasWritten = false;
    this.#hasStored = false;
    this.#writtenOver = true;
    this.#storedOver = true;
    this.#written.close();
    this.#stored.close();
  }

  /** Puts each side on a row that was not yielded yet; false: there is none any more. */
  #advance(): boolean {
    if (!this.#hasWritten && !this.#writtenOver) {
      this.#hasWritten = this.#written.next();
      this.#writtenOver = !this.#hasWritten;
    }
    if (!this.#hasStored && !this.#storedOver) {
      this.#hasStored = this.#nextStored();
      this.#storedOver = !this.#hasStored;
    }
    return this.#hasWritten || this.#hasStored;
  }

  /** Negative: the write comes first, or alone; 0: both sides have the key; positive: the engine's row comes first, or alone. */
  #order(): number {
    if (!this.#hasStored) return -1;
    if (!this.#hasWritten) return 1;
    const { buffer, start, end } = this.#stored.key;
    const order = compareKey(this.#written.key, buffer, start, end - start);
    return this.#reverse ? -order : order;
  }

  #yield({ key, value }: EngineScan, prefixBytes: number): void {
    this.key.set(key.buffer, key.start, key.end);
    this.value.set(value.buffer, value.start + prefixBytes, value.end);
  }

  #nextStored(): boolean {
    while (this.#stored.next()) if (!isHidden(this.#hidden, this.#stored.key)) return true;
    return false;
  }
}

export function isHidden(ranges: readonly HiddenRange[], key: Slice): boolean {
  for (const { from, to } of ranges) {
    if (from !== null && compareKey(key, from, 0, from.length) < 0) continue;
    if (to === null || compareKey(key, to, 0, to.length) < 0) return true;
  }
  return false;
}

function compareKey(key: Slice, other: Uint8Array, start: number, length: number): number {
  return compareBytes(key.buffer, key.start, key.end - key.start, other, start, length);
}
