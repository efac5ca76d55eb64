import { isCached, type WriteSet } from "./write-set.ts";

/** Names the entries of a write set in the order of scans: Java's cache keys, as latin1 text, whose order is that of the bytes. */
export interface CacheOrder<K> {
  orderKey(key: K | string, start: number): string;
}

/** The entries of a write set in the order of their keys; sorted when a scan asks, again only after keys came or went. */
export class SortedCache<K, V> {
  readonly #set: WriteSet<K, V>;
  readonly #order: CacheOrder<K>;
  #version = -1;
  #names: string[] = [];
  #entries: number[] = [];

  constructor(set: WriteSet<K, V>, order: CacheOrder<K>) {
    this.#set = set;
    this.#order = order;
  }

  /** A snapshot of the entries named `from` to `to`, both inclusive, null open, that `accepts` takes. */
  rows(
    from: string | null,
    to: string | null,
    accepts: ((name: string, startMs: number) => boolean) | null,
    reverse: boolean,
  ): CacheRows<K, V> {
    this.#sort();
    const rows = new CacheRows(this.#set);
    const names = this.#names;
    const first = from === null ? 0 : placeOf(names, from);
    for (let i = first; i < names.length; i += 1) {
      if (to !== null && names[i]! > to) break;
      const entry = this.#entries[i]!;
      if (accepts === null || accepts(names[i]!, this.#set.starts[entry]!)) rows.add(names[i]!, entry);
    }
    if (reverse) rows.reverse();
    return rows;
  }

  #sort(): void {
    const set = this.#set;
    if (this.#version === set.version) return;
    const entries: number[] = [];
    if (set.windowed) for (const keys of set.windows.values()) entries.push(...keys.values());
    else entries.push(...set.index.values());
    const names = new Map(entries.map((entry) => [entry, this.#order.orderKey(set.keys[entry]!, set.starts[entry]!)]));
    this.#entries = entries.sort((a, b) => (names.get(a)! < names.get(b)! ? -1 : 1));
    this.#names = entries.map((entry) => names.get(entry)!);
    this.#version = set.version;
  }
}

/** A snapshot of some entries: what is put or evicted later does not change it. */
export class CacheRows<K, V> {
  readonly set: WriteSet<K, V>;
  readonly names: string[] = [];
  readonly keys: (K | string)[] = [];
  readonly starts: number[] = [];
  readonly held: unknown[] = [];
  readonly timestamps: number[] = [];

  constructor(set: WriteSet<K, V>) {
    this.set = set;
  }

  add(name: string, entry: number): void {
    this.names.push(name);
    this.keys.push(this.set.keys[entry]!);
    this.starts.push(this.set.starts[entry]!);
    this.held.push(this.set.held(entry));
    this.timestamps.push(this.set.timestamps[entry]!);
  }

  reverse(): void {
    this.names.reverse();
    this.keys.reverse();
    this.starts.reverse();
    this.held.reverse();
    this.timestamps.reverse();
  }

  /** Looking at an entry in a scan counts as reading it, in Java too: it moves to the head of the LRU list. */
  touch(row: number): void {
    const entry = this.set.find(this.keys[row]!, this.starts[row]!);
    if (entry >= 0 && (this.set.flags[entry]! & isCached) !== 0) this.set.touch(entry);
  }
}

function placeOf(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (names[middle]! < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
