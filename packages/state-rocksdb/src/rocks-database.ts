import { rocksPath } from "./directory.ts";
import { EngineClosedError, EngineCorruptError, EngineFailedError, EngineFormatError, EngineLockedError } from "./errors.ts";
import { formatVersion, storeKeys } from "./format.ts";
import type { Meta } from "./meta.ts";
import type { KeyRange } from "./redo.ts";
import type {
  BatchHandle,
  DatabaseHandle,
  Families,
  FamilyHandle,
  FamilyOptions,
  IteratorHandle,
  OpenOptions,
  RocksBinding,
} from "./rocks-binding.ts";

/** A fetch of a scan ends after so many bytes. */
const fetchBytesMax = 256 * 1024;
/** Size of memtables of the family `meta`, which holds a few hundred bytes per store partition. */
const metaMemtablesBytes = 1024 * 1024;
const metaCacheBytes = 1024 * 1024;
/** A batch that grew larger is not kept for the next. */
const keptBatchBytesMax = 4 * 1024 * 1024;

export interface RocksSettings {
  readonly directory: string;
  readonly cacheBytes: number;
  readonly memtableBytes: number;
}

/** An open database of two families: guards every call against use after close, and names the directory in every error. */
export class RocksDatabase implements Meta {
  readonly directory: string;
  readonly #binding: RocksBinding;
  readonly #database: DatabaseHandle;
  readonly #meta: { readonly column: FamilyHandle };
  readonly #one: Uint8Array[] = [Buffer.alloc(0)];
  readonly #iterators: Set<IteratorHandle> = new Set();
  #batch: BatchHandle;
  #batchBytes = 0;
  isOpen: boolean = true;
  #closed: Promise<void> | null = null;

  constructor(directory: string, binding: RocksBinding, database: DatabaseHandle, families: Families) {
    this.directory = directory;
    this.#binding = binding;
    this.#database = database;
    this.#meta = { column: families["meta"]! };
    this.#batch = binding.batch_init();
  }

  /** Copies the value out of the database; undefined if there is none. */
  get(key: Buffer): Buffer | undefined {
    this.#one[0] = key;
    return this.#getMany(this.#one)[0] ?? undefined;
  }

  getMany(keys: readonly Buffer[]): (Buffer | null)[] {
    return this.#getMany(keys).map((value) => value ?? null);
  }

  getMeta(key: Buffer): Buffer | null {
    if (!this.isOpen) throw new EngineClosedError(this.directory);
    try {
      return this.#binding.db_get_many_sync(this.#database, [key], this.#meta)[0] ?? null;
    } catch (error) {
      throw failure(this.directory, "read", error);
    }
  }

  /** Collects for the next `write`. The bytes are copied. */
  put(key: Buffer, value: Buffer): void {
    this.#binding.batch_put(this.#batch, key, value);
    this.#batchBytes += key.length + value.length;
  }

  delete(key: Buffer): void {
    this.#binding.batch_del(this.#batch, key);
    this.#batchBytes += key.length;
  }

  putMeta(key: Buffer, value: Buffer | null): void {
    // the native code would use the family's handle, which is gone
    if (!this.isOpen) throw new EngineClosedError(this.directory);
    if (value === null) this.#binding.batch_del(this.#batch, key, this.#meta);
    else this.#binding.batch_put(this.#batch, key, value, this.#meta);
  }

  /**
   * Writes what was collected, all or nothing. It reaches the operating system before this returns, so the end of the
   * process, however sudden, loses nothing. It is not forced to the disk: after a power cut the database holds all writes
   * up to one of the last, and restoring from the changelog goes on there.
   */
  write(): void {
    if (!this.isOpen) throw new EngineClosedError(this.directory);
    try {
      this.#binding.batch_write(this.#database, this.#batch);
    } catch (error) {
      throw failure(this.directory, "write", error);
    } finally {
      this.drop();
    }
  }

  /** Forgets what was collected. */
  drop(): void {
    if (this.#batchBytes > keptBatchBytesMax) this.#batch = this.#binding.batch_init();
    else this.#binding.batch_clear(this.#batch);
    this.#batchBytes = 0;
  }

  /** A write of its own. */
  deleteRange({ from, to }: KeyRange): void {
    if (!this.isOpen) throw new EngineClosedError(this.directory);
    try {
      this.#binding.db_clear(this.#database, { gte: from, lt: to });
    } catch (error) {
      throw failure(this.directory, "delete a range", error);
    }
  }

  iterate(range: KeyRange, reverse: boolean, family: "data" | "meta" = "data"): IteratorHandle {
    if (!this.isOpen) throw new EngineClosedError(this.directory);
    try {
      const iterator = this.#binding.iterator_init(this.#database, {
        gte: range.from,
        lt: range.to,
        reverse,
        keyEncoding: "buffer",
        valueEncoding: "buffer",
        highWaterMarkBytes: fetchBytesMax,
        fillCache: true,
        ...(family === "meta" ? this.#meta : {}),
      });
      this.#iterators.add(iterator);
      return iterator;
    } catch (error) {
      throw failure(this.directory, "scan", error);
    }
  }

