import { strict as assert } from "node:assert";

/**
 * Tracks which of a store's changelog records the broker has, and at which offsets. Records are counted in the order in which
 * they were appended: record 1 is the first one. The task is its changelog's only writer, so that record k lies at `begin + k
 * - 1`.
 *
 * A batch with an uncertain attempt is acknowledged after batches that lie behind it: acknowledgements that come early wait.
 *
 * The end of a transaction leaves a control record, its marker, in each log that the transaction wrote to. It takes an offset,
 * and no record of the store has it:
 *
 * ```text
 * offset   10  11  12   13   14  15   16
 * record    1   2   3  end    4   5  end
 * ```
 */
export class Acknowledgements {
  /** Records appended. */
  appended: number = 0;
  /** All records up to this one are acknowledged. */
  acknowledged: number = 0;
  /** Others write to this changelog, too: offsets say nothing about the store any more. */
  diverged: boolean = false;
  /** The log has lost records: what it held is not what the engine holds. */
  truncated: boolean = false;
  /** A batch was given up: what the log holds is not what the store wrote. */
  failed: boolean = false;
  #beginOffset: number;
  /** For each marker the record before it, ascending. */
  #markers: number[] = [];
  /** Record before the last marker, whether it is still remembered or not. */
  #lastEnd = 0;
  /** Acknowledged records, those that came early among them. */
  #total = 0;
  /** Acknowledged ahead of others, by offset. */
  #early: { readonly baseOffset: number; readonly count: number }[] = [];

  /** @param beginOffset where the changelog ends now; NaN: not known, then no offset is */
  constructor(beginOffset: number) {
    this.#beginOffset = beginOffset;
  }

  /** @param baseOffset -1 if the broker does not say: it is taken for the next one */
  add(baseOffset: number, count: number): void {
    this.#total += count;
    if (!this.diverged) this.#place(baseOffset, count);
    if (this.#total !== this.appended) return;
    // All is acknowledged: what the gaps hold is another writer's.
    this.diverged ||= this.acknowledged !== this.appended;
    this.acknowledged = this.appended;
    this.#early = [];
  }

  /**
   * Takes note that a transaction has ended, after all its records were acknowledged. If some of them are in this log, its marker
   * is there, too.
   */
  transactionEnded(): void {
    if (this.appended === this.#lastEnd) return;
    this.#lastEnd = this.appended;
    this.#markers.push(this.appended);
  }

  /** The offset after a record, before a marker that may follow it; NaN if that is not known. */
  offsetAfter(record: number): number {
    if (this.diverged) return Number.NaN;
    let markers = 0;
    while (markers < this.#markers.length && this.#markers[markers]! < record) markers += 1;
    return this.#beginOffset + record + markers;
  }

  /** Forgets what only serves `offsetAfter` for records before this one. */
  forgetBefore(record: number): void {
    while (this.#markers.length > 0 && this.#markers[0]! < record) {
      this.#markers.shift();
      this.#beginOffset += 1;
    }
  }

  /** Offset that the next record to be acknowledged has. */
  #nextOffset(): number {
    return this.offsetAfter(this.acknowledged) + (this.#markers.includes(this.acknowledged) ? 1 : 0);
  }

  /** Checks what is true between any two calls. */
  assertBounds(): void {
    assert(this.acknowledged <= this.appended, "only what was appended is acknowledged");
    assert(this.#total <= this.appended, "no more is acknowledged than was appended");
  }

  #place(baseOffset: number, count: number): void {
    const next = this.#nextOffset();
    if (baseOffset > next) {
      const at = this.#early.findIndex((early) => early.baseOffset > baseOffset);
      this.#early.splice(at < 0 ? this.#early.length : at, 0, { baseOffset, count });
      return;
    }
    if (baseOffset >= 0 && baseOffset < next) {
      this.truncated = true;
      this.diverged = true;
      return;
    }
    this.acknowledged += count;
    while (this.#early.length > 0 && this.#early[0]!.baseOffset === this.#nextOffset()) {
      this.acknowledged += this.#early.shift()!.count;
    }
  }
}
