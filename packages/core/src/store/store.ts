import type { Serde } from "../serde/serde.ts";

/** What a topology says of a store: frozen data, from which each task makes its own instance. */
export type StoreSpec = KeyValueStoreSpec | WindowStoreSpec;

export interface CommonStoreSpec {
  readonly name: string;
  /** null: the application's default serde. */
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
  /** Updates are held back and deduplicated until commit or eviction (Java's record cache). */
  readonly caching: boolean;
  /** Changes go to a changelog topic, from which a lost store is restored. */
  readonly logging: boolean;
  /** Overrides of the changelog topic's configuration. */
  readonly changelogConfig: Readonly<Record<string, string>>;
  /** The declared kind: decides scan order and expiry where Java's two kinds differ, on any engine. */
  readonly persistent: boolean;
}

export interface KeyValueStoreSpec extends CommonStoreSpec {
  /** `timestampedKeyValue`: the stored bytes begin with the timestamp, eight bytes. */
  readonly kind: "keyValue" | "timestampedKeyValue";
  /** A topic that serves as the changelog (a table's source), or null. */
  readonly sourceTopicAsChangelog: string | null;
}

export interface WindowStoreSpec extends CommonStoreSpec {
  readonly kind: "window" | "timestampedWindow";
  readonly retentionMs: number;
  readonly windowSizeMs: number;
  /** Java's segments: at least 60 s, `max(retention / 2, 60 s)`. */
  readonly segmentIntervalMs: number;
  readonly retainDuplicates: boolean;
}

/**
 * Who is told of a store's updates that go downstream. With caching, when an update leaves the cache; the store then has
 * moved the task's record context to that of the update's last write, and moves it back afterwards.
 */
export interface ForwardListener<K, V> {
  forward(key: K, newValue: V | null, oldValue: V | null, timestampMs: number): void;
}

export interface Store {
  readonly spec: StoreSpec;
  /** Writes what the cache holds back, to changelog and downstream, in the order of Java's NamedCache. */
  flush(): void;
}

/**
 * A key-value store as operators see it. A read gives the value and leaves its timestamp in `timestampMs`, so that
 * nothing is allocated; without timestamps (kind `keyValue`) that is NaN. A put after a get of the same key is one look-up.
 */
export interface KeyValueStore<K = unknown, V = unknown> extends Store {
  readonly spec: KeyValueStoreSpec;
  /** Of the value that the last `get` returned; NaN if it returned null. */
  readonly timestampMs: number;
  get(key: K): V | null;
  /** A null value deletes. The write belongs to the record in flight: its headers, topic and offset come from the context. */
  put(key: K, value: V | null, timestampMs: number): void;
  /**
   * Makes the store tell of updates. Returns whether it does (it has a cache); if not, the operator forwards by itself
   * after `put`, as Java's TimestampedTupleForwarder does. `sendOldValues`: the listener needs the old value.
   */
  setListener(listener: ForwardListener<K, V>, sendOldValues: boolean): boolean;
  /** Ascending by key bytes between two keys, both inclusive, null open. Merges cache and engine; unaffected by later writes. */
  range(from: K | null, to: K | null, reverse: boolean): StoreIterator<K, V>;
  all(reverse: boolean): StoreIterator<K, V>;
}

/** Windows are named by their start; the end follows from the spec's window size. */
export interface WindowStore<K = unknown, V = unknown> extends Store {
  readonly spec: WindowStoreSpec;
  readonly timestampMs: number;
  get(key: K, windowStartMs: number): V | null;
  put(key: K, windowStartMs: number, value: V | null, timestampMs: number): void;
  setListener(listener: WindowForwardListener<K, V>, sendOldValues: boolean): boolean;
  /** Windows of one key that start in `[fromMs, toMs]`, by start. */
  fetch(key: K, fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V>;
  /** Windows of the keys `[from, to]` (null open) that start in `[fromMs, toMs]`. */
  fetchKeys(from: K | null, to: K | null, fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V>;
  fetchAll(fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V>;
  all(reverse: boolean): WindowStoreIterator<K, V>;
}

export interface WindowForwardListener<K, V> {
  forward(key: K, windowStartMs: number, newValue: V | null, oldValue: V | null, timestampMs: number): void;
}

/** A cursor: call `next` first. Closed by itself at the end and at commit. */
export interface StoreIterator<K, V> {
  next(): boolean;
  readonly key: K;
  readonly value: V;
  readonly timestampMs: number;
  close(): void;
}
export interface WindowStoreIterator<K, V> extends StoreIterator<K, V> {
  readonly windowStartMs: number;
}
