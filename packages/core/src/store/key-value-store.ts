import { Slice } from "../serde/slice.ts";
import { SortedCache } from "./cache-rows.ts";
import type { Checkpoint, EngineScan } from "./engine.ts";
import { WrongStoreKindError } from "./errors.ts";
import type { ForwardListener, KeyValueStore, KeyValueStoreSpec, Store, StoredTable, StoreIterator } from "./store.ts";
import {
  isCached as isCachedStore,
  storeSerde,
  type ChangelogRecords,
  type StoreBuild,
  type StoreEntry,
  type TaskStore,
} from "./store-build.ts";
import { listed, OpenScans, type EngineRows, type StoreScan } from "./store-scan.ts";
import type { StoreKind } from "./store-kind.ts";
import type { StoreTail } from "./store-tail.ts";
import { StoreWriter } from "./store-writer.ts";
import { isCached, isNull, isOldKnown, isOldNull, WriteSet, type EntryWriter } from "./write-set.ts";

/** Markers for what is known of the key that was read or written last. */
const unknown = -2;
const absent = -1;

/** Key-value store whose values have no timestamp of their own. */
export const keyValue: StoreKind<KeyValueStoreSpec> = keyValueKind(false);
/** Key-value store whose values have a timestamp: what tables are kept in. */
export const timestampedKeyValue: StoreKind<KeyValueStoreSpec> = keyValueKind(true);

/**
 * Gives the key-value store that an open store is.
 *
 * @param user that asks for it, as the beginning of an error: `Node "x"`
 * @throws {WrongStoreKindError} `STREAMS_WRONG_STORE_KIND`
 */
export function keyValueStoreOf<K = unknown, V = unknown>(store: Store, user: string): KeyValueStore<K, V> {
  if (store instanceof LayeredKeyValueStore) return store as KeyValueStore<K, V>;
  throw new WrongStoreKindError(store.spec.name, store.spec.kind, "key-value", user);
}

function keyValueKind(timestamped: boolean): StoreKind<KeyValueStoreSpec> {
  return Object.freeze<StoreKind<KeyValueStoreSpec>>({
    facade: "keyValue",
    timestamped,
    open: createKeyValueStore,
    changelogConfig: () => ({ defaults: { "cleanup.policy": "compact" }, required: {} }),
    windowEndMs: () => Number.NaN,
  });
}

/**
 * A key-value store's partition: write set (if it caches), changelog, engine.
 *
 * @throws {MissingSerdeError} if neither the spec nor the defaults have a serde
 * @see Java's `MeteredKeyValueStore`, `CachingKeyValueStore`, `ChangeLoggingKeyValueBytesStore`
 */
export function createKeyValueStore<K = unknown, V = unknown>(
  spec: KeyValueStoreSpec,
  build: StoreBuild,
): KeyValueStore<K, V> & TaskStore {
  return new LayeredKeyValueStore<K, V>(spec, build);
}

class LayeredKeyValueStore<K, V> implements KeyValueStore<K, V>, TaskStore, EntryWriter {
  readonly spec: KeyValueStoreSpec;
  readonly streamTimeMs: number = Number.NaN;
  timestampMs: number = Number.NaN;
  readonly #writer: StoreWriter<K, V>;
  /** null: every put is logged and written at once. */
  readonly #set: WriteSet<K, V> | null;
  readonly #sorted: SortedCache<K, V> | null;
  #listener: ForwardListener<K, V> | null = null;
  #sendOldValues = false;
  #lastKey: K | undefined;
  #lastEntry = unknown;
  #lastVersion = -1;
  readonly #raw: Slice = new Slice();
  readonly #scans: OpenScans<K, V> = new OpenScans();

  constructor(spec: KeyValueStoreSpec, build: StoreBuild) {
    this.spec = spec;
    const timestamped = spec.kind === "timestampedKeyValue";
    this.#writer = new StoreWriter(build, storeSerde<K>(spec, build, "key"), storeSerde<V>(spec, build, "value"), timestamped);
    this.#set = isCachedStore(spec, build) ? new WriteSet(build.cache!, this, this.#writer, false) : null;
    this.#sorted = this.#set === null ? null : new SortedCache(this.#set, this);
  }

  get layout(): string {
    return this.spec.kind;
  }

  get tail(): StoreTail | null {
    return this.#writer.tail;
  }

