import { fieldSpareBytes, writeField } from "@millrace/protocol";
import { noHeaders, type RecordContext } from "../record/record-context.ts";
import { ofKey } from "../serde/errors.ts";
import { readInt64, writeInt64 } from "../serde/int64.ts";
import type { Serde } from "../serde/serde.ts";
import { settled } from "../serde/settled.ts";
import { slice, Slice } from "../serde/slice.ts";
import type { TopicOutput } from "../output.ts";
import type { Checkpoint, Engine, EngineBatch, EngineScan, EngineSpace } from "./engine.ts";
import { Scratch } from "./scratch.ts";
import type { StoreBuild } from "./store-build.ts";
import { StoreTail } from "./store-tail.ts";
import type { WriteSet } from "./write-set.ts";

/** Above this much, what was collected goes to the engine, though a flush or a restoration has not ended. */
const batchBytesMax = 1 << 20;

/**
 * A store's way to its engine and its changelog: encodes key and value once, in a buffer of its own, from which both are
 * fed. Values in timestamped stores are `timestamp(8) ‖ value`, in the changelog the value alone.
 *
 * Into an engine that outlives the process, writes go by way of a `StoreTail`, so that it never holds what the changelog may
 * lose. Without a changelog, and in memory, they go to the engine at once.
 */
export class StoreWriter<K, V> {
  readonly space: EngineSpace;
  readonly keys: Serde<K>;
  readonly values: Serde<V>;
  readonly timestamped: boolean;
  /** True if a decoded key is its own Map key. */
  readonly keysByValue: boolean;
  readonly context: RecordContext;
  /** The key as the engine has it, and as the changelog has it: both lie in `keyScratch`. */
  readonly engineKey: Slice = new Slice();
  readonly changelogKey: Slice = new Slice();
  readonly keyScratch: Scratch = new Scratch();
  /** Value that `find` found, with its timestamp in front. */
  readonly found: Slice = new Slice();
  /** null: writes go to the engine at once. */
  readonly tail: StoreTail | null;
  /** The store's stream time, NaN if it has none. */
  streamTimeMs: number = Number.NaN;
  readonly #engine: Engine;
  readonly #batch: EngineBatch;
  readonly #changelog: TopicOutput | null;
  /** There is no changelog to learn it from. */
  readonly #keepsStreamTime: boolean;
  #keptStreamTimeMs = Number.NEGATIVE_INFINITY;
  readonly #valueScratch: Scratch = new Scratch();
  readonly #engineValue: Slice = new Slice();
  readonly #changelogValue: Slice = new Slice();

  constructor(build: StoreBuild, keys: Serde<K>, values: Serde<V>, timestamped: boolean) {
    this.#engine = build.engine;
    this.#batch = build.engine.batch();
    this.#changelog = build.changelog;
    this.space = build.space;
    this.context = build.context;
    this.keys = keys;
    this.values = values;
    this.timestamped = timestamped;
    this.keysByValue = keys.identity === "value";
    const { changelog, engine, fromSource = false, space, writeBudget = null } = build;
    const isTailed = writeBudget !== null && engine.persistent && (changelog !== null || fromSource);
    this.#keepsStreamTime = engine.persistent && changelog === null && !fromSource;
    this.tail = isTailed ? new StoreTail(engine, space, writeBudget, fromSource) : null;
  }

  /** Looks `engineKey` up; true leaves `found`. */
  find(): boolean {
    return this.tail === null ? this.space.find(this.engineKey, this.found) : this.tail.find(this.engineKey, this.found);
  }

  /** Keys `from <= key < to` (null: open), as `EngineSpace.scan`. */
  scan(from: Uint8Array | null, to: Uint8Array | null, reverse: boolean): EngineScan {
    return (this.tail ?? this.space).scan(from, to, reverse);
  }

  /** Timestamp of a value as the engine has it; NaN in a store without timestamps. */
  timestampOf(stored: Slice): number {
    return this.timestamped ? readInt64(stored.buffer, stored.start) : Number.NaN;
  }

  valueOf(stored: Slice): V {
    return settled(this.values, this.values.read(stored.buffer, stored.start + (this.timestamped ? 8 : 0), stored.end));
  }

  /** The key that the write set holds as it is, or as latin1 text of its bytes. */
  heldKey(held: K | string): K {
    if (this.keysByValue) return held as K;
    const bytes = Buffer.from(held as string, "latin1");
    return settled(this.keys, this.keys.read(bytes, 0, bytes.length));
  }

