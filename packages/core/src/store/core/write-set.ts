import { strict as assert } from "node:assert";
import { noHeaders, type Headers, type RecordContext } from "../../record/record-context.ts";
import type { Slice } from "../../serde/slice.ts";
import type { Serde } from "../../serde/serde.ts";
import { EntryIndex } from "./entry-index.ts";
import { EntryValues } from "./entry-values.ts";
import type { ValueFormat } from "../format/value-format.ts";
import type { KeySchema } from "../schema/key-schema.ts";
import { doubles, integers } from "./columns.ts";
import { ContextColumns, headerBytes } from "./context-columns.ts";
import { EntryList } from "./entry-list.ts";
import { entryOverheadBytes, type RecordCache } from "./record-cache.ts";

/** The entry is counted as cached: it has a place in the LRU list. */
const isCached = 1;
/** Changed since the last flush: it has a place in the dirty list. */
const isDirty = 2;
/** Taken by a flush that has not ended. */
const isPending = 4;
/** Overwritten while it was pending: no longer to be found, to be freed when the flush ends. */
const isOrphan = 8;
/** The value is null: a delete. */
const isNull = 16;
/** The old columns say what the engine holds. */
const isOldKnown = 32;
/** The engine holds nothing. */
const isOldNull = 64;

/** Entries that a put writes of an eviction's flush which has not ended: more than it adds, few enough to cost microseconds. */
const entriesPerPut = 8;
/** Entry 0 is the lists' own. */
const firstEntry = 1;

/** Writes entries: to the changelog, to the engine, downstream. The set's columns may grow meanwhile. */
export interface EntryWriter {
  /** The context is that of the record which last put the entry. */
  writeEntry(entry: number): void;
  /** Permits written entries to go to the engine now; entries that are no longer cached are forgotten afterwards. */
  drain(): void;
}

/** Parts of a store that decide how its entries are held and counted. */
export interface WriteSetParts<V> {
  /** Serde of the values. */
  readonly serde: Serde<V>;
  readonly format: ValueFormat;
  readonly schema: Pick<KeySchema, "windowed" | "cacheKeyBytes">;
  /** The task's record in flight. */
  readonly context: RecordContext;
}

/**
 * Entries of a store that are not in the engine yet or were read lately: Java's record cache with its order of eviction and
 * of flushing, as columns. An entry is an index; a key finds it through a Map, a window's key through a Map of Maps.
 *
 * ```text
 * get ─ touch ─▶ head of LRU        put ─▶ head of LRU, end of dirty list ─ over the budget? evict the LRU's end
 * evict: clean ─▶ gone              evict: dirty ─▶ flush everything dirty, the evicted one first
 * flush: dirty list, in order of the last put ─▶ pending ─ writeEntry each ─▶ drain ─▶ clean; deletes and evicted are gone
 * ```
 *
 * Writing an entry calls operators, which may come back to this very store: pending entries are a queue that a flush within a
 * flush goes on with, and one that is put again meanwhile is replaced by a new entry.
 *
 * It knows keys in their held form, starts, and values; of the store it calls only `EntryWriter`. It knows no changelog and no engine.
 *
 * @see Java's `NamedCache`, `ThreadCache`, `CachingKeyValueStore`, `CachingWindowStore`
 */
export class WriteSet<K, V> {
  /** Grows with every key that comes or goes: what is derived from the set of keys is then stale. */
  version: number = 0;

  /** Finds entries by their keys. */
  readonly index: EntryIndex<K>;
  readonly #values: EntryValues<V>;
  #keys: (K | string)[] = [];
  #starts: Float64Array = new Float64Array(0);
  #flags: Uint8Array = new Uint8Array(0);
  /** Timestamps of the values, in milliseconds. */
  #timestamps: Float64Array = new Float64Array(0);

