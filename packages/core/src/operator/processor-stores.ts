import type { RecordContext } from "../record/record-context.ts";
import { keyValueStoreOf, type KeyValueStore } from "../store/kinds/key-value.ts";
import { kindOf, type StoreSpec } from "../store/kinds.ts";
import type { Store, StoreIterator, WindowStoreIterator } from "../store/store.ts";
import { NullStoreKeyError } from "./errors.ts";
import { windowStoreOf, type WindowStore } from "../store/kinds/window.ts";

/** Order of an iteration. */
export interface IterationOptions {
  /** true: from the last entry to the first. Default false. */
  readonly reverse?: boolean;
}

/** Key-value store of a processor. A read leaves the value's timestamp in `timestampMs`. */
export class ProcessorKeyValueStore<K, V> {
  readonly #store: KeyValueStore<K, V>;
  readonly #context: RecordContext;

  /** @internal A processor gets it from `context.store`. */
  constructor(store: KeyValueStore<K, V>, context: RecordContext) {
    this.#store = store;
    this.#context = context;
  }

  /** Timestamp of the value that the last `get` returned, milliseconds since the epoch; NaN: null, or the store keeps none. */
  get timestampMs(): number {
    return this.#store.timestampMs;
  }

  /** Gives the key's value, or null if there is none. */
  get(key: K): V | null {
    checkKey(key, this.#store);
    return this.#store.get(key);
  }

  /** Sets the key's value; null deletes it. `timestampMs`: default that of the record in flight. */
  put(key: K, value: V | null, timestampMs: number = this.#context.timestampMs): void {
    checkKey(key, this.#store);
    this.#store.put(key, value, timestampMs);
  }

  /** Sets the key's value if it has none, and returns what it had. */
  putIfAbsent(key: K, value: V, timestampMs: number = this.#context.timestampMs): V | null {
    const before = this.get(key);
    if (before === null) this.#store.put(key, value, timestampMs);
    return before;
  }

  /** Deletes the key's value, and returns what it had. */
  delete(key: K): V | null {
    const before = this.get(key);
    this.#store.put(key, null, this.#context.timestampMs);
    return before;
  }

  /** Iterates over the entries between two keys by their bytes, both inclusive; null is open. */
  range(from: K | null, to: K | null, options: IterationOptions = {}): StoreIterator<K, V> {
    return this.#store.range(from, to, options.reverse ?? false);
  }

  /** Iterates over all entries, by the order of their keys' bytes. */
  all(options: IterationOptions = {}): StoreIterator<K, V> {
    return this.#store.all(options.reverse ?? false);
  }
}

/** Window store of a processor. Windows are named by their start. */
export class ProcessorWindowStore<K, V> {
  readonly #store: WindowStore<K, V>;
  readonly #context: RecordContext;

  /** @internal A processor gets it from `context.store`. */
  constructor(store: WindowStore<K, V>, context: RecordContext) {
    this.#store = store;
    this.#context = context;
  }

  /** Timestamp of the value that the last `get` returned, milliseconds since the epoch; NaN: null, or the store keeps none. */
  get timestampMs(): number {
    return this.#store.timestampMs;
  }

  /** Length of the windows in milliseconds. */
  get windowSizeMs(): number {
    return this.#store.spec.windowSizeMs;
  }

  /** Gives the key's value in the window with this start, or null if there is none. */
  get(key: K, windowStartMs: number): V | null {
    checkKey(key, this.#store);
    return this.#store.get(key, windowStartMs);
  }

  /** Sets the key's value in a window; null deletes it. `timestampMs`: default that of the record in flight. */
  put(key: K, windowStartMs: number, value: V | null, timestampMs: number = this.#context.timestampMs): void {
    checkKey(key, this.#store);
    this.#store.put(key, windowStartMs, value, timestampMs);
  }

  /** Iterates over the windows of a key that start in `[fromMs, toMs]`. */
  fetch(key: K, fromMs: number, toMs: number, options: IterationOptions = {}): WindowStoreIterator<K, V> {
    checkKey(key, this.#store);
    return this.#store.fetch(key, fromMs, toMs, options.reverse ?? false);
  }

  /** Iterates over the windows of the keys `[from, to]`, null open, that start in `[fromMs, toMs]`. */
  fetchKeys(
    from: K | null,
    to: K | null,
    fromMs: number,
    toMs: number,
    options: IterationOptions = {},
  ): WindowStoreIterator<K, V> {
    return this.#store.fetchKeys(from, to, fromMs, toMs, options.reverse ?? false);
  }

  /** Iterates over the windows of all keys that start in `[fromMs, toMs]`. */
  fetchAll(fromMs: number, toMs: number, options: IterationOptions = {}): WindowStoreIterator<K, V> {
    return this.#store.fetchAll(fromMs, toMs, options.reverse ?? false);
  }

  /** Iterates over the windows of all keys. */
  all(options: IterationOptions = {}): WindowStoreIterator<K, V> {
    return this.#store.all(options.reverse ?? false);
  }
}

function checkKey(key: unknown, store: Store): void {
  if (key === null || key === undefined) throw new NullStoreKeyError(store.spec.name);
}

/** By a kind's facade, what a processor gets. */
const facades: Readonly<Record<string, (store: Store, user: string, context: RecordContext) => unknown>> = {
  keyValue: (store, user, context) => new ProcessorKeyValueStore(keyValueStoreOf(store, user), context),
  window: (store, user, context) => new ProcessorWindowStore(windowStoreOf(store, user), context),
};

/** Wraps a store for a processor; its writes have the time of the record in flight. */
export function processorStore(store: Store, user: string, context: RecordContext): unknown {
  return facades[kindOf(store.spec as StoreSpec).facade]!(store, user, context);
}
