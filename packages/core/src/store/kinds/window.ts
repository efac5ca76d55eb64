import type { Windowed } from "../../record/windowed.ts";
import { StoreCore } from "../core/store-core.ts";
import { WrongStoreKindError } from "../errors.ts";
import { plainFormat } from "../format/plain.ts";
import { timestampedFormat } from "../format/timestamped.ts";
import type { ValueFormat } from "../format/value-format.ts";
import { WindowSchema } from "../schema/window.ts";
import type { CommonStoreSpec, Store, StoredTable, WindowForwardListener, WindowStoreIterator } from "../store.ts";
import type { StoreKind } from "../store-kind.ts";
import { WindowRules } from "./window-rules.ts";

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

/** Window store whose values have no timestamp of their own. */
export const window: StoreKind<WindowStoreSpec> = kind(plainFormat);
/** Window store whose values have a timestamp: what tables with windowed keys are kept in. */
export const timestampedWindow: StoreKind<WindowStoreSpec> = kind(timestampedFormat);

/**
 * Gives the window store that a store is.
 *
 * @param user that asks for it, as the beginning of an error: `Node "x"`
 * @throws {WrongStoreKindError} `STREAMS_WRONG_STORE_KIND`
 */
export function windowStoreOf<K = unknown, V = unknown>(store: Store, user: string): WindowStore<K, V> {
  if (store instanceof WindowFacade) return store as WindowStore<K, V>;
  throw new WrongStoreKindError(store.spec.name, store.spec.kind, "window", user);
}

function kind(format: ValueFormat): StoreKind<WindowStoreSpec> {
  return Object.freeze<StoreKind<WindowStoreSpec>>({
    facade: "window",
    format,
    schema: (spec) => new WindowSchema(spec),
    open(spec, build) {
      const schema = new WindowSchema(spec);
      return new StoreCore(spec, build, {
        schema,
        format,
        caches: !spec.retainDuplicates,
        rules: (engine, dropped) => new WindowRules(schema, engine, dropped),
        facade: (core) => new WindowFacade(spec, core),
      });
    },
    // the topic deletes what the store has dropped long since (Java's WindowedChangelogTopicConfig)
    changelogConfig: ({ retentionMs, retainDuplicates }, additionalRetentionMs) => ({
      // compaction would keep one of the duplicates
      defaults: { "cleanup.policy": retainDuplicates ? "delete" : "compact,delete" },
      required: { "retention.ms": String(retentionMs + additionalRetentionMs) },
    }),
    windowEndMs: ({ windowSizeMs }, windowStartMs) => windowStartMs + windowSizeMs,
  });
}

/**
 * A core whose entries are windows. With duplicates it never caches.
 *
 * @see Java's `MeteredWindowStore`, `CachingWindowStore`, `ChangeLoggingWindowBytesStore`, `RocksDBWindowStore`, `InMemoryWindowStore`
 */
class WindowFacade<K, V> implements WindowStore<K, V> {
  readonly spec: WindowStoreSpec;
  readonly #core: StoreCore<K, V>;

  constructor(spec: WindowStoreSpec, core: StoreCore<K, V>) {
    this.spec = spec;
    this.#core = core;
  }

  get timestampMs(): number {
    return this.#core.timestampMs;
  }

  get(key: K, windowStartMs: number): V | null {
    return this.#core.get(key, windowStartMs);
  }

  put(key: K, windowStartMs: number, value: V | null, timestampMs: number): void {
    this.#core.put(key, windowStartMs, value, timestampMs);
  }

  setListener(listener: WindowForwardListener<K, V>, sendOldValues: boolean): boolean {
    return this.#core.setListener(listener, sendOldValues);
  }

  fetch(key: K, fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V> {
    return this.#core.scanKey(key, fromMs, Math.min(toMs, Number.MAX_SAFE_INTEGER), reverse);
  }

  fetchKeys(from: K | null, to: K | null, fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V> {
    return this.#core.scan(from, to, fromMs, Math.min(toMs, Number.MAX_SAFE_INTEGER), reverse);
  }

  fetchAll(fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V> {
    return this.fetchKeys(null, null, fromMs, toMs, reverse);
  }

  all(reverse: boolean): WindowStoreIterator<K, V> {
    return this.#core.scanAll(reverse);
  }

  asTable(): StoredTable {
    return new WindowedTable(this);
  }

  flush(): void {
    this.#core.flush();
  }
}

/** Table with windowed keys that a window store keeps. */
class WindowedTable<K, V> implements StoredTable<Windowed<K>, V> {
  readonly store: WindowStore<K, V>;

  constructor(store: WindowStore<K, V>) {
    this.store = store;
  }

  get timestampMs(): number {
    return this.store.timestampMs;
  }

  get(key: Windowed<K>): V | null {
    return this.store.get(key.key, key.start);
  }
}