  /** Null: the database was closed meanwhile. */
  fetch(iterator: IteratorHandle, count: number): { readonly rows: readonly Buffer[]; readonly finished: boolean } | null {
    if (!this.#iterators.has(iterator)) return null;
    try {
      return this.#binding.iterator_nextv_sync(iterator, count);
    } catch (error) {
      throw failure(this.directory, "scan", error);
    }
  }

  end(iterator: IteratorHandle): void {
    if (this.#iterators.delete(iterator)) this.#binding.iterator_close(iterator);
  }

  saveMeta(key: Buffer, value: Buffer): void {
    this.putMeta(key, value);
    this.write();
  }

  storeRows(): readonly Buffer[] {
    return this.#rows({ from: storeKeys.first, to: storeKeys.last }, "meta", Number.MAX_SAFE_INTEGER);
  }

  isEmpty(): boolean {
    const everything = { from: Buffer.alloc(0), to: Buffer.of(0xff, 0xff, 0xff) };
    return this.#rows(everything, "meta", 1).length === 0 && this.#rows(everything, "data", 1).length === 0;
  }

  /** Ends all iterators. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.isOpen = false;
    for (const iterator of this.#iterators) this.end(iterator);
    this.drop();
    const error = await new Promise<Error | null>((resolve) => this.#binding.db_close(this.#database, resolve));
    if (error !== null) throw failure(this.directory, "close", error);
  }

  #rows(range: KeyRange, family: "data" | "meta", countMax: number): Buffer[] {
    const iterator = this.iterate(range, false, family);
    const all: Buffer[] = [];
    for (;;) {
      const { rows, finished } = this.fetch(iterator, Math.min(countMax, 1000))!;
      all.push(...rows);
      if (finished || all.length >= countMax * 2) break;
    }
    this.end(iterator);
    return all;
  }

  #getMany(keys: readonly Uint8Array[]): (Buffer | undefined | null)[] {
    if (!this.isOpen) throw new EngineClosedError(this.directory);
    try {
      return this.#binding.db_get_many_sync(this.#database, keys);
    } catch (error) {
      throw failure(this.directory, "read", error);
    }
  }
}

/**
 * Opens the database, or makes it, in the directory `rocksdb` of the state directory.
 *
 * @throws {EngineLockedError} @throws {EngineFormatError} @throws {EngineCorruptError} @throws {EngineFailedError}
 */
export async function openRocksDatabase(binding: RocksBinding, settings: RocksSettings): Promise<RocksDatabase> {
  const { directory } = settings;
  const database = binding.db_init(rocksPath(directory));
  const [error, families] = await new Promise<[Error | null, Families?]>((resolve) => {
    binding.db_open(database, optionsOf(settings), (failure, opened) =>
      resolve(opened === undefined ? [failure] : [failure, opened]),
    );
  });
  if (error !== null) throw openError(directory, error);
  return new RocksDatabase(directory, binding, database, families!);
}

/**
 * The family of the data is RocksDB's own, `default`: calls without options mean it, and cost less. Compression stays off
 * but for the lower levels, as Java's Kafka Streams has it off: state is written more often than it is kept. Point lookups
 * come first: of keys that are not there, which most of a store's first gets are, one costs 1.5 µs instead of 4.6, and
 * scans cost the same.
 */
function optionsOf({ cacheBytes, memtableBytes }: RocksSettings): OpenOptions {
  const data: FamilyOptions = {
    compaction: "level",
    memtableMemoryBudget: memtableBytes,
    cacheSize: cacheBytes,
    compression: false,
    optimize: "point-lookup",
  };
  const meta: FamilyOptions = { ...data, memtableMemoryBudget: metaMemtablesBytes, cacheSize: metaCacheBytes };
  return { ...data, createIfMissing: true, walCompression: false, parallelism: 2, columns: { default: data, meta } };
}

function openError(directory: string, error: Error & { code?: string }): Error {
  if (error.code === "LEVEL_LOCKED") return new EngineLockedError(directory, error);
  // only a later format has families that are not known here
  if (error.message.includes("Column families not opened")) return new EngineFormatError(directory, null, formatVersion);
  // it makes what is not there; what is missing is a file that others refer to
  if (error.message.includes("No such file or directory")) return EngineCorruptError.of(directory, error);
  return failure(directory, "open", error);
}

function failure(directory: string, operation: string, error: unknown): Error {
  const isCorrupt = (error as { code?: string }).code === "LEVEL_CORRUPTION";
  return isCorrupt ? EngineCorruptError.of(directory, error) : new EngineFailedError(directory, operation, error);
}
