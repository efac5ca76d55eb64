import { strict as assert } from "node:assert";

/**
 * A doubly linked list of entries, whose links are columns: no object, and nothing to collect, per entry. Entry 0 is the
 * list itself: its next is the first, its previous the last.
 */
export class EntryList {
  #next: Int32Array = new Int32Array(1);
  #previous: Int32Array = new Int32Array(1);

  /** 0 if the list is empty. */
  get first(): number {
    return this.#next[0]!;
  }

  get last(): number {
    return this.#previous[0]!;
  }

  /** 0 after the last. */
  after(entry: number): number {
    return this.#next[entry]!;
  }

  addFirst(entry: number): void {
    const first = this.#next[0]!;
    this.#next[entry] = first;
    this.#previous[entry] = 0;
    this.#previous[first] = entry;
    this.#next[0] = entry;
  }

  addLast(entry: number): void {
    const last = this.#previous[0]!;
    this.#previous[entry] = last;
    this.#next[entry] = 0;
    this.#next[last] = entry;
    this.#previous[0] = entry;
  }

  remove(entry: number): void {
    const previous = this.#previous[entry]!;
    const next = this.#next[entry]!;
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  /** All entries; for assertions. */
  entries(): Set<number> {
    const entries = new Set<number>();
    for (let entry = this.first; entry !== 0; entry = this.after(entry)) {
      assert(!entries.has(entry) && this.#previous[this.after(entry)] === entry, "a list has each entry once, linked both ways");
      entries.add(entry);
    }
    return entries;
  }

  clear(): void {
    this.#next[0] = 0;
    this.#previous[0] = 0;
  }

  grow(size: number): void {
    const next = new Int32Array(size);
    const previous = new Int32Array(size);
    next.set(this.#next);
    previous.set(this.#previous);
    this.#next = next;
    this.#previous = previous;
  }
}