  readonly #cache: RecordCache;
  readonly #writer: EntryWriter;
  readonly #context: RecordContext;
  readonly #contexts: ContextColumns = new ContextColumns();
  readonly #format: ValueFormat;
  /** Bytes before each value; -1: it depends on the headers. */
  readonly #prefixBytes: number;
  readonly #overheadBytes: number;
  #sizes: Int32Array = new Int32Array(0);
  /** Bytes that Java counts for the entry's key and for every entry. */
  #keySizes: Int32Array = new Int32Array(0);
  /** Cached entries, the one read or written last first. */
  readonly #lru: EntryList = new EntryList();
  /** Dirty entries, the one put last at the end. */
  readonly #dirty: EntryList = new EntryList();
  #free: number[] = [];
  #used = firstEntry;
  #bytes = 0;
  /** Pending entries; those before `#queueAt` are written, those before `#settledAt` are pending no more. */
  #queue: number[] = [];
  #queueAt = 0;
  #settledAt = 0;
  #isWriting = false;
  /** Bytes of deletes that have left the cache with a flush that has not ended. */
  #released = 0;

  constructor(cache: RecordCache, writer: EntryWriter, { serde, format, schema, context }: WriteSetParts<V>) {
    this.#cache = cache;
    this.#writer = writer;
    this.#context = context;
    this.index = new EntryIndex(schema.windowed);
    this.#values = new EntryValues(serde);
    this.#format = format;
    this.#prefixBytes = format.keepsHeaders ? -1 : format.prefixBytes(noHeaders);
    this.#overheadBytes = entryOverheadBytes + schema.cacheKeyBytes;
    this.#grow(64);
  }

  /** Bytes that Java would count for this store's entries. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The entry, or -1. `start` is of no meaning without windows. */
  find(key: K | string, start: number): number {
    return this.index.find(key, start);
  }

  /** Key of an entry: as it is, or latin1 text of its bytes. */
  key(entry: number): K | string {
    return this.#keys[entry]!;
  }

  startMs(entry: number): number {
    return this.#starts[entry]!;
  }

  timestampMs(entry: number): number {
    return this.#timestamps[entry]!;
  }

  /** Headers of the record that last put the entry. */
  headers(entry: number): Headers {
    return this.#contexts.headersOf(entry);
  }

