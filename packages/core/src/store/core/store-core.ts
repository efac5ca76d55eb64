import { strict as assert } from "node:assert";
import type { DropReason } from "../../record/drop-reason.ts";
import type { TopicOutput } from "../../output.ts";
import { noHeaders, type RecordContext } from "../../record/record-context.ts";
import { slice, Slice } from "../../serde/slice.ts";
import { CacheRows, SortedCache } from "./cache-rows.ts";
import type { Checkpoint } from "../engine/engine.ts";
import type { ValueFormat } from "../format/value-format.ts";
import type { KeySchema, ScanRange } from "../schema/key-schema.ts";
import type { CommonStoreSpec, Store, WindowForwardListener } from "../store.ts";
import { isCached, storeSerde, type ChangelogRecords, type OpenStore, type StoreBuild, type StoreEntry } from "../store-build.ts";
import { listed, OpenScans, type StoreScan } from "./store-scan.ts";
import type { StoreTail } from "./store-tail.ts";
import { WriteSet, type EntryWriter } from "./write-set.ts";
import { EngineWriter } from "./engine-writer.ts";
import { noRules, type EntryRules } from "./entry-rules.ts";
import { KeyCodec } from "./key-codec.ts";
import { ValueCodec } from "./value-codec.ts";

/** Knowledge of the key that was got or put last, where it is no entry of the write set. */
const unknown = -2;
const absent = -1;

/** Parts that make a kind of a core. */
export interface CoreParts<K, V> {
  readonly schema: KeySchema;
  readonly format: ValueFormat;
  /** False: the store never caches, whatever its spec says. Default true. */
  readonly caches?: boolean;
  rules(engine: EngineWriter, dropped: (reason: DropReason) => void): EntryRules;
  /** Makes what operators see. */
  facade(core: StoreCore<K, V>): Store;
}

/**
 * Partition of a store, of whatever kind: the one way of each read, write, flush and restoration.
 *
 * ```text
 * facade ─ get, put, scan ─▶ StoreCore ─▶ WriteSet (if it caches) ─ writeEntry, drain ─▶ StoreCore
 *                                │ KeyCodec = serde + schema, ValueCodec = serde + format, rules
 *                                ├─▶ changelog
 *                                └─▶ EngineWriter ─▶ StoreTail (if the engine outlives the process) ─▶ engine
 * ```
 *
 * An entry is named by a key and a start, which is NaN in a kind without windows. The core knows neither what a start means nor what
 * bytes look like: it asks the kind's schema, format and rules. It calls the layers below it; the facade alone calls it, and the task.
 */
export class StoreCore<K, V> implements OpenStore, EntryWriter {
  readonly spec: CommonStoreSpec;
  readonly facade: Store;
  readonly layout: string;
  /** Timestamp of the value that `get` gave last; NaN if it was null, or the format has none. */
  timestampMs: number = Number.NaN;
  readonly #keys: KeyCodec<K>;
  readonly #values: ValueCodec<V>;
  readonly #engine: EngineWriter;
  readonly #rules: EntryRules;
  /** False: the rules need not be asked, since entries live until they are deleted. */
  readonly #ruled: boolean;
  readonly #changelog: TopicOutput | null;
  readonly #context: RecordContext;
  readonly #timestamped: boolean;
  readonly #windowed: boolean;
  readonly #keepsHeaders: boolean;
  /** null: every put is logged and written at once. */
  readonly #set: WriteSet<K, V> | null;
  readonly #sorted: SortedCache<K, V> | null;
  #listener: WindowForwardListener<K, V> | null = null;
  #sendOldValues = false;
  #lastKey: K | undefined;
  #lastStart = Number.NaN;
  #lastEntry = unknown;
  #lastVersion = -1;
  readonly #raw: Slice = new Slice();
  readonly #scans: OpenScans<K, V> = new OpenScans();

  /** @throws {MissingSerdeError} if neither the spec nor the defaults have a serde */
  constructor(spec: CommonStoreSpec, build: StoreBuild, parts: CoreParts<K, V>) {
    const { schema, format } = parts;
    this.spec = spec;
    this.layout = schema.name === "" ? spec.kind : `${spec.kind}, ${schema.name}`;
    this.#keys = new KeyCodec(storeSerde<K>(spec, build, "key"), schema);
    this.#values = new ValueCodec(storeSerde<V>(spec, build, "value"), format);
    this.#engine = new EngineWriter(build);
    this.#rules = parts.rules(this.#engine, (reason) => build.dropped(reason));
    this.#ruled = this.#rules !== noRules;
    this.#changelog = build.changelog;
    this.#context = build.context;
    this.#timestamped = format.timestamped;
    this.#windowed = schema.windowed;
    this.#keepsHeaders = format.keepsHeaders;
    const caches = isCached(spec, build) && parts.caches !== false;
    const { serde } = this.#values;
    this.#set = caches ? new WriteSet(build.cache!, this, { serde, format, schema, context: build.context }) : null;
    this.#sorted = this.#set === null ? null : new SortedCache(this.#set, this.#keys);
    this.facade = parts.facade(this);
  }

