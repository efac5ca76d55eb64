import type { CacheRows } from "./cache-rows.ts";
import type { WindowStoreIterator } from "../store.ts";
import type { StoreEntry } from "../store-build.ts";
import type { KeyCodec } from "./key-codec.ts";
import type { ValueCodec } from "./value-codec.ts";
import type { EngineRows } from "../schema/key-schema.ts";

/**
 * Merges what the write set holds with what the engine holds: the write set wins, its deletes hide. Both sides are
 * snapshots, so that later writes do not show.
 *
 * It knows rows and the codecs that read them, and calls nothing else.
 *
 * @see Java's `AbstractMergedSortedCacheStoreIterator`, whose way of merging decides where the two sides' orders differ
 */
export class StoreScan<K, V> implements WindowStoreIterator<K, V> {
  key!: K;
  value!: V;
  timestampMs: number = Number.NaN;
  windowStartMs: number = Number.NaN;
  readonly #keys: KeyCodec<K>;
  readonly #values: ValueCodec<V>;
  readonly #cached: CacheRows<K, V> | null;
  readonly #stored: EngineRows;
  readonly #reverse: boolean;
  readonly #closed: (scan: StoreScan<K, V>) => void;
  #row = 0;
  #touched = -1;
  /** The engine's side stands on a row that was not yielded yet. */
  #storedPeeked = false;
  #storedOver = false;
  #storedName = "";
  /** Row that was yielded last: a cache row, or -1 for the engine's. */
  #yielded = -1;

  constructor(
    keys: KeyCodec<K>,
    values: ValueCodec<V>,
    cached: CacheRows<K, V> | null,
    stored: EngineRows,
    reverse: boolean,
    closed: (scan: StoreScan<K, V>) => void,
  ) {
    this.#keys = keys;
    this.#values = values;
    this.#cached = cached;
    this.#stored = stored;
    this.#reverse = reverse;
    this.#closed = closed;
  }

  next(): boolean {
    const cached = this.#cached;
    if (cached !== null) {
      while (this.#row < cached.names.length) {
        const row = this.#row;
        this.#touch(row);
        const order = this.#compare(cached.names[row]!);
        if (cached.held[row] === null) {
          this.#row += 1;
          if (order === 0) this.#storedPeeked = false;
        } else if (order <= 0) {
          this.#row += 1;
          if (order === 0) this.#storedPeeked = false;
          this.#yieldCached(cached, row);
          return true;
        } else {
          this.#yieldStored();
          return true;
        }
      }
    }
    if (!this.#peekStored(false)) {
      this.close();
      return false;
    }
    this.#yieldStored();
    return true;
  }

  close(): void {
    this.#stored.close();
    this.#storedOver = true;
    this.#storedPeeked = false;
    if (this.#cached !== null) this.#row = this.#cached.names.length;
    this.#closed(this);
  }

  /** The entry that `next` came to, as bytes. */
  entry(): StoreEntry {
    const row = this.#yielded;
    if (row < 0) return { key: this.#stored.key.copy(), windowStartMs: this.windowStartMs, value: this.#stored.value.copy() };
    const cached = this.#cached!;
    this.#values.encode(this.value, this.timestampMs, cached.headers[row]!);
    return {
      key: this.#keys.heldBytes(cached.keys[row]!),
      windowStartMs: this.windowStartMs,
      value: this.#values.engineValue.copy(),
    };
  }

  /** Negative: the cache row comes first, 0: both are the same key. A cached row after the engine's end is first. */
  #compare(name: string): number {
    if (!this.#peekStored(true)) return -1;
    if (name === this.#storedName) return 0;
    return name < this.#storedName === this.#reverse ? 1 : -1;
  }

  #peekStored(named: boolean): boolean {
    if (this.#storedPeeked) return true;
    if (this.#storedOver) return false;
    if (!this.#stored.next()) {
      this.#storedOver = true;
      return false;
    }
    this.#storedPeeked = true;
    if (named) this.#storedName = this.#stored.name();
    return true;
  }

  #yieldStored(): void {
    const stored = this.#stored;
    this.#storedPeeked = false;
    this.#yielded = -1;
    this.key = this.#keys.read(stored.key);
    this.windowStartMs = stored.windowStartMs;
    this.timestampMs = this.#values.format.timestampMs(stored.value);
    this.value = this.#values.read(stored.value);
  }

  #yieldCached(cached: CacheRows<K, V>, row: number): void {
    this.#yielded = row;
    this.key = this.#keys.userKey(cached.keys[row]!);
    this.windowStartMs = cached.starts[row]!;
    this.timestampMs = cached.timestamps[row]!;
    this.value = cached.set.heldValue(cached.held[row]);
  }

  #touch(row: number): void {
    if (row === this.#touched) return;
    this.#touched = row;
    this.#cached!.touch(row);
  }
}

/** A store's scans that are not closed yet. */
export class OpenScans<K, V> {
  readonly #scans: Set<StoreScan<K, V>> = new Set();
  readonly #forget: (scan: StoreScan<K, V>) => void;

  constructor() {
    this.#forget = (scan) => void this.#scans.delete(scan);
  }

  open(
    keys: KeyCodec<K>,
    values: ValueCodec<V>,
    cached: CacheRows<K, V> | null,
    stored: EngineRows,
    reverse: boolean,
  ): StoreScan<K, V> {
    const scan = new StoreScan(keys, values, cached, stored, reverse, this.#forget);
    this.#scans.add(scan);
    return scan;
  }

  closeAll(): void {
    for (const scan of this.#scans) scan.close();
  }
}

/** All that a scan yields, as bytes. */
export function listed<K, V>(scan: StoreScan<K, V>): StoreEntry[] {
  const entries: StoreEntry[] = [];
  while (scan.next()) entries.push(scan.entry());
  return entries;
}
