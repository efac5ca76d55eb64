import { Slice, type Checkpoint, type EngineScan, type EngineSpace } from "@millrace/core";
import { afterPrefix, checkpointKey, prefixBytes, spacePrefix, withPrefix } from "./format.ts";
import { readCheckpoint } from "./meta.ts";
import type { IteratorHandle } from "./rocks-binding.ts";
import type { RocksDatabase } from "./rocks-database.ts";
import { Scratch } from "./scratch.ts";

/** Most scans end after a few entries, and an entry that is fetched but not read was for nothing: it costs as much as a call. */
const firstFetch = 2;
const fetchMax = 512;

const noRows: readonly Buffer[] = [];

/** A store partition's part of the database. */
export class RocksSpace implements EngineSpace {
  readonly store: string;
  readonly partition: number;
  readonly prefix: Buffer;
  readonly end: Buffer;
  readonly checkpointKey: Buffer;
  /** For its keys in native calls. */
  readonly keys: Scratch;
  readonly #database: RocksDatabase;

  constructor(store: string, partition: number, storeId: number, database: RocksDatabase) {
    this.store = store;
    this.partition = partition;
    this.prefix = spacePrefix(storeId, partition);
    this.end = afterPrefix(this.prefix);
    this.checkpointKey = checkpointKey(this.prefix);
    this.keys = new Scratch(this.prefix);
    this.#database = database;
  }

  get(key: Uint8Array): Buffer | null {
    return this.#database.get(this.keys.of(key, 0, key.length)) ?? null;
  }

  find(key: Slice, value: Slice): boolean {
    const found = this.#database.get(this.keys.of(key.buffer, key.start, key.end));
    if (found === undefined) return false;
    value.set(found, 0, found.length);
    return true;
  }

  getMany(keys: readonly Uint8Array[]): (Buffer | null)[] {
    return this.#database.getMany(keys.map((key) => withPrefix(this.prefix, key)));
  }

  scan(from: Uint8Array | null, to: Uint8Array | null, reverse: boolean): EngineScan {
    const range = {
      from: from === null ? this.prefix : withPrefix(this.prefix, from),
      to: to === null ? this.end : withPrefix(this.prefix, to),
    };
    return new RocksScan(this.#database, this.#database.iterate(range, reverse));
  }

  checkpoint(): Checkpoint | null {
    const bytes = this.#database.getMeta(this.checkpointKey);
    return bytes === null ? null : readCheckpoint(bytes, this, this.#database.directory);
  }
}

/** Fetches entries in growing numbers. */
class RocksScan implements EngineScan {
  readonly key: Slice = new Slice();
  readonly value: Slice = new Slice();
  readonly #database: RocksDatabase;
  readonly #iterator: IteratorHandle;
  #rows: readonly Buffer[] = noRows;
  #at = 0;
  #fetch = firstFetch;
  #finished = false;

  constructor(database: RocksDatabase, iterator: IteratorHandle) {
    this.#database = database;
    this.#iterator = iterator;
  }

  next(): boolean {
    if (!this.#database.isOpen || (this.#at === this.#rows.length && !this.#fetched())) return false;
    const key = this.#rows[this.#at]!;
    const value = this.#rows[this.#at + 1]!;
    this.#at += 2;
    this.key.set(key, prefixBytes, key.length);
    this.value.set(value, 0, value.length);
    return true;
  }

  close(): void {
    this.#finished = true;
    this.#rows = noRows;
    this.#at = 0;
    this.#database.end(this.#iterator);
  }

  #fetched(): boolean {
    if (this.#finished) {
      this.close();
      return false;
    }
    const fetched = this.#database.fetch(this.#iterator, this.#fetch);
    if (fetched === null || fetched.rows.length === 0) {
      this.close();
      return false;
    }
    this.#rows = fetched.rows;
    this.#at = 0;
    this.#finished = fetched.finished;
    // nothing is left to fetch: the iterator, which keeps old content alive, can go
    if (this.#finished) this.#database.end(this.#iterator);
    this.#fetch = Math.min(this.#fetch * 2, fetchMax);
    return true;
  }
}
