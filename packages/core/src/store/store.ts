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