  get tail(): StoreTail | null {
    return this.#engine.tail;
  }

  get streamTimeMs(): number {
    return this.#rules.streamTimeMs;
  }

  setStreamTime(streamTimeMs: number): void {
    this.#rules.setStreamTime(streamTimeMs);
  }

  /** Gives an entry's value, or null, and leaves its timestamp in `timestampMs`. */
  get(key: K, startMs: number): V | null {
    const set = this.#set;
    if (set === null) return this.#read(key, startMs);
    const entry = set.find(this.#keys.mapKey(key), startMs);
    if (entry < 0) return this.#readMissed(set, key, startMs);
    const value = set.value(entry);
    this.timestampMs = value === null ? Number.NaN : set.timestampMs(entry);
    this.#remember(set, key, startMs, entry);
    // an entry that is not cached is being flushed: Java would read the store below, and cache what it finds if it caches reads
    if (set.isCached(entry)) set.touch(entry);
    else if (this.#rules.cachesReads) this.#readmit(set, entry);
    return value;
  }

  /** Sets an entry's value; null deletes it. The write belongs to the record in flight. */
  put(key: K, startMs: number, value: V | null, timestampMs: number): void {
    const set = this.#set;
    if (set === null) {
      this.#write(key, startMs, value, timestampMs);
      return;
    }
    const valueBytes = set.measure(value);
    let entry = unknown;
    if (
      this.#keys.byValue &&
      key === this.#lastKey &&
      set.version === this.#lastVersion &&
      (startMs === this.#lastStart || !this.#windowed)
    ) {
      entry = this.#lastEntry;
    }
    if (entry < 0) entry = this.#entryFor(set, key, startMs, entry === absent);
    const held = set.put(entry, value, valueBytes, this.#timestamped ? timestampMs : Number.NaN);
    this.#remember(set, key, startMs, held < 0 ? unknown : held);
  }

  /** Makes the store tell of updates when they leave the cache. Returns whether it has one. */
  setListener(listener: WindowForwardListener<K, V>, sendOldValues: boolean): boolean {
    if (this.#set === null) return false;
    this.#listener = listener;
    this.#sendOldValues = sendOldValues;
    return true;
  }

  /** Entries of the keys `[from, to]` (null open) that start in `[fromMs, toMs]`, in the order of the kind. */
  scan(from: K | null, to: K | null, fromMs: number, toMs: number, reverse: boolean): StoreScan<K, V> {
    const keyFrom = from === null ? null : this.#keys.bytes(from);
    const keyTo = to === null ? null : this.#keys.bytes(to);
    const range = { keyFrom, keyTo, fromMs, toMs };
    return this.#scan(range, this.#sorted === null ? null : this.#sorted.rows(range, this.#keys.schema, reverse), reverse);
  }

  /** Entries of one key that start in `[fromMs, toMs]`. They are not sorted among all, since joins ask for each record. */
  scanKey(key: K, fromMs: number, toMs: number, reverse: boolean): StoreScan<K, V> {
    const keyBytes = this.#keys.bytes(key);
    const cached =
      this.#set === null
        ? null
        : CacheRows.ofKey(this.#set, this.#keys, this.#keys.mapKey(this.#keys.normalKey(key)), fromMs, toMs, reverse);
    return this.#scan({ keyFrom: keyBytes, keyTo: keyBytes, fromMs, toMs }, cached, reverse);
  }

  scanAll(reverse: boolean): StoreScan<K, V> {
    return this.scan(null, null, Number.NEGATIVE_INFINITY, Number.MAX_SAFE_INTEGER, reverse);
  }

  flush(): void {
    this.flushSome(Infinity);
  }

  flushSome(entriesMax: number): boolean {
    if (this.#set !== null && !this.#set.flush(entriesMax)) return false;
    this.#set?.assertSettled();
    this.#scans.closeAll();
    return true;
  }

  /** Checks what must be true of write set and tail; for tests, since it looks at every entry. */
  assertConsistent(): void {
    this.#set?.assertConsistent();
    this.tail?.assertConsistent();
    const set = this.#set;
    if (set === null || this.#lastVersion !== set.version || this.#lastKey === undefined) return;
    const entry = set.find(this.#keys.mapKey(this.#keys.normalKey(this.#lastKey)), this.#lastStart);
    if (this.#lastEntry === absent) assert(entry < 0, "the key that was got last is as absent as remembered");
    if (this.#lastEntry >= 0) assert(entry === this.#lastEntry, "the key that was got or put last has the remembered entry");
  }

  checkpoint(): Checkpoint | null {
    return this.#engine.checkpoint();
  }

  discard(): void {
    this.#forget();
    this.#engine.discard();
  }

  empty(): void {
    this.#forget();
    this.#engine.empty();
    this.#rules.empty();
  }

  close(): void {
    this.#forget();
    this.#engine.close();
  }

  resume(checkpoint: Checkpoint): void {
    this.#rules.resume(checkpoint);
    this.#engine.resume(checkpoint);
  }

  restore(records: ChangelogRecords, endOffset: number): number {
    const { schema } = this.#keys;
    let count = 0;
    while (records.next() && records.offset < endOffset) {
      count += 1;
      const { buffer, keyStart, valueStart, valueEnd } = records;
      const keyEnd = schema.userKeyEnd(records.keyEnd);
      if (keyEnd < keyStart) continue; // no key, or none of this kind
      const startMs = schema.startMs(buffer, keyEnd);
      const deleted = valueEnd < 0;
      if (!this.#rules.admitRestored(startMs, deleted, buffer, keyEnd)) continue;
      this.#keys.placeBytes(buffer, keyStart, keyEnd, startMs, this.#rules.sequence);
      if (!deleted) {
        const headers = this.#keepsHeaders ? records.readHeaders() : noHeaders;
        this.#values.encodeBytes(buffer, valueStart, valueEnd, records.timestamp, headers);
      }
      this.#engine.collectRestored(this.#keys.engineKey, deleted ? null : this.#values.engineValue, records.offset);
    }
    this.#rules.restored();
    this.#engine.drain();
    return count;
  }

  restored(nextOffset: number): void {
    this.#engine.restored(nextOffset);
  }

  entries(): StoreEntry[] {
    return listed(this.scanAll(false));
  }

  persistedEntries(): StoreEntry[] {
    const range = { keyFrom: null, keyTo: null, fromMs: Number.NEGATIVE_INFINITY, toMs: Number.MAX_SAFE_INTEGER };
    return listed(this.#scan(range, null, false));
  }

  writeEntry(entry: number): void {
    const set = this.#set!;
    const listener = this.#listener;
    const deleted = set.isDeleted(entry);
    const startMs = set.startMs(entry);
    this.#keys.placeHeld(set.key(entry), startMs, this.#rules.sequence);
    let old: V | null = null;
    if (listener !== null && (deleted || this.#sendOldValues)) {
      const known = set.isOldKnown(entry);
      const present = this.#isLive(startMs) && (known ? !set.isOldAbsent(entry) : this.#find(startMs));
      if (deleted && !present) return; // came and went between two flushes, or was never there: nobody learns of it
      if (this.#sendOldValues && present) old = known ? set.oldValue(entry) : this.#values.read(this.#engine.found);
    }
    const updateMs = deleted || !this.#timestamped ? this.#context.timestampMs : set.timestampMs(entry);
    if (!deleted) this.#encodeEntry(set, entry);
    this.#log(deleted, updateMs);
    this.#collect(startMs, deleted);
    if (listener !== null) {
      const key = this.#keys.userKey(set.key(entry));
      listener.forward(key, startMs, set.value(entry), old, updateMs === updateMs ? updateMs : 0);
    }
  }

  drain(): void {
    this.#engine.drain();
  }

  /** Uncached. */
  #read(key: K, startMs: number): V | null {
    this.timestampMs = Number.NaN;
    this.#keys.place(key, startMs, this.#rules.sequence);
    if (!this.#isLive(startMs) || !this.#find(startMs)) return null;
    this.timestampMs = this.#values.format.timestampMs(this.#engine.found);
    return this.#values.read(this.#engine.found);
  }

  /** Cached, and not in the write set: reads the engine, and caches what is found if the kind does so. */
  #readMissed(set: WriteSet<K, V>, key: K, startMs: number): V | null {
    const normal = this.#keys.normalKey(key);
    if (!Object.is(normal, key)) return this.get(normal, startMs);
    const keyBytes = this.#keys.place(key, startMs, this.#rules.sequence);
    if (!this.#isLive(startMs) || !this.#find(startMs)) {
      this.timestampMs = Number.NaN;
      this.#remember(set, key, startMs, absent);
      return null;
    }
    const { found } = this.#engine;
    const { format } = this.#values;
    const timestampMs = format.timestampMs(found);
    const value = this.#values.read(found);
    if (this.#rules.cachesReads) {
      this.#raw.set(found.buffer, format.valueStart(found), found.end);
      set.addClean(this.#keys.mapKey(key), startMs, keyBytes, value, this.#raw, found.end - found.start, timestampMs);
    } else this.#remember(set, key, startMs, unknown);
    this.timestampMs = timestampMs; // after it, since evicting may call operators that read this store
    return value;
  }

  #readmit(set: WriteSet<K, V>, entry: number): void {
    const timestampMs = this.timestampMs;
    set.readmit(entry);
    this.timestampMs = timestampMs;
  }

  /** Looks up the placed key in the engine, unless it is known not to be there. */
  #find(startMs: number): boolean {
    if (this.#ruled && !this.#rules.mayHold(startMs, this.#keys.changelogKey)) return false;
    return this.#engine.find(this.#keys.engineKey);
  }

  /** Uncached. */
  #write(key: K, startMs: number, value: V | null, timestampMs: number): void {
    const deleted = value === null;
    if (this.#ruled) this.#rules.beginPut();
    this.#keys.place(key, startMs, this.#rules.sequence);
    if (!deleted) this.#values.encode(value, timestampMs, this.#context.headers);
    this.#log(deleted, deleted || !this.#timestamped ? this.#context.timestampMs : timestampMs);
    this.#collect(startMs, deleted);
    this.#engine.drain();
  }

  /** The write set's entry for a key, a new one if there is none. `knownAbsent`: there is none, nor does the engine hold the key. */
  #entryFor(set: WriteSet<K, V>, key: K, startMs: number, knownAbsent: boolean): number {
    const mapKey = this.#keys.mapKey(key);
    if (!knownAbsent) {
      const entry = set.find(mapKey, startMs);
      if (entry >= 0) return entry;
      const normal = this.#keys.normalKey(key);
      if (!Object.is(normal, key)) return this.#entryFor(set, normal, startMs, false);
    }
    return set.add(mapKey, startMs, this.#keys.sizeOf(key, mapKey), knownAbsent);
  }

  #encodeEntry(set: WriteSet<K, V>, entry: number): void {
    const { headers } = this.#context;
    const bytes = set.valueBytes(entry);
    if (bytes === null) this.#values.encode(set.value(entry)!, set.timestampMs(entry), headers);
    else this.#values.encodeBytes(bytes, 0, bytes.length, set.timestampMs(entry), headers);
  }

  /** Logs the placed key with the encoded value, or with null: a tombstone. */
  #log(deleted: boolean, timestampMs: number): void {
    if (this.#changelog === null) return;
    this.#changelog.append(
      this.#engine.space.partition,
      timestampMs === timestampMs ? timestampMs : 0, // a change outside any record has Java's dummy timestamp, 0
      this.#keys.changelogKey,
      slice,
      deleted ? null : this.#values.changelogValue,
      slice,
      this.#keepsHeaders ? this.#context.headers : noHeaders,
    );
    this.#engine.tail?.logged();
  }

  #isLive(startMs: number): boolean {
    return !this.#ruled || this.#rules.isLive(startMs);
  }

  /** Hands a write that was logged to the engine, if the rules say so. */
  #collect(startMs: number, deleted: boolean): void {
    if (this.#ruled && !this.#rules.admit(startMs, deleted, this.#keys.changelogKey)) return;
    this.#engine.collect(this.#keys.engineKey, deleted ? null : this.#values.engineValue);
  }

  #remember(set: WriteSet<K, V>, key: K, startMs: number, entry: number): void {
    this.#lastKey = key;
    this.#lastStart = startMs;
    this.#lastEntry = entry;
    this.#lastVersion = set.version;
  }

  #forget(): void {
    this.#set?.discard();
    this.#lastEntry = unknown;
    this.#scans.closeAll();
  }

  #scan(range: ScanRange, cached: CacheRows<K, V> | null, reverse: boolean): StoreScan<K, V> {
    const { schema } = this.#keys;
    const streamTimeMs = Number.isNaN(this.streamTimeMs) ? -1 : this.streamTimeMs;
    const live = { ...range, fromMs: Math.max(range.fromMs, schema.firstLiveStart(streamTimeMs)) };
    const stored = schema.rows(this.#engine, live, streamTimeMs, reverse);
    return this.#scans.open(this.#keys, this.#values, cached, stored, reverse);
  }
}
