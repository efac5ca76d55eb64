import type { DropReason } from "../record/drop-reason.ts";
import type { Windowed } from "../record/windowed.ts";
import { readInt64, writeInt64 } from "../serde/int64.ts";
import { CacheRows, SortedCache } from "./cache-rows.ts";
import type { Checkpoint } from "./engine.ts";
import { WrongStoreKindError } from "./errors.ts";
import type { Store, StoredTable, WindowForwardListener, WindowStore, WindowStoreIterator, WindowStoreSpec } from "./store.ts";
import {
  isCached as isCachedStore,
  storeSerde,
  type ChangelogRecords,
  type StoreBuild,
  type StoreEntry,
  type TaskStore,
} from "./store-build.ts";
import { listed, OpenScans, type StoreScan } from "./store-scan.ts";
import type { StoreKind } from "./store-kind.ts";
import type { StoreTail } from "./store-tail.ts";
import { StoreWriter } from "./store-writer.ts";
import { WindowFilter } from "./window-filter.ts";
import { int64Bytes, prefixBytes, suffixBytes, WindowLayout } from "./window-layout.ts";
import { WindowRows, type WindowRange } from "./window-rows.ts";
import { isCached, isNull, isOldKnown, isOldNull, WriteSet, type EntryWriter } from "./write-set.ts";

const unknown = -2;
const absent = -1;

/** Window store whose values have no timestamp of their own. */
export const window: StoreKind<WindowStoreSpec> = windowKind(false);
/** Window store whose values have a timestamp: what tables with windowed keys are kept in. */
export const timestampedWindow: StoreKind<WindowStoreSpec> = windowKind(true);

/**
 * Gives the window store that an open store is.
 *
 * @param user that asks for it, as the beginning of an error: `Node "x"`
 * @throws {WrongStoreKindError} `STREAMS_WRONG_STORE_KIND`
 */
export function windowStoreOf<K = unknown, V = unknown>(store: Store, user: string): WindowStore<K, V> {
  if (store instanceof LayeredWindowStore) return store as WindowStore<K, V>;
  throw new WrongStoreKindError(store.spec.name, store.spec.kind, "window", user);
}