  /** The entry is counted as cached; else it is being flushed. */
  isCached(entry: number): boolean {
    return (this.#flags[entry]! & isCached) !== 0;
  }

  isDeleted(entry: number): boolean {
    return (this.#flags[entry]! & isNull) !== 0;
  }

  /** It is known what the engine holds: see `isOldAbsent` and `oldValue`. */
  isOldKnown(entry: number): boolean {
    return (this.#flags[entry]! & isOldKnown) !== 0;
  }

  isOldAbsent(entry: number): boolean {
    return (this.#flags[entry]! & isOldNull) !== 0;
  }

  /** The entry was read: it is the last to be evicted. */
  touch(entry: number): void {
    if (this.#lru.first === entry) return;
    this.#lru.remove(entry);
    this.#lru.addFirst(entry);
  }

  value(entry: number): V | null {
    if ((this.#flags[entry]! & isNull) !== 0) return null;
    return this.#values.value(entry);
  }

  /** Value in the engine, if `isOldKnown`. */
  oldValue(entry: number): V | null {
    if ((this.#flags[entry]! & isOldNull) !== 0) return null;
    return this.#values.oldValue(entry);
  }

  /**
   * Checks a value and says how many bytes it will be; null is none. Comes before any put, so that a value of the wrong
   * type changes nothing.
   *
   * @throws {SerializationError}
   */
  measure(value: V | null): number {
    if (value === null) return 0;
    return this.#prefixOf(this.#context.headers) + this.#values.measure(value);
  }

  /** Adds what was read from the engine as a clean entry, which may evict others, and even itself. */
  addClean(
    key: K | string,
    start: number,
    keyBytes: number,
    value: V,
    raw: Slice,
    storedBytes: number,
    timestampMs: number,
  ): void {
    const entry = this.#add(key, start, keyBytes);
    this.#values.load(entry, value, raw);
    this.#timestamps[entry] = timestampMs;
    this.#admitClean(entry, storedBytes);
  }

  /** A read found an entry that is no longer cached, but not drained yet: it is cached again, as if read from the engine. */
  readmit(entry: number): void {
    if ((this.#flags[entry]! & isNull) !== 0) return; // there is nothing in the engine to be read
    this.#admitClean(entry, this.#prefixOf(this.#contexts.headersOf(entry)) + this.#values.size(entry));
  }

  /** A new entry for a key that has none. `absent`: the engine is known not to hold the key. */
  add(key: K | string, start: number, keyBytes: number, absent: boolean): number {
    const entry = this.#add(key, start, keyBytes);
    this.#flags[entry] = absent ? isOldKnown | isOldNull : 0;
    return entry;
  }

  /**
   * Writes a value that was measured before; what is evicted for it is written before this returns.
   *
   * @returns the entry that holds it, another one if the given one is being flushed; -1 if entries were evicted, it perhaps too
   */
  put(given: number, value: V | null, valueBytes: number, timestampMs: number): number {
    const context = this.#context;
    let entry = given;
    const flags = this.#flags[entry]!;
    if ((flags & isPending) !== 0) entry = this.#replacePending(entry);
    else if ((flags & (isDirty | isCached)) === isCached) this.#keepOld(entry);
    this.#values.assign(entry, value);
    this.#timestamps[entry] = timestampMs;
    this.#contexts.keep(entry, context);

    let size = this.#keySizes[entry]! + valueBytes;
    if (context.topic !== null) size += context.topic.length;
    if (context.headers !== noHeaders) size += headerBytes(context.headers);
    const cache = this.#cache;
    const grownBy = size - this.#sizes[entry]!;
    this.#sizes[entry] = size;
    this.#bytes += grownBy;
    cache.bytes += grownBy;

    if ((this.#flags[entry]! & isCached) === 0) this.#lru.addFirst(entry);
    else this.touch(entry);
    if ((this.#flags[entry]! & isDirty) === 0) this.#dirty.addLast(entry);
    else if (this.#dirty.last !== entry) {
      this.#dirty.remove(entry);
      this.#dirty.addLast(entry);
    }
    this.#flags[entry] = (this.#flags[entry]! & (isOldKnown | isOldNull)) | isCached | isDirty | (value === null ? isNull : 0);
    if (cache.bytes <= cache.bytesMax && this.#queue.length === 0) return entry;
    const version = this.version;
    if (this.#queue.length > 0 && !this.#isWriting) cache.bytes -= this.#write(entriesPerPut);
    this.#evictWhileOver();
    return version === this.version ? entry : -1;
  }

  /** The value's own bytes, if they are what is held; else null. */
  valueBytes(entry: number): Buffer | null {
    return this.#values.bytes(entry);
  }

  /** The value as it is held, to be read later by `heldValue`, whatever happens to the entry. */
  held(entry: number): unknown {
    if ((this.#flags[entry]! & isNull) !== 0) return null;
    return this.#values.held(entry);
  }

  heldValue(held: unknown): V {
    return this.#values.heldValue(held);
  }

  /**
   * Writes everything dirty, or `entriesMax` entries of it: the next call goes on with the rest.
   *
   * @returns whether all is written
   */
  flush(entriesMax: number): boolean {
    this.#released += this.#flush(-1, entriesMax);
    if (this.#queue.length > 0) return false;
    // only now: other stores count on the same budget meanwhile
    this.#cache.bytes -= this.#released;
    this.#released = 0;
    return true;
  }

  /** Forgets everything without writing it. */
  discard(): void {
    this.#cache.bytes -= this.#bytes;
    this.#bytes = 0;
    this.index.clear();
    this.#free = [];
    this.#used = firstEntry;
    this.#queue = [];
    this.#queueAt = 0;
    this.#settledAt = 0;
    this.#released = 0;
    this.#isWriting = false;
    this.version += 1;
    this.#keys.fill("");
    this.#values.clear();
    this.#lru.clear();
    this.#dirty.clear();
    this.#sizes.fill(0);
    this.#flags.fill(0);
  }

  /** Nothing is on its way: for the end of a flush. */
  assertSettled(): void {
    assert(
      this.#queue.length === 0 && this.#queueAt === 0 && this.#settledAt === 0,
      "a flush that has ended leaves no pending entries",
    );
    assert(this.#bytes >= 0, "a store counts no less than nothing");
    assert(this.#cache.bytes >= this.#bytes, "the budget counts what its stores count");
  }

  /** Checks every entry against flags, lists, index and account; for tests, since it looks at all of them. */
  assertConsistent(): void {
    const cached = this.#lru.entries();
    const dirty = this.#dirty.entries();
    const pending = new Set(this.#queue.slice(this.#settledAt));
    const found = new Set(this.index.entries());
    const free = new Set(this.#free);
    const has = (entry: number, flag: number): boolean => (this.#flags[entry]! & flag) !== 0;
    let bytes = 0;
    for (let entry = firstEntry; entry < this.#used; entry += 1) {
      const isFound = found.has(entry);
      assert(
        isFound === (this.index.find(this.#keys[entry]!, this.#starts[entry]!) === entry),
        "an entry is found by its own key",
      );
      assert(cached.has(entry) === has(entry, isCached), "the LRU list has the entries that are cached");
      assert(dirty.has(entry) === has(entry, isDirty), "the dirty list has the entries that are dirty");
      assert(pending.has(entry) === has(entry, isPending), "the queue has the entries that are pending");
      assert(!has(entry, isDirty) || has(entry, isCached), "an entry that is dirty is cached");
      assert(!has(entry, isDirty) || !has(entry, isPending), "an entry is dirty or pending");
      assert(!has(entry, isOrphan) || (has(entry, isPending) && !has(entry, isCached)), "an orphan waits for its flush alone");
      assert(isFound !== (has(entry, isOrphan) || free.has(entry)), "an entry is found, an orphan or free");
      assert(!free.has(entry) || this.#flags[entry] === 0, "a free entry has no flags");
      assert(has(entry, isCached) || this.#sizes[entry] === 0, "what is not cached is not counted");
      bytes += this.#sizes[entry]!;
    }
    assert(bytes === this.#bytes, "the store counts the sizes of its entries");
  }

  #prefixOf(headers: Headers): number {
    return this.#prefixBytes < 0 ? this.#format.prefixBytes(headers) : this.#prefixBytes;
  }

  #evictWhileOver(): void {
    const cache = this.#cache;
    while (cache.bytes > cache.bytesMax) {
      const eldest = this.#lru.last;
      if (eldest === 0) return; // the rest belongs to other stores, which are not this one's to evict from
      this.#evict(eldest);
    }
  }

  #evict(entry: number): void {
    const size = this.#uncache(entry);
    let released = size;
    if ((this.#flags[entry]! & isDirty) !== 0) released += this.#flush(entry, this.#cache.flushEntriesMax);
    else if ((this.#flags[entry]! & isPending) === 0) this.#forget(entry);
    // only now, as in Java: what the flush writes to other stores still sees the evicted entry counted
    this.#cache.bytes -= released;
  }

  /** @returns the bytes of deletes, which leave the cache with the flush */
  #flush(evicted: number, entriesMax: number): number {
    if (evicted >= 0) {
      this.#dirty.remove(evicted);
      this.#enqueue(evicted);
    }
    for (let entry = this.#dirty.first; entry !== 0; entry = this.#dirty.after(entry)) this.#enqueue(entry);
    this.#dirty.clear();
    return this.#write(entriesMax);
  }

  /** Writes pending entries. @returns as `#flush` */
  #write(entriesMax: number): number {
    const wasWriting = this.#isWriting;
    const context = this.#context;
    const { topic, partition, offset, timestampMs, headers } = context;
    this.#isWriting = true;
    try {
      for (let left = entriesMax; left > 0 && this.#queueAt < this.#queue.length; left -= 1) {
        const next = this.#queue[this.#queueAt]!;
        this.#queueAt += 1;
        this.#contexts.move(context, next);
        this.#writer.writeEntry(next);
      }
    } finally {
      this.#isWriting = wasWriting;
      context.topic = topic;
      context.partition = partition;
      context.offset = offset;
      context.timestampMs = timestampMs;
      context.headers = headers;
    }
    return this.#queue.length === 0 ? 0 : this.#settle();
  }

  #enqueue(entry: number): void {
    this.#flags[entry] = (this.#flags[entry]! & ~isDirty) | isPending;
    this.#queue.push(entry);
  }

  /** Pending entries are written: all, or the first ones. */
  #settle(): number {
    this.#writer.drain();
    let released = 0;
    for (; this.#settledAt < this.#queueAt; this.#settledAt += 1) {
      const entry = this.#queue[this.#settledAt]!;
      const flags = this.#flags[entry]! & ~(isPending | isOldKnown | isOldNull);
      this.#flags[entry] = flags;
      this.#values.forgetOld(entry);
      if ((flags & isOrphan) !== 0) {
        this.#release(entry);
        continue;
      }
      if ((flags & isNull) !== 0 && (flags & isCached) !== 0) released += this.#uncache(entry);
      if ((this.#flags[entry] & isCached) === 0) this.#forget(entry);
    }
    if (this.#queueAt === this.#queue.length) {
      this.#queue.length = 0;
      this.#queueAt = 0;
      this.#settledAt = 0;
    }
    return released;
  }

  /** A pending entry is put again: its flush keeps it, the key gets a new one. */
  #replacePending(pending: number): number {
    const key = this.#keys[pending]!;
    const start = this.#starts[pending]!;
    if ((this.#flags[pending]! & isCached) !== 0) this.#cache.bytes -= this.#uncache(pending);
    this.#flags[pending] = this.#flags[pending]! | isOrphan;
    this.version += 1;
    const entry = this.#allocate();
    this.#keys[entry] = key;
    this.#starts[entry] = start;
    this.#keySizes[entry] = this.#keySizes[pending]!;
    this.index.set(key, start, entry);
    const wasNull = (this.#flags[pending] & isNull) !== 0;
    this.#flags[entry] = isOldKnown | (wasNull ? isOldNull : 0);
    this.#values.keepOld(entry, pending);
    return entry;
  }

  /** A clean entry becomes dirty: its value is what the engine holds. */
  #keepOld(entry: number): void {
    const flags = this.#flags[entry]!;
    this.#flags[entry] = flags | isOldKnown | ((flags & isNull) !== 0 ? isOldNull : 0);
    this.#values.keepOld(entry, entry);
  }

  #add(key: K | string, start: number, keyBytes: number): number {
    const entry = this.#allocate();
    this.#keys[entry] = key;
    this.#starts[entry] = start;
    this.#keySizes[entry] = keyBytes + this.#overheadBytes;
    this.index.set(key, start, entry);
    this.version += 1;
    return entry;
  }

  #admitClean(entry: number, valueBytes: number): void {
    const size = this.#keySizes[entry]! + valueBytes;
    this.#sizes[entry] = size;
    this.#bytes += size;
    this.#cache.bytes += size;
    this.#flags[entry] = this.#flags[entry]! | isCached;
    this.#lru.addFirst(entry);
    this.#evictWhileOver();
  }

  /** Out of the LRU list and the account. @returns its size */
  #uncache(entry: number): number {
    const size = this.#sizes[entry]!;
    this.#lru.remove(entry);
    this.#flags[entry] = this.#flags[entry]! & ~isCached;
    this.#bytes -= size;
    this.#sizes[entry] = 0;
    return size;
  }

  #forget(entry: number): void {
    this.index.delete(this.#keys[entry]!, this.#starts[entry]!);
    this.version += 1;
    this.#release(entry);
  }

  #release(entry: number): void {
    this.#flags[entry] = 0;
    this.#keys[entry] = "";
    this.#values.forget(entry);
    this.#contexts.forget(entry);
    this.#free.push(entry);
  }

  #allocate(): number {
    if (this.#free.length > 0) return this.#free.pop()!;
    if (this.#used === this.#flags.length) this.#grow(this.#flags.length * 2);
    return this.#used++;
  }

  #grow(size: number): void {
    this.#starts = doubles(this.#starts, size);
    this.#values.grow(size);
    this.#timestamps = doubles(this.#timestamps, size);
    this.#contexts.grow(size);
    this.#sizes = integers(this.#sizes, size);
    this.#keySizes = integers(this.#keySizes, size);
    this.#lru.grow(size);
    this.#dirty.grow(size);
    const flags = new Uint8Array(size);
    flags.set(this.#flags);
    this.#flags = flags;
    while (this.#keys.length < size) this.#keys.push("");
  }
}
