import type { KeyValueStore, StoreIterator, WindowStore, WindowStoreIterator } from "@millrace/core";

/** An entry of a key-value store; `timestamp` is NaN in stores that keep none. */
export interface KeyValueEntry<K, V> {
  /** Key of the entry. */
  readonly key: K;
  /** Value of the entry. */
  readonly value: V;
  /** Timestamp, milliseconds since the epoch; NaN: the store keeps none. */
  readonly timestamp: number;
}

/** An entry of a window store: the window is `[start, end)`. */
export interface WindowEntry<K, V> {
  /** Key of the entry. */
  readonly key: K;
  /** Start of the window, inclusive, milliseconds since the epoch. */
  readonly start: number;
  /** End of the window, exclusive, milliseconds since the epoch. */
  readonly end: number;
  /** Value of the entry. */
  readonly value: V;
  /** Timestamp, milliseconds since the epoch; NaN: the store keeps none. */
  readonly timestamp: number;
}

/** A key-value store as tests look at it: what is cached counts. */
export class TestKeyValueStore<K, V> {
  readonly #store: KeyValueStore<K, V>;

  /** @internal */
  constructor(store: KeyValueStore<K, V>) {
    this.#store = store;
  }

  /** Value of a key; null: none. */
  get(key: K): V | null {
    return this.#store.get(key);
  }

  /** Timestamp of the key's value, in milliseconds; NaN if there is none. */
  timestamp(key: K): number {
    this.#store.get(key);
    return this.#store.timestampMs;
  }

  /** All entries, by the order of their keys' bytes. */
  all(): KeyValueEntry<K, V>[] {
    return entries(this.#store.all(false));
  }

  /** Entries between two keys, both inclusive; null is open. */
  range(from: K | null, to: K | null): KeyValueEntry<K, V>[] {
    return entries(this.#store.range(from, to, false));
  }
}

/** A window store as tests look at it: what is cached counts. */
export class TestWindowStore<K, V> {
  readonly #store: WindowStore<K, V>;

  /** @internal */
  constructor(store: WindowStore<K, V>) {
    this.#store = store;
  }

  /** Value of a key and of the window that starts there; null: none. */
  get(key: K, windowStart: number): V | null {
    return this.#store.get(key, windowStart);
  }

  /** The key's windows that start in `[from, to]`, milliseconds. */
  fetch(key: K, from: number, to: number): WindowEntry<K, V>[] {
    return this.#entries(this.#store.fetch(key, from, to, false));
  }

  /** Windows of all keys that start in `[from, to]`, milliseconds. */
  fetchAll(from: number, to: number): WindowEntry<K, V>[] {
    return this.#entries(this.#store.fetchAll(from, to, false));
  }

  /** Windows of all keys. */
  all(): WindowEntry<K, V>[] {
    return this.#entries(this.#store.all(false));
  }

  #entries(iterator: WindowStoreIterator<K, V>): WindowEntry<K, V>[] {
    const { windowSizeMs } = this.#store.spec;
    const found: WindowEntry<K, V>[] = [];
    while (iterator.next()) {
      const { key, value, timestampMs, windowStartMs } = iterator;
      found.push({ key, start: windowStartMs, end: windowStartMs + windowSizeMs, value, timestamp: timestampMs });
    }
    return found;
  }
}

function entries<K, V>(iterator: StoreIterator<K, V>): KeyValueEntry<K, V>[] {
  const found: KeyValueEntry<K, V>[] = [];
  while (iterator.next()) found.push({ key: iterator.key, value: iterator.value, timestamp: iterator.timestampMs });
  return found;
}
