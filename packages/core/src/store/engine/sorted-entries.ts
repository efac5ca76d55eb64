/** Order of entries: negative if entry `a` comes before entry `b`. */
export interface EntryOrder {
  compareEntries(a: number, b: number): number;
}

const chunkEntriesMax = 128;

/**
 * The entries of a space in the order of their keys: a list of short sorted lists, so that inserting and removing move
 * few numbers. A place is two numbers, `chunk` and `at`.
 */
export class SortedEntries {
  readonly chunks: number[][] = [];
  readonly #order: EntryOrder;

  constructor(entries: number[], order: EntryOrder) {
    this.#order = order;
    entries.sort((a, b) => order.compareEntries(a, b));
    const filled = chunkEntriesMax >> 1;
    for (let i = 0; i < entries.length; i += filled) this.chunks.push(entries.slice(i, i + filled));
  }

  insert(entry: number): void {
    const chunks = this.chunks;
    if (chunks.length === 0) {
      chunks.push([entry]);
      return;
    }
    const chunk = this.#chunkOf(entry);
    const list = chunks[chunk]!;
    list.splice(this.#placeOf(list, entry), 0, entry);
    if (list.length > chunkEntriesMax) chunks.splice(chunk + 1, 0, list.splice(chunkEntriesMax >> 1));
  }

  /** The entry's bytes must still be readable. */
  remove(entry: number): void {
    const chunk = this.#chunkOf(entry);
    const list = this.chunks[chunk]!;
    list.splice(this.#placeOf(list, entry), 1);
    if (list.length === 0) this.chunks.splice(chunk, 1);
  }

  /** The last chunk that begins at or before the entry, else the first. */
  #chunkOf(entry: number): number {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#order.compareEntries(this.chunks[middle]![0]!, entry) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first place in the list whose entry does not come before this one. */
  #placeOf(list: readonly number[], entry: number): number {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#order.compareEntries(list[middle]!, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
