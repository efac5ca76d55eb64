import type { Headers } from "../../record/record-context.ts";
import type { KeySchema, ScanRange } from "../schema/key-schema.ts";
import type { WriteSet } from "./write-set.ts";

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

  /** A snapshot of the entries of a range. */
  rows({ keyFrom, keyTo, fromMs, toMs }: ScanRange, schema: KeySchema, reverse: boolean): CacheRows<K, V> {
    this.#sort();
    const rows = new CacheRows(this.#set);
    const names = this.#names;
    const from = keyFrom === null ? "" : keyFrom.toString("latin1");
    const to = keyTo === null ? null : keyTo.toString("latin1");
    // names begin with the user's key in a schema without windows alone
    const first = schema.windowed ? 0 : placeOf(names, from);
    for (let i = first; i < names.length; i += 1) {
      const name = names[i]!;
      const entry = this.#entries[i]!;
      if (schema.windowed) {
        const startMs = this.#set.startMs(entry);
        const key = name.slice(schema.prefixBytes, name.length - schema.suffixBytes);
        if (startMs < fromMs || startMs > toMs || key < from || (to !== null && key > to)) continue;
      } else if (to !== null && name > to) break;
      rows.add(name, entry);
    }
    if (reverse) rows.reverse();
    return rows;
  }

  #sort(): void {
    const set = this.#set;
    if (this.#version === set.version) return;
    const entries = set.index.entries();
    const names = new Map(entries.map((entry) => [entry, this.#order.orderKey(set.key(entry), set.startMs(entry))]));
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
  readonly headers: Headers[] = [];

  constructor(set: WriteSet<K, V>) {
    this.set = set;
  }

  /** A snapshot of the entries of one key that start in `[fromMs, toMs]`. */
  static ofKey<K, V>(
    set: WriteSet<K, V>,
    order: CacheOrder<K>,
    mapKey: K | string,
    fromMs: number,
    toMs: number,
    reverse: boolean,
  ): CacheRows<K, V> {
    const rows = new CacheRows(set);
    const starts = set.index.starts(fromMs, toMs).sort((a, b) => (reverse ? b - a : a - b));
    for (const startMs of starts) {
      const entry = set.find(mapKey, startMs);
      if (entry >= 0) rows.add(order.orderKey(mapKey, startMs), entry);
    }
    return rows;
  }

  add(name: string, entry: number): void {
    this.names.push(name);
    this.keys.push(this.set.key(entry));
    this.starts.push(this.set.startMs(entry));
    this.held.push(this.set.held(entry));
    this.timestamps.push(this.set.timestampMs(entry));
    this.headers.push(this.set.headers(entry));
  }

  reverse(): void {
    this.names.reverse();
    this.keys.reverse();
    this.starts.reverse();
    this.held.reverse();
    this.timestamps.reverse();
    this.headers.reverse();
  }

  /** Looking at an entry in a scan counts as reading it, in Java too: it moves to the head of the LRU list. */
  touch(row: number): void {
    const entry = this.set.find(this.keys[row]!, this.starts[row]!);
    if (entry >= 0 && this.set.isCached(entry)) this.set.touch(entry);
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
