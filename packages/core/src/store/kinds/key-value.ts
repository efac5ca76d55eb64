import { StoreCore } from "../core/store-core.ts";
import { noRules } from "../core/entry-rules.ts";
import { WrongStoreKindError } from "../errors.ts";
import { plainFormat } from "../format/plain.ts";
import { timestampedFormat } from "../format/timestamped.ts";
import type { ValueFormat } from "../format/value-format.ts";
import { plainSchema } from "../schema/plain.ts";
import type { CommonStoreSpec, ForwardListener, Store, StoredTable, StoreIterator } from "../store.ts";
import type { StoreKind } from "../store-kind.ts";

/** Spec of a key-value store. */
export interface KeyValueStoreSpec extends CommonStoreSpec {
  /** `timestampedKeyValue`: the stored bytes begin with the timestamp, eight bytes. */
  readonly kind: "keyValue" | "timestampedKeyValue";
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

/** Key-value store whose values have no timestamp of their own. */
export const keyValue: StoreKind<KeyValueStoreSpec> = kind(plainFormat);
/** Key-value store whose values have a timestamp: what tables are kept in. */
export const timestampedKeyValue: StoreKind<KeyValueStoreSpec> = kind(timestampedFormat);

/**
 * Gives the key-value store that a store is.
 *
 * @param user that asks for it, as the beginning of an error: `Node "x"`
 * @throws {WrongStoreKindError} `STREAMS_WRONG_STORE_KIND`
 */
export function keyValueStoreOf<K = unknown, V = unknown>(store: Store, user: string): KeyValueStore<K, V> {
  if (store instanceof KeyValueFacade) return store as KeyValueStore<K, V>;
  throw new WrongStoreKindError(store.spec.name, store.spec.kind, "key-value", user);
}

function kind(format: ValueFormat): StoreKind<KeyValueStoreSpec> {
  return Object.freeze<StoreKind<KeyValueStoreSpec>>({
    facade: "keyValue",
    format,
    schema: () => plainSchema,
    open: (spec, build) =>
      new StoreCore(spec, build, {
        schema: plainSchema,
        format,
        rules: () => noRules,
        facade: (core) => new KeyValueFacade(spec, core),
      }),
    changelogConfig: () => ({ defaults: { "cleanup.policy": "compact" }, required: {} }),
    windowEndMs: () => Number.NaN,
  });
}

/**
 * A core whose entries have no start.
 *
 * @see Java's `MeteredKeyValueStore`, `CachingKeyValueStore`, `ChangeLoggingKeyValueBytesStore`
 */
class KeyValueFacade<K, V> implements KeyValueStore<K, V> {
  readonly spec: KeyValueStoreSpec;
  readonly #core: StoreCore<K, V>;

  constructor(spec: KeyValueStoreSpec, core: StoreCore<K, V>) {
    this.spec = spec;
    this.#core = core;
  }

  get timestampMs(): number {
    return this.#core.timestampMs;
  }

  get(key: K): V | null {
    return this.#core.get(key, Number.NaN);
  }

  put(key: K, value: V | null, timestampMs: number): void {
    this.#core.put(key, Number.NaN, value, timestampMs);
  }

  setListener(listener: ForwardListener<K, V>, sendOldValues: boolean): boolean {
    const forward = (key: K, _startMs: number, value: V | null, old: V | null, timestampMs: number): void =>
      listener.forward(key, value, old, timestampMs);
    return this.#core.setListener({ forward }, sendOldValues);
  }

  range(from: K | null, to: K | null, reverse: boolean): StoreIterator<K, V> {
    return this.#core.scan(from, to, Number.NaN, Number.NaN, reverse);
  }

  all(reverse: boolean): StoreIterator<K, V> {
    return this.#core.scanAll(reverse);
  }

  asTable(): StoredTable {
    return this;
  }

  flush(): void {
    this.#core.flush();
  }
}