function windowKind(timestamped: boolean): StoreKind<WindowStoreSpec> {
  return Object.freeze<StoreKind<WindowStoreSpec>>({
    facade: "window",
    timestamped,
    open: createWindowStore,
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
 * A window store's partition: write set (if it caches), changelog, engine. Windows expire by the store's own stream time,
 * the largest window start ever put. With duplicates each put has a sequence number; such a store never caches.
 *
 * @throws {MissingSerdeError} if neither the spec nor the defaults have a serde
 * @see Java's `MeteredWindowStore`, `CachingWindowStore`, `ChangeLoggingWindowBytesStore`, `RocksDBWindowStore`, `InMemoryWindowStore`
 */
export function createWindowStore<K = unknown, V = unknown>(
  spec: WindowStoreSpec,
  build: StoreBuild,
): WindowStore<K, V> & TaskStore {
  return new LayeredWindowStore<K, V>(spec, build);
}

class LayeredWindowStore<K, V> implements WindowStore<K, V>, TaskStore, EntryWriter {
  readonly spec: WindowStoreSpec;
  timestampMs: number = Number.NaN;
  readonly #layout: WindowLayout;
  readonly #writer: StoreWriter<K, V>;
  readonly #set: WriteSet<K, V> | null;
  readonly #sorted: SortedCache<K, V> | null;
  /** null: a look into the engine costs as little. */
  readonly #filter: WindowFilter | null;
  readonly #dropped: (reason: DropReason) => void;
  #listener: WindowForwardListener<K, V> | null = null;
  #sendOldValues = false;
  /** -1 before the first put, as in Java. */
  #streamTimeMs = -1;
  /** Everything below this prefix is deleted from the engine already. */
  #expiredPrefix = 0;
  #sequence = 0;
  #lastKey: K | undefined;
  #lastStart = Number.NaN;
  #lastEntry = unknown;
  #lastVersion = -1;
  readonly #scans: OpenScans<K, V> = new OpenScans();

  constructor(spec: WindowStoreSpec, build: StoreBuild) {
    this.spec = spec;
    const timestamped = spec.kind === "timestampedWindow";
    const cached = isCachedStore(spec, build) && !spec.retainDuplicates;
    this.#layout = new WindowLayout(spec);
    this.#writer = new StoreWriter(build, storeSerde<K>(spec, build, "key"), storeSerde<V>(spec, build, "value"), timestamped);
    this.#set = cached ? new WriteSet(build.cache!, this, this.#writer, true) : null;
    this.#sorted = this.#set === null ? null : new SortedCache(this.#set, this);
    this.#dropped = (reason) => build.dropped(reason);
    this.setStreamTime(this.#writer.keptStreamTimeMs());
    // what it holds is known when it is resumed
    this.#filter = this.#writer.tail === null ? null : new WindowFilter();
  }

  get streamTimeMs(): number {
    return this.#streamTimeMs < 0 ? Number.NaN : this.#streamTimeMs;
  }

  get layout(): string {
    return `${this.spec.kind}, ${this.#layout.name}`;
  }

  get tail(): StoreTail | null {
    return this.#writer.tail;
  }

  checkpoint(): Checkpoint | null {
    return this.#writer.checkpoint();
  }

  resume(checkpoint: Checkpoint): void {
    this.setStreamTime(checkpoint.streamTimeMs);
    // one that is in use nowhere: each number came with a record
    if (this.#layout.duplicates) this.#sequence = checkpoint.offset & 0x7fffffff;
    this.#writer.resume(checkpoint);
    this.#filter?.watchAfter(this.#streamTimeMs);
  }

  setStreamTime(streamTimeMs: number): void {
    if (!(streamTimeMs > this.#streamTimeMs)) return;
    this.#streamTimeMs = streamTimeMs;
    this.#writer.streamTimeMs = streamTimeMs;
  }

  get(key: K, windowStartMs: number): V | null {
    const set = this.#set;
    if (set === null) return this.#read(key, windowStartMs);
    const keys = set.windows.get(windowStartMs);
    const entry = keys === undefined ? undefined : keys.get(this.#writer.mapKey(key));
    if (entry === undefined) return this.#readMissed(set, key, windowStartMs);
    const value = set.value(entry);
    this.timestampMs = value === null ? Number.NaN : set.timestamps[entry]!;
    this.#remember(set, key, windowStartMs, entry);
    // an entry that is not cached is being flushed: Java would read the store below, and not cache what it finds
    if ((set.flags[entry]! & isCached) !== 0) set.touch(entry);
    return value;
  }

  put(key: K, windowStartMs: number, value: V | null, timestampMs: number): void {
    const set = this.#set;
    if (set === null) {
      this.#write(key, windowStartMs, value, timestampMs);
      return;
    }
    const writer = this.#writer;
    const valueBytes = set.measure(value);
    let entry = unknown;
    if (writer.keysByValue && key === this.#lastKey && windowStartMs === this.#lastStart && set.version === this.#lastVersion) {
      entry = this.#lastEntry;
    }
    if (entry < 0) entry = writer.entryFor(set, key, windowStartMs, entry === absent);
    const held = set.put(entry, value, valueBytes, writer.timestamped ? timestampMs : Number.NaN);
    this.#remember(set, key, windowStartMs, held < 0 ? unknown : held);
  }

  setListener(listener: WindowForwardListener<K, V>, sendOldValues: boolean): boolean {
    if (this.#set === null) return false;
    this.#listener = listener;
    this.#sendOldValues = sendOldValues;
    return true;
  }

  asTable(): StoredTable {
    return new WindowedTable(this);
  }

  fetch(key: K, fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V> {
    const keyBytes = this.#writer.keyBytes(key);
    const range = { keyFrom: keyBytes, keyTo: keyBytes, fromMs, toMs: Math.min(toMs, Number.MAX_SAFE_INTEGER) };
    return this.#scan(range, this.#cachedOfKey(key, range, reverse), reverse);
  }

  fetchKeys(from: K | null, to: K | null, fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V> {
    const keyFrom = from === null ? null : this.#writer.keyBytes(from);
    const keyTo = to === null ? null : this.#writer.keyBytes(to);
    const range = { keyFrom, keyTo, fromMs, toMs: Math.min(toMs, Number.MAX_SAFE_INTEGER) };
    const lowest = keyFrom === null ? "" : keyFrom.toString("latin1");
    const highest = keyTo === null ? null : keyTo.toString("latin1");
    const cached =
      this.#sorted === null
        ? null
        : this.#sorted.rows(
            null,
            null,
            (name, startMs) => {
              const key = name.slice(prefixBytes, name.length - suffixBytes);
              return startMs >= fromMs && startMs <= toMs && key >= lowest && (highest === null || key <= highest);
            },
            reverse,
          );
    return this.#scan(range, cached, reverse);
  }

  fetchAll(fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V> {
    return this.fetchKeys(null, null, fromMs, toMs, reverse);
  }

  all(reverse: boolean): WindowStoreIterator<K, V> {
    return this.#all(reverse, false);
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
    this.#streamTimeMs = -1;
    this.#expiredPrefix = 0;
    this.#sequence = 0;
  }

  close(): void {
    this.#forget();
    this.#writer.close();
  }

  restore(records: ChangelogRecords, endOffset: number): number {
    const writer = this.#writer;
    let count = 0;
    while (records.next() && records.offset < endOffset) {
      count += 1;
      const { buffer, keyStart, valueStart, valueEnd } = records;
      const keyEnd = records.keyEnd - suffixBytes;
      if (keyEnd < keyStart) continue; // no key, or none of a window store
      const startMs = readInt64(buffer, keyEnd);
      this.setStreamTime(startMs);
      if (this.#layout.duplicates) this.#sequence = buffer.readInt32BE(keyEnd + 8);
      const deleted = valueEnd < 0;
      if (this.#layout.isExpiredForPut(startMs, this.#streamTimeMs) || (deleted && this.#layout.duplicates)) continue;
      writer.keyScratch.reserve(prefixBytes + keyEnd - keyStart + suffixBytes);
      buffer.copy(writer.keyScratch.buffer, prefixBytes, keyStart, keyEnd);
      this.#setKey(prefixBytes + keyEnd - keyStart, startMs);
      if (!deleted) writer.encodeRaw(buffer, valueStart, valueEnd, records.timestamp);
      writer.collectRestored(deleted, records.offset);
    }
    const expired = this.#expiry();
    if (expired !== null) writer.collectRestoredRangeDelete(null, expired);
    writer.drain();
    this.#filter?.watchAfter(this.#streamTimeMs);
    return count;
  }

  restored(nextOffset: number): void {
    this.#writer.restored(nextOffset);
  }

  scanAll(reverse: boolean): StoreScan<K, V> {
    return this.#all(reverse, false);
  }

  entries(): StoreEntry[] {
    return listed(this.#all(false, false));
  }

  persistedEntries(): StoreEntry[] {
    return listed(this.#all(false, true));
  }

  writeEntry(entry: number): void {
    const set = this.#set!;
    const writer = this.#writer;
    const flags = set.flags[entry]!;
    const deleted = (flags & isNull) !== 0;
    const startMs = set.starts[entry]!;
    this.#setKey(writer.writeHeldKey(set.keys[entry]!, prefixBytes), startMs);
    let old: V | null = null;
    if (this.#listener !== null && (deleted || this.#sendOldValues)) {
      const live = startMs >= this.#layout.firstLiveStart(this.#streamTimeMs);
      const known = (flags & isOldKnown) !== 0;
      const present = live && (known ? (flags & isOldNull) === 0 : this.#find(startMs));
      if (deleted && !present) return; // came and went between two flushes, or was never there: nobody learns of it
      if (this.#sendOldValues && present) old = known ? set.oldValue(entry) : writer.valueOf(writer.found);
    }
    const updateMs = deleted || !writer.timestamped ? writer.context.timestampMs : set.timestamps[entry]!;
    if (!deleted) writer.encodeEntry(set, entry);
    writer.log(deleted, updateMs);
    this.#store(startMs, deleted);
    if (this.#listener !== null) {
      const key = writer.heldKey(set.keys[entry]!);
      this.#listener.forward(key, startMs, set.value(entry), old, updateMs === updateMs ? updateMs : 0);
    }
  }

  drain(): void {
    this.#writer.drain();
  }

  orderKey(key: K | string, startMs: number): string {
    const writer = this.#writer;
    const end = writer.writeHeldKey(key, prefixBytes);
    const buffer = writer.keyScratch.buffer;
    writeInt64(buffer, 0, this.#layout.prefixOf(startMs));
    writeInt64(buffer, end, startMs);
    buffer.fill(0, end + 8, end + suffixBytes);
    return buffer.toString("latin1", 0, end + suffixBytes);
  }

  #forget(): void {
    this.#set?.discard();
    this.#lastEntry = unknown;
    this.#scans.closeAll();
  }

  /** Puts what the writer holds into the engine, unless its window has expired. */
  #store(startMs: number, deleted: boolean): void {
    const layout = this.#layout;
    if (deleted && layout.duplicates && layout.persistent) return;
    if (startMs > this.#streamTimeMs) {
      this.setStreamTime(startMs);
      const expired = this.#expiry();
      if (expired !== null) this.#writer.collectRangeDelete(null, expired);
    }
    if (layout.isExpiredForPut(startMs, this.#streamTimeMs)) this.#dropped("late");
    else if (!(deleted && layout.duplicates)) {
      const { buffer, end } = this.#writer.changelogKey;
      if (!deleted) this.#filter?.add(startMs, buffer, prefixBytes, end - suffixBytes);
      this.#writer.collect(deleted);
    }
  }

  /** The end of what has expired since the last time; null if that is not worth a deletion. */
  #expiry(): Buffer | null {
    const prefix = this.#layout.firstLivePrefix(this.#streamTimeMs);
    if (prefix - this.#expiredPrefix < this.#layout.expiryStep) return null;
    this.#expiredPrefix = prefix;
    return int64Bytes(prefix);
  }

  /** Uncached, or missed in the write set. */
  #read(key: K, startMs: number): V | null {
    const writer = this.#writer;
    this.timestampMs = Number.NaN;
    this.#setKey(writer.writeKey(key, prefixBytes), startMs);
    if (startMs < this.#layout.firstLiveStart(this.#streamTimeMs) || !this.#find(startMs)) return null;
    this.timestampMs = writer.timestampOf(writer.found);
    return writer.valueOf(writer.found);
  }

  /** Looks up what `#setKey` set, on the disk only if it may be there. */
  #find(startMs: number): boolean {
    const { buffer, end } = this.#writer.changelogKey;
    if (this.#filter !== null && this.#filter.isAbsent(startMs, buffer, prefixBytes, end - suffixBytes)) return false;
    return this.#writer.find();
  }

  #readMissed(set: WriteSet<K, V>, key: K, startMs: number): V | null {
    const normal = this.#writer.normalKey(key);
    if (!Object.is(normal, key)) return this.get(normal, startMs);
    const value = this.#read(key, startMs);
    this.#remember(set, key, startMs, value === null ? absent : unknown);
    return value;
  }

  /** Uncached. */
  #write(key: K, startMs: number, value: V | null, timestampMs: number): void {
    const writer = this.#writer;
    const deleted = value === null;
    if (this.#layout.duplicates) this.#sequence = (this.#sequence + 1) & 0x7fffffff;
    this.#setKey(writer.writeKey(key, prefixBytes), startMs);
    if (!deleted) writer.encode(value, timestampMs);
    writer.log(deleted, deleted || !writer.timestamped ? writer.context.timestampMs : timestampMs);
    this.#store(startMs, deleted);
    writer.drain();
  }

  #remember(set: WriteSet<K, V>, key: K, startMs: number, entry: number): void {
    this.#lastKey = key;
    this.#lastStart = startMs;
    this.#lastEntry = entry;
    this.#lastVersion = set.version;
  }

  /** The key lies in the scratch up to `keyEnd`: puts the window around it. */
  #setKey(keyEnd: number, startMs: number): void {
    const writer = this.#writer;
    const layout = this.#layout;
    const buffer = writer.keyScratch.buffer;
    writeInt64(buffer, 0, layout.prefixOf(startMs));
    writeInt64(buffer, keyEnd, startMs);
    buffer[keyEnd + 8] = this.#sequence >> 24;
    buffer[keyEnd + 9] = this.#sequence >> 16;
    buffer[keyEnd + 10] = this.#sequence >> 8;
    buffer[keyEnd + 11] = this.#sequence;
    writer.engineKey.set(buffer, 0, layout.suffixed ? keyEnd + suffixBytes : keyEnd);
    writer.changelogKey.set(buffer, prefixBytes, keyEnd + suffixBytes);
  }

  #all(reverse: boolean, persistedOnly: boolean): StoreScan<K, V> {
    const range = { keyFrom: null, keyTo: null, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    const cached = this.#sorted === null || persistedOnly ? null : this.#sorted.rows(null, null, null, reverse);
    return this.#scan(range, cached, reverse);
  }

  #scan(range: WindowRange, cached: CacheRows<K, V> | null, reverse: boolean): StoreScan<K, V> {
    const live = { ...range, fromMs: Math.max(range.fromMs, this.#layout.firstLiveStart(this.#streamTimeMs)) };
    const stored = new WindowRows(this.#writer, this.#layout, live, this.#streamTimeMs, reverse);
    return this.#scans.open(this.#writer, cached, stored, reverse);
  }

  /** The windows of one key: not by sorting everything, since sliding windows and joins ask for each record. */
  #cachedOfKey(key: K, range: WindowRange, reverse: boolean): CacheRows<K, V> | null {
    const set = this.#set;
    if (set === null) return null;
    const rows = new CacheRows(set);
    const mapKey = this.#writer.mapKey(this.#writer.normalKey(key));
    const starts: number[] = [];
    for (const start of set.windows.keys()) if (start >= range.fromMs && start <= range.toMs) starts.push(start);
    starts.sort((a, b) => (reverse ? b - a : a - b));
    for (const start of starts) {
      const entry = set.find(mapKey, start);
      if (entry >= 0) rows.add(this.orderKey(mapKey, start), entry);
    }
    return rows;
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
