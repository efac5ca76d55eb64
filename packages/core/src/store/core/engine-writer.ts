import { Slice } from "../../serde/slice.ts";
import type { Checkpoint, Engine, EngineBatch, EngineScan, EngineSpace } from "../engine/engine.ts";
import type { StoreBuild } from "../store-build.ts";
import { StoreTail } from "./store-tail.ts";

/** Above this much, what was collected goes to the engine, though a flush or a restoration has not ended. */
const batchBytesMax = 1 << 20;

/**
 * A store's partition in its engine: looks keys up, collects writes and hands them on, keeps the checkpoint.
 *
 * Into an engine that outlives the process, writes go by way of a `StoreTail`, so that it never holds what the changelog may
 * lose. Without a changelog, and in memory, they go to the engine at once.
 *
 * It knows bytes alone: keys as the schema laid them out, values as the format wrote them. It calls the tail and the engine.
 */
export class EngineWriter {
  readonly space: EngineSpace;
  /** Value that `find` found, with the format's prefix. */
  readonly found: Slice = new Slice();
  /** null: writes go to the engine at once. */
  readonly tail: StoreTail | null;
  /** The store's stream time, which goes with its writes and its checkpoint; NaN if it has none. */
  streamTimeMs: number = Number.NaN;
  readonly #engine: Engine;
  readonly #batch: EngineBatch;
  /** There is no changelog to learn the stream time from. */
  readonly #keepsStreamTime: boolean;
  #keptStreamTimeMs = Number.NEGATIVE_INFINITY;

  constructor({ changelog, engine, fromSource = false, space, writeBudget = null }: StoreBuild) {
    this.#engine = engine;
    this.#batch = engine.batch();
    this.space = space;
    const isTailed = writeBudget !== null && engine.persistent && (changelog !== null || fromSource);
    this.#keepsStreamTime = engine.persistent && changelog === null && !fromSource;
    this.tail = isTailed ? new StoreTail(engine, space, writeBudget, fromSource) : null;
  }

  /** Looks a key up; true leaves `found`. */
  find(key: Slice): boolean {
    return this.tail === null ? this.space.find(key, this.found) : this.tail.find(key, this.found);
  }

  /** Keys `from <= key < to` (null: open), as `EngineSpace.scan`. */
  scan(from: Uint8Array | null, to: Uint8Array | null, reverse: boolean): EngineScan {
    return (this.tail ?? this.space).scan(from, to, reverse);
  }

  /** Collects a write, or a deletion where `value` is null. It belongs to the record that was logged last. */
  collect(key: Slice, value: Slice | null): void {
    if (this.tail === null) this.#collect(key, value);
    else if (value === null) this.tail.delete(key, this.streamTimeMs);
    else this.tail.put(key, value, this.streamTimeMs);
  }

  /** Collects the deletion of `from <= key < to` (null: open). */
  collectRangeDelete(from: Uint8Array | null, to: Uint8Array | null): void {
    if (this.tail === null) this.#batch.deleteRange(this.space, from, to);
    else this.tail.deleteRange(from, to, this.streamTimeMs);
  }

  /** Writes what was collected. */
  drain(): void {
    if (this.tail !== null) return;
    if (this.#keepsStreamTime && this.streamTimeMs > this.#keptStreamTimeMs) this.#keepStreamTime();
    this.#write();
  }

  /** Collects what the changelog record at `offset` says. */
  collectRestored(key: Slice, value: Slice | null, offset: number): void {
    if (this.tail === null) {
      this.#collect(key, value);
      return;
    }
    this.#add(key, value);
    if (this.#batch.bytes > batchBytesMax) this.restored(offset + 1);
  }

  /** As `collectRangeDelete`, in a restoration. */
  collectRestoredRangeDelete(from: Uint8Array | null, to: Uint8Array | null): void {
    this.#batch.deleteRange(this.space, from, to);
  }

  /** Goes on where a checkpoint left off. */
  resume(checkpoint: Checkpoint): void {
    this.tail?.begin(checkpoint);
  }

  /** Everything below `nextOffset` is collected: writes it, with the checkpoint. */
  restored(nextOffset: number): void {
    if (this.tail === null) return;
    this.tail.restored(this.#batch, nextOffset, this.streamTimeMs);
    this.#write();
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
      this.#write();
    }
    this.#batch.deleteRange(this.space, null, null);
    this.#write();
    this.streamTimeMs = Number.NaN;
    this.#keptStreamTimeMs = Number.NEGATIVE_INFINITY;
  }

  /** Nothing uses the content any more, unless a later process does. */
  close(): void {
    if (this.#engine.persistent) this.discard();
    else this.empty();
  }

  #keepStreamTime(): void {
    this.#keptStreamTimeMs = this.streamTimeMs;
    this.#batch.checkpoint(this.space, { origin: "", offset: 0, streamTimeMs: this.streamTimeMs, writtenMs: Number.NaN });
  }

  #collect(key: Slice, value: Slice | null): void {
    this.#add(key, value);
    if (this.#batch.bytes > batchBytesMax) this.drain();
  }

  #add(key: Slice, value: Slice | null): void {
    if (value === null) this.#batch.deleteSlice(this.space, key);
    else this.#batch.putSlice(this.space, key, value);
  }

  #write(): void {
    this.#engine.write(this.#batch);
    this.#batch.clear();
  }
}
