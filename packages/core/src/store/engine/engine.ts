import type { Slice } from "../../serde/slice.ts";

/**
 * Storage for the bytes of stores: sorted by unsigned byte order, synchronous. It knows nothing of serdes, windows, expiry or
 * caches. Every engine passes the suite `engineConformance` of the test kit.
 *
 * One engine serves an instance; a store partition is a key space of it, named by `EngineSpace`.
 */
export interface Engine {
  /** Name for logs and errors, such as `memory`. */
  readonly name: string;
  /** Content survives closing and opening again. */
  readonly persistent: boolean;
  /** The key space of a store's partition, made if it is missing. */
  space(store: string, partition: number): EngineSpace;
  /** Applies all writes, over all spaces, or none. A later write to a key wins. */
  write(batch: EngineBatch): void;
  /** Makes an empty batch for `write`; one can be cleared and used again. */
  batch(): EngineBatch;
  /** Closes the engine; nothing of it may be used afterwards. */
  close(): Promise<void>;
}

/** One store partition's keys. Returned bytes are the caller's to keep and must not be changed. */
export interface EngineSpace {
  /** Name of the store. */
  readonly store: string;
  /** Partition of the store. */
  readonly partition: number;
  /** Gives a key's value, or null if there is none. */
  get(key: Uint8Array): Buffer | null;
  /** `get` without allocation: points `value` at the bytes, which hold until the engine is next called. */
  find(key: Slice, value: Slice): boolean;
  /** Gives the values of many keys at once, in the order of the keys. */
  getMany(keys: readonly Uint8Array[]): (Buffer | null)[];
  /**
   * Entries with `from <= key < to` (null: open), ascending, or descending if `reverse`. Sees the content of the moment
   * of the call, whatever is written while it is read. `close` is idempotent, and happens by itself at the end.
   */
  scan(from: Uint8Array | null, to: Uint8Array | null, reverse: boolean): EngineScan;
  /** The restore checkpoint that was last written for this space, or null. */
  checkpoint(): Checkpoint | null;
}

/** A cursor: call `next` first; `key` and `value` point at bytes that hold until the next call of `next` or `close`. */
export interface EngineScan {
  /** Moves to the next entry; false at the end. */
  next(): boolean;
  /** Key of the entry. */
  readonly key: Slice;
  /** Value of the entry. */
  readonly value: Slice;
  /** Ends the scan early and frees what it holds. */
  close(): void;
}

/** Up to which offset of its changelog a space's content is complete. */
export interface Checkpoint {
  /**
   * Identity of the log that the content was made from, and of the store's layout: if either has changed, the checkpoint is
   * void. Latin-1 text without a meaning for an engine.
   */
  readonly origin: string;
  /** The next offset to restore. */
  readonly offset: number;
  /** The store's stream time, NaN if it has none. */
  readonly streamTimeMs: number;
  /**
   * A time at which nothing was read or written beyond `offset`, NaN if none is known. If it is older than the changelog's
   * tombstone retention, deletions may be missing.
   */
  readonly writtenMs: number;
}

/** Collects writes without an object per write, copying their bytes; `clear` makes it ready for the next. */
export interface EngineBatch {
  /** Size of the keys and values collected since the last `clear`, in bytes. */
  readonly bytes: number;
  /** Sets a key's value. */
  put(space: EngineSpace, key: Uint8Array, value: Uint8Array): void;
  /** Sets a key's value, both given as slices. */
  putSlice(space: EngineSpace, key: Slice, value: Slice): void;
  /** Deletes a key; one that is not there is no error. */
  delete(space: EngineSpace, key: Uint8Array): void;
  /** Deletes a key given as a slice; one that is not there is no error. */
  deleteSlice(space: EngineSpace, key: Slice): void;
  /** Deletes `from <= key < to` (null: open). */
  deleteRange(space: EngineSpace, from: Uint8Array | null, to: Uint8Array | null): void;
  /** null: there is no valid checkpoint any more. */
  checkpoint(space: EngineSpace, checkpoint: Checkpoint | null): void;
  /** Forgets all writes, so that the batch can be filled again. */
  clear(): void;
}
