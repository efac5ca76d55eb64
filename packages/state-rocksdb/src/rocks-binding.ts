import { RocksBindingError } from "./errors.ts";

/**
 * The functions of the package `@nxtedition/rocksdb` that are used here, which its class `RocksLevel` wraps in promises,
 * options per call and encodings. They are called without the wrapper because a `get` passes five times fewer properties
 * that way; the package's version is exact, and the tests run all of them.
 *
 * Without options, reads and writes mean the family `default`, and values are buffers. Keys and values are read as long
 * as a call lasts. A handle must not be used after `db_close`: that ends the process.
 */
export interface RocksBinding {
  db_init(location: string): DatabaseHandle;
  db_open(database: DatabaseHandle, options: OpenOptions, done: (error: Error | null, families?: Families) => void): void;
  db_close(database: DatabaseHandle, done: (error: Error | null) => void): void;
  db_get_many_sync(database: DatabaseHandle, keys: readonly Uint8Array[], options?: FamilyOption): (Buffer | undefined | null)[];
  /** Deletes a range: a write of its own, which cannot be part of a batch. */
  db_clear(database: DatabaseHandle, range: { readonly gte: Uint8Array; readonly lt: Uint8Array }): void;
  /** Sees the content of the moment of the call. */
  iterator_init(database: DatabaseHandle, options: IteratorOptions): IteratorHandle;
  /** Up to `count` entries as key, value, key, value …, fewer if they are large. */
  iterator_nextv_sync(iterator: IteratorHandle, count: number): { readonly rows: readonly Buffer[]; readonly finished: boolean };
  iterator_close(iterator: IteratorHandle): void;
  batch_init(): BatchHandle;
  batch_put(batch: BatchHandle, key: Uint8Array, value: Uint8Array, options?: FamilyOption): void;
  batch_del(batch: BatchHandle, key: Uint8Array, options?: FamilyOption): void;
  batch_clear(batch: BatchHandle): void;
  batch_write(database: DatabaseHandle, batch: BatchHandle, options?: { readonly sync: boolean }): void;
}

declare const kind: unique symbol;
export type DatabaseHandle = { readonly [kind]: "database" };
export type FamilyHandle = { readonly [kind]: "family" };
export type IteratorHandle = { readonly [kind]: "iterator" };
export type BatchHandle = { readonly [kind]: "batch" };
export type Families = Readonly<Record<string, FamilyHandle>>;
export type FamilyOption = { readonly column: FamilyHandle };

export interface FamilyOptions {
  /** Level compaction, with memtables of a quarter of the budget, of which two are merged when they are written. */
  readonly compaction: "level";
  readonly memtableMemoryBudget: number;
  /** Size of the cache for blocks of the family's tables, in bytes. */
  readonly cacheSize: number;
  readonly compression: boolean;
  /** A hash index in blocks, ribbon filters below the first level, and a Bloom filter of whole keys in memtables. */
  readonly optimize: "point-lookup";
}

export interface OpenOptions extends FamilyOptions {
  readonly createIfMissing: boolean;
  readonly walCompression: boolean;
  /** Background threads that write and compact tables. */
  readonly parallelism: number;
  readonly columns: Readonly<Record<string, FamilyOptions>>;
}

export interface IteratorOptions {
  readonly gte: Uint8Array;
  readonly lt: Uint8Array;
  readonly reverse: boolean;
  readonly keyEncoding: "buffer";
  readonly valueEncoding: "buffer";
  /** A fetch ends after so many bytes. */
  readonly highWaterMarkBytes: number;
  readonly fillCache: boolean;
  readonly column?: FamilyHandle;
}

/**
 * Loads the native code. Its package holds binaries for Linux (x64, glibc) and macOS (arm64).
 *
 * @throws {RocksBindingError} when there is none for this machine, or the package is not installed
 */
export async function loadRocksBinding(): Promise<RocksBinding> {
  try {
    return (await import("@nxtedition/rocksdb/binding.js")).default as RocksBinding;
  } catch (error) {
    throw new RocksBindingError(error);
  }
}
