import type { Serde } from "../serde/serde.ts";

/** Fields that the specs of all stores have. */
export interface CommonStoreSpec {
  /** Name, unique in the topology; part of the changelog's name. */
  readonly name: string;
  /** Name of the store's kind. */
  readonly kind: string;
  /** null: the application's default serde. */
  readonly keySerde: Serde<unknown> | null;
  /** Serde of values; null: the application's default serde. */
  readonly valueSerde: Serde<unknown> | null;
  /** Updates are held back and deduplicated until commit or eviction (Java's record cache). */
  readonly caching: boolean;
  /** Changes go to a changelog topic, from which a lost store is restored. */
  readonly logging: boolean;
  /** A topic that serves as the changelog (a table's source), or null. */
  readonly sourceTopicAsChangelog: string | null;
  /** Overrides of the changelog topic's configuration. */
  readonly changelogConfig: Readonly<Record<string, string>>;
  /** The declared kind: decides scan order and expiry where Java's two kinds differ, on any engine. */
  readonly persistent: boolean;
}

/** Spec of a key-value store. */
export interface KeyValueStoreSpec extends CommonStoreSpec {
  /** `timestampedKeyValue`: the stored bytes begin with the timestamp, eight bytes. */
  readonly kind: "keyValue" | "timestampedKeyValue";
}

/** Spec of a window store. */
export interface WindowStoreSpec extends CommonStoreSpec {
  /** Kind; the stored bytes of a `timestampedWindow` begin with the timestamp, eight bytes. */
  readonly kind: "window" | "timestampedWindow";
  /** Time in milliseconds that a window is kept after its start, in the store's own stream time. */
  readonly retentionMs: number;
  /** Size of the windows in milliseconds. */
  readonly windowSizeMs: number;
  /** Java's segments: at least 60 s, `max(retention / 2, 60 s)`. */
  readonly segmentIntervalMs: number;
  /** True: each put adds an entry, even for the same key and window, and a null is not stored; the store never caches. */
  readonly retainDuplicates: boolean;
}

/**
 * Receiver of a store's updates that go downstream. With caching it is called when an update leaves the cache; the store has
 * then moved the task's record context to that of the update's last write, and moves it back afterwards.
 */
export interface ForwardListener<K, V> {
  /** Takes one update; a null `newValue` is a deletion. `oldValue` is null unless old values were asked for. */
  forward(key: K, newValue: V | null, oldValue: V | null, timestampMs: number): void;
}

/** Store as operators see it, of any kind. */
export interface Store {
  /** Spec that the store was made from. */
  readonly spec: CommonStoreSpec;
  /** Writes what the cache holds back, to changelog and downstream, in the order of Java's NamedCache. */
  flush(): void;
  /** View of the store as the table that it keeps, for look-ups by the table's keys. */
  asTable(): StoredTable;
}

/** Table that a store keeps. A look-up leaves the value's timestamp in `timestampMs`. */
export interface StoredTable<K = unknown, V = unknown> {
  /** Gives the key's value, or null if the table has none; keys of a window store are `Windowed`. */
  get(key: K): V | null;
  /** Time of the value that `get` gave last, in milliseconds since the epoch; NaN if that was null. */
  readonly timestampMs: number;
}

/**
 * A key-value store as operators see it. A read gives the value and leaves its timestamp in `timestampMs`, so that
 * nothing is allocated; without timestamps (kind `keyValue`) that is NaN. A put after a get of the same key is one look-up.
 */
export interface KeyValueStore<K = unknown, V = unknown> extends Store {
  /** Spec that the store was made from. */
  readonly spec: KeyValueStoreSpec;
  /** Timestamp of the value that the last `get` returned, in milliseconds; NaN if it returned null. */
  readonly timestampMs: number;
  /** Gives the key's value, or null if there is none. */
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
  /** Iterates over all entries, in the order of `range`. */
  all(reverse: boolean): StoreIterator<K, V>;
}

/** Windows are named by their start; the end follows from the spec's window size. */
export interface WindowStore<K = unknown, V = unknown> extends Store {
  /** Spec that the store was made from. */
  readonly spec: WindowStoreSpec;
  /** Time of the value that the last `get` returned, in milliseconds since the epoch; NaN if it returned null. */
  readonly timestampMs: number;
  /** Gives the key's value in the window with this start; null if there is none, or if its retention is over. */
  get(key: K, windowStartMs: number): V | null;
  /** Sets the key's value in a window; null deletes it. A window beyond its retention is dropped and counted as late. */
  put(key: K, windowStartMs: number, value: V | null, timestampMs: number): void;
  /** Makes the store tell of updates; returns false if it has no cache, so that the operator forwards by itself. */
  setListener(listener: WindowForwardListener<K, V>, sendOldValues: boolean): boolean;
  /** Windows of one key that start in `[fromMs, toMs]`, by start. */
  fetch(key: K, fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V>;
  /** Windows of the keys `[from, to]` (null open) that start in `[fromMs, toMs]`. */
  fetchKeys(from: K | null, to: K | null, fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V>;
  /** Iterates over the windows of all keys that start in `[fromMs, toMs]`. */
  fetchAll(fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V>;
  /** Iterates over the windows of all keys. */
  all(reverse: boolean): WindowStoreIterator<K, V>;
}

/** Receiver of a window store's updates; as {@link ForwardListener}. */
export interface WindowForwardListener<K, V> {
  /** Takes one update of a window; a null `newValue` is a deletion. `oldValue` is null unless old values were asked for. */
  forward(key: K, windowStartMs: number, newValue: V | null, oldValue: V | null, timestampMs: number): void;
}

/** A cursor: call `next` first. Closed by itself at the end and at commit. */
export interface StoreIterator<K, V> {
  /** Moves to the next entry; false at the end. */
  next(): boolean;
  /** Key of the entry; of a window store the key without its window. */
  readonly key: K;
  /** Value of the entry. */
  readonly value: V;
  /** Time of the value in milliseconds since the epoch; NaN in a store without timestamps. */
  readonly timestampMs: number;
  /** Ends the iteration early; may be called twice. */
  close(): void;
}
/** Cursor over windows; their ends follow from the spec's window size. */
export interface WindowStoreIterator<K, V> extends StoreIterator<K, V> {
  /** Start of the entry's window in milliseconds since the epoch. */
  readonly windowStartMs: number;
}