  heldKeyBytes(held: K | string): Buffer {
    return this.keysByValue ? this.keyBytes(held as K) : Buffer.from(held as string, "latin1");
  }

  keyBytes(key: K): Buffer {
    const end = this.writeKey(key, 0);
    return Buffer.from(this.keyScratch.buffer.subarray(0, end));
  }

  /** The key's bytes as latin1 text. */
  keyText(key: K): string {
    const end = this.writeKey(key, 0);
    return this.keyScratch.buffer.toString("latin1", 0, end);
  }

  /** Key under which a Map finds the entry: the key itself, which must be in its normal form, or its bytes as text. */
  mapKey(key: K): K | string {
    return this.keysByValue ? key : this.keyText(key);
  }

  /** The same key as it comes back when its bytes are read, if it is held as it is. */
  normalKey(key: K): K {
    if (!this.keysByValue || this.keys.normalize === undefined) return key;
    try {
      return this.keys.normalize(key);
    } catch (error) {
      throw ofKey(error);
    }
  }

  /** The write set's entry for a key, a new one if there is none. `knownAbsent`: there is none, nor does the engine hold the key. */
  entryFor(set: WriteSet<K, V>, key: K, windowStartMs: number, knownAbsent: boolean): number {
    const mapKey = this.mapKey(key);
    if (!knownAbsent) {
      const entry = set.find(mapKey, windowStartMs);
      if (entry >= 0) return entry;
      const normal = this.normalKey(key);
      if (!Object.is(normal, key)) return this.entryFor(set, normal, windowStartMs, false);
    }
    return set.add(mapKey, windowStartMs, this.#keySize(key, mapKey), knownAbsent);
  }

  /** Writes a key at `at` of `keyScratch`, with 12 bytes to spare, and returns its end. @throws {SerializationError} */
  writeKey(key: K, at: number): number {
    try {
      const bytesMax = this.keys.sizeMax(key);
      this.keyScratch.reserve(at + bytesMax + 12 + fieldSpareBytes);
      return writeField(this.keys, this.keyScratch.buffer, at, key, bytesMax);
    } catch (error) {
      throw ofKey(error);
    }
  }

  writeHeldKey(held: K | string, at: number): number {
    if (this.keysByValue) return this.writeKey(held as K, at);
    const text = held as string;
    this.keyScratch.reserve(at + text.length + 12);
    return at + this.keyScratch.buffer.write(text, at, "latin1");
  }

  /** Encodes a value behind its timestamp. */
  encode(value: V, timestampMs: number): void {
    const at = this.timestamped ? 8 : 0;
    const bytesMax = this.values.sizeMax(value);
    this.#valueScratch.reserve(at + bytesMax + fieldSpareBytes);
    const buffer = this.#valueScratch.buffer;
    if (this.timestamped) writeInt64(buffer, 0, timestampMs);
    const end = writeField(this.values, buffer, at, value, bytesMax);
    this.#engineValue.set(buffer, 0, end);
    this.#changelogValue.set(buffer, at, end);
  }

  /** The same with bytes that are the value's already. */
  encodeRaw(from: Buffer, start: number, end: number, timestampMs: number): void {
    if (!this.timestamped) {
      this.#engineValue.set(from, start, end);
      this.#changelogValue.set(from, start, end);
      return;
    }
    this.#valueScratch.reserve(8 + end - start);
    const buffer = this.#valueScratch.buffer;
    writeInt64(buffer, 0, timestampMs);
    from.copy(buffer, 8, start, end);
    this.#engineValue.set(buffer, 0, 8 + end - start);
    this.#changelogValue.set(buffer, 8, 8 + end - start);
  }

  /** The same with the value of a write set's entry. */
  encodeEntry(set: WriteSet<K, V>, entry: number): void {
    const timestampMs = set.timestamps[entry]!;
    if (!set.encodes) {
      this.encode(set.value(entry)!, timestampMs);
      return;
    }
    const held = set.values[entry] as Buffer;
    this.encodeRaw(held, 0, held.length, timestampMs);
  }

  /** The encoded value, `timestamp(8) ‖ value` in a timestamped store, to keep. */
  encoded(): Buffer {
    return this.#engineValue.copy();
  }

  /** Logs `changelogKey` with the encoded value, or with null: a tombstone. */
  log(deleted: boolean, timestampMs: number): void {
    if (this.#changelog === null) return;
    // a change outside any record has Java's dummy timestamp, 0
    const logged = timestampMs === timestampMs ? timestampMs : 0;
    this.#changelog.append(
      this.space.partition,
      logged,
      this.changelogKey,
      slice,
      deleted ? null : this.#changelogValue,
      slice,
      noHeaders,
    );
    this.tail?.logged();
  }

  /** Collects the write of `engineKey` with the encoded value, or its deletion. It belongs to the record that was logged last. */
  collect(deleted: boolean): void {
    if (this.tail === null) this.#collect(deleted);
    else if (deleted) this.tail.delete(this.engineKey, this.streamTimeMs);
    else this.tail.put(this.engineKey, this.#engineValue, this.streamTimeMs);
  }

  collectRangeDelete(from: Uint8Array | null, to: Uint8Array | null): void {
    if (this.tail === null) this.#batch.deleteRange(this.space, from, to);
    else this.tail.deleteRange(from, to, this.streamTimeMs);
  }

  /** Writes what was collected. */
  drain(): void {
    if (this.tail !== null) return;
    if (this.#keepsStreamTime && this.streamTimeMs > this.#keptStreamTimeMs) this.#keepStreamTime();
    this.#engine.write(this.#batch);
    this.#batch.clear();
  }

  /** Collects what the changelog record at `offset` says. */
  collectRestored(deleted: boolean, offset: number): void {
    if (this.tail === null) {
      this.#collect(deleted);
      return;
    }
    if (deleted) this.#batch.deleteSlice(this.space, this.engineKey);
    else this.#batch.putSlice(this.space, this.engineKey, this.#engineValue);
    if (this.#batch.bytes > batchBytesMax) this.restored(offset + 1);
  }

  collectRestoredRangeDelete(from: Uint8Array | null, to: Uint8Array | null): void {
    this.#batch.deleteRange(this.space, from, to);
  }

  resume(checkpoint: Checkpoint): void {
    this.tail?.begin(checkpoint);
  }

  /** Everything below `nextOffset` is collected: writes it, with the checkpoint. */
  restored(nextOffset: number): void {
    if (this.tail === null) return;
    this.tail.restored(this.#batch, nextOffset, this.streamTimeMs);
    this.#engine.write(this.#batch);
    this.#batch.clear();
  }

  /** The stream time of a store without changelog whose content outlives the process; else NaN. */
  keptStreamTimeMs(): number {
    return this.#keepsStreamTime ? (this.space.checkpoint()?.streamTimeMs ?? Number.NaN) : Number.NaN;
  }

  /** The checkpoint of what the engine holds, if that outlives the process. */
  checkpoint(): Checkpoint | null {
    return this.#engine.persistent ? this.space.checkpoint() : null;
  }

  /** Forgets what was collected. */
  discard(): void {
    this.tail?.discard();
    this.#batch.clear();
  }

  /** Deletes what the engine holds. The checkpoint goes first, since an engine may delete a range in several steps. */
  empty(): void {
    this.discard();
    if (this.#engine.persistent) {
      this.#batch.checkpoint(this.space, null);
      this.#engine.write(this.#batch);
      this.#batch.clear();
    }
    this.#batch.deleteRange(this.space, null, null);
    this.#engine.write(this.#batch);
    this.#batch.clear();
    this.streamTimeMs = Number.NaN;
    this.#keptStreamTimeMs = Number.NEGATIVE_INFINITY;
  }

  /** Nothing uses the content any more, unless a later process does. */
  close(): void {
    if (this.#engine.persistent) this.discard();
    else this.empty();
  }

  #keySize(key: K, mapKey: K | string): number {
    if (!this.keysByValue) return (mapKey as string).length;
    if (this.keys.size === undefined) return this.writeKey(key, 0);
    try {
      return this.keys.size(key);
    } catch (error) {
      throw ofKey(error);
    }
  }

  #keepStreamTime(): void {
    this.#keptStreamTimeMs = this.streamTimeMs;
    this.#batch.checkpoint(this.space, { origin: "", offset: 0, streamTimeMs: this.streamTimeMs, writtenMs: Number.NaN });
  }

  #collect(deleted: boolean): void {
    if (deleted) this.#batch.deleteSlice(this.space, this.engineKey);
    else this.#batch.putSlice(this.space, this.engineKey, this.#engineValue);
    if (this.#batch.bytes > batchBytesMax) this.drain();
  }
}