  checkpoint(): Checkpoint | null {
    return this.#writer.checkpoint();
  }

  resume(checkpoint: Checkpoint): void {
    this.#writer.resume(checkpoint);
  }

  get(key: K): V | null {
    const set = this.#set;
    if (set === null) return this.#read(key);
    const entry = set.index.get(this.#writer.mapKey(key));
    if (entry === undefined) return this.#load(key);
    const value = set.value(entry);
    this.timestampMs = value === null ? Number.NaN : set.timestamps[entry]!;
    this.#lastKey = key;
    this.#lastEntry = entry;
    this.#lastVersion = set.version;
    if ((set.flags[entry]! & isCached) !== 0) set.touch(entry);
    else this.#readmit(set, entry);
    return value;
  }

  put(key: K, value: V | null, timestampMs: number): void {
    const set = this.#set;
    if (set === null) {
      this.#write(key, value, timestampMs);
      return;
    }
    const writer = this.#writer;
    const valueBytes = set.measure(value);
    let entry = unknown;
    if (writer.keysByValue && key === this.#lastKey && set.version === this.#lastVersion) entry = this.#lastEntry;
    if (entry < 0) entry = writer.entryFor(set, key, Number.NaN, entry === absent);
    const held = set.put(entry, value, valueBytes, writer.timestamped ? timestampMs : Number.NaN);
    this.#lastKey = key;
    this.#lastEntry = held < 0 ? unknown : held;
    this.#lastVersion = set.version;
  }

  setListener(listener: ForwardListener<K, V>, sendOldValues: boolean): boolean {
    if (this.#set === null) return false;
    this.#listener = listener;
    this.#sendOldValues = sendOldValues;
    return true;
  }

  asTable(): StoredTable {
    return this;
  }

  range(from: K | null, to: K | null, reverse: boolean): StoreIterator<K, V> {
    return this.#scan(from, to, reverse, false);
  }

  all(reverse: boolean): StoreIterator<K, V> {
    return this.#scan(null, null, reverse, false);
  }

  flush(): void {
    this.flushSome(Infinity);
  }

  flushSome(entriesMax: number): boolean {
    if (this.#set !== null && !this.#set.flush(entriesMax)) return false;
    this.#scans.closeAll();
    return true;
  }

  discard(): void {
    this.#forget();
    this.#writer.discard();
  }

  empty(): void {
    this.#forget();
    this.#writer.empty();
  }

  close(): void {
    this.#forget();
    this.#writer.close();
  }

  setStreamTime(_streamTimeMs: number): void {
    // keys do not expire
  }

  restore(records: ChangelogRecords, endOffset: number): number {
    const writer = this.#writer;
    let count = 0;
    while (records.next() && records.offset < endOffset) {
      count += 1;
      if (records.keyEnd < 0) continue;
      writer.engineKey.set(records.buffer, records.keyStart, records.keyEnd);
      const deleted = records.valueEnd < 0;
      if (!deleted) writer.encodeRaw(records.buffer, records.valueStart, records.valueEnd, records.timestamp);
      writer.collectRestored(deleted, records.offset);
    }
    writer.drain();
    return count;
  }

  restored(nextOffset: number): void {
    this.#writer.restored(nextOffset);
  }

  scanAll(reverse: boolean): StoreScan<K, V> {
    return this.#scan(null, null, reverse, false);
  }

  entries(): StoreEntry[] {
    return listed(this.#scan(null, null, false, false));
  }

  persistedEntries(): StoreEntry[] {
    return listed(this.#scan(null, null, false, true));
  }

  writeEntry(entry: number): void {
    const set = this.#set!;
    const writer = this.#writer;
    const flags = set.flags[entry]!;
    const deleted = (flags & isNull) !== 0;
    this.#setKeyEnd(writer.writeHeldKey(set.keys[entry]!, 0));
    let old: V | null = null;
    if (this.#listener !== null && (deleted || this.#sendOldValues)) {
      const known = (flags & isOldKnown) !== 0;
      const present = known ? (flags & isOldNull) === 0 : writer.find();
      if (deleted && !present) return; // came and went between two flushes, or was never there: nobody learns of it
      if (this.#sendOldValues && present) old = known ? set.oldValue(entry) : writer.valueOf(writer.found);
    }
    const updateMs = deleted || !writer.timestamped ? writer.context.timestampMs : set.timestamps[entry]!;
    if (!deleted) writer.encodeEntry(set, entry);
    writer.log(deleted, updateMs);
    writer.collect(deleted);
    if (this.#listener !== null) {
      const key = writer.heldKey(set.keys[entry]!);
      this.#listener.forward(key, set.value(entry), old, updateMs === updateMs ? updateMs : 0);
    }
  }

  drain(): void {
    this.#writer.drain();
  }

  orderKey(key: K | string): string {
    return this.#writer.keysByValue ? this.#writer.keyText(key as K) : (key as string);
  }

  #forget(): void {
    this.#set?.discard();
    this.#lastEntry = unknown;
    this.#scans.closeAll();
  }

  /** Uncached. */
  #read(key: K): V | null {
    const writer = this.#writer;
    this.#setKeyEnd(writer.writeKey(key, 0));
    if (!writer.find()) {
      this.timestampMs = Number.NaN;
      return null;
    }
    this.timestampMs = writer.timestampOf(writer.found);
    return writer.valueOf(writer.found);
  }

  /** Uncached. */
  #write(key: K, value: V | null, timestampMs: number): void {
    const writer = this.#writer;
    this.#setKeyEnd(writer.writeKey(key, 0));
    const deleted = value === null;
    if (!deleted) writer.encode(value, timestampMs);
    writer.log(deleted, deleted || !writer.timestamped ? writer.context.timestampMs : timestampMs);
    writer.collect(deleted);
    writer.drain();
  }

  /** Cached, and not in the write set: reads the engine, and keeps what is found as a clean entry. */
  #load(key: K): V | null {
    const set = this.#set!;
    const writer = this.#writer;
    const keyEnd = writer.writeKey(key, 0);
    this.#setKeyEnd(keyEnd);
    const normal = writer.normalKey(key);
    if (!Object.is(normal, key)) return this.get(normal);
    if (!writer.find()) {
      this.timestampMs = Number.NaN;
      this.#lastKey = key;
      this.#lastEntry = absent;
      this.#lastVersion = set.version;
      return null;
    }
    const timestampMs = writer.timestampOf(writer.found);
    const value = writer.valueOf(writer.found);
    this.#raw.set(writer.found.buffer, writer.found.start + (writer.timestamped ? 8 : 0), writer.found.end);
    set.addClean(writer.mapKey(key), Number.NaN, keyEnd, value, this.#raw, timestampMs);
    this.timestampMs = timestampMs; // after it, since evicting may call operators that read this store
    return value;
  }

  #readmit(set: WriteSet<K, V>, entry: number): void {
    const timestampMs = this.timestampMs;
    set.readmit(entry);
    this.timestampMs = timestampMs;
  }

  #setKeyEnd(end: number): void {
    const buffer = this.#writer.keyScratch.buffer;
    this.#writer.engineKey.set(buffer, 0, end);
    this.#writer.changelogKey.set(buffer, 0, end);
  }

  #scan(from: K | null, to: K | null, reverse: boolean, persistedOnly: boolean): StoreScan<K, V> {
    const first = from === null ? null : this.#writer.keyBytes(from);
    const last = to === null ? null : this.#writer.keyBytes(to);
    const cached =
      this.#sorted === null || persistedOnly
        ? null
        : this.#sorted.rows(
            first === null ? null : first.toString("latin1"),
            last === null ? null : last.toString("latin1"),
            null,
            reverse,
          );
    // the engine's end is exclusive: the least key after `last` is `last` with a zero
    const end = last === null ? null : Buffer.concat([last, Buffer.of(0)]);
    const stored = new KeyValueRows(this.#writer.scan(first, end, reverse));
    return this.#scans.open(this.#writer, cached, stored, reverse);
  }
}

class KeyValueRows implements EngineRows {
  readonly key: Slice;
  readonly value: Slice;
  readonly windowStartMs: number = Number.NaN;
  readonly #scan: EngineScan;

  constructor(scan: EngineScan) {
    this.#scan = scan;
    this.key = scan.key;
    this.value = scan.value;
  }

  next(): boolean {
    return this.#scan.next();
  }

  name(): string {
    return this.key.buffer.toString("latin1", this.key.start, this.key.end);
  }

  close(): void {
    this.#scan.close();
  }
}
