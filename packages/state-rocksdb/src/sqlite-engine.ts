import {
  OperationList,
  Slice,
  type Checkpoint,
  type Engine,
  type EngineBatch,
  type EngineScan,
  type EngineSpace,
  type OperationTarget,
} from "@millrace/core";
import { afterPrefix, checkpointKey, encodeCheckpoint, prefixBytes, spacePrefix, withPrefix } from "./format.ts";
import { checkFormat, readCheckpoint, StoreIds } from "./meta.ts";
import type { KeyRange } from "./redo.ts";
import { Scratch } from "./scratch.ts";
import { asBuffer, openSqliteDatabase, type Cursor, type SqliteDatabase } from "./sqlite-database.ts";

/**
 * Opens the engine on SQLite, for machines without a binary of RocksDB.
 *
 * SQLite is part of Node (22.13 and later) on all its platforms: nothing to install, synchronous, ordered, with atomic
 * batches and readers that see one moment. The other candidates lack one of these: classic-level 3 has a synchronous `get`
 * but neither scans nor batches; LMDB refuses keys above 1978 bytes; better-sqlite3 downloads its binary at install.
 *
 * It keeps the same bytes as RocksDB, in tables instead of families.
 */
export async function openSqliteEngine(directory: string): Promise<Engine> {
  const database = await openSqliteDatabase(directory);
  try {
    checkFormat(database);
    return new SqliteEngine(database, new StoreIds(database));
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteEngine implements Engine {
  readonly name = "sqlite";
  readonly persistent = true;
  readonly #database: SqliteDatabase;
  readonly #storeIds: StoreIds;
  readonly #spaces: Map<string, SqliteSpace> = new Map();
  readonly #writer: OperationTarget<SqliteSpace>;

  constructor(database: SqliteDatabase, storeIds: StoreIds) {
    this.#database = database;
    this.#storeIds = storeIds;
    this.#writer = writerOf(database);
  }

  space(store: string, partition: number): EngineSpace {
    const id = `${partition} ${store}`;
    let space = this.#spaces.get(id);
    if (space === undefined) {
      space = new SqliteSpace(store, partition, this.#storeIds.idOf(store), this.#database);
      this.#spaces.set(id, space);
    }
    return space;
  }

  batch(): EngineBatch {
    return new OperationList<SqliteSpace>();
  }

  write(batch: EngineBatch): void {
    this.#database.write(() => (batch as OperationList<SqliteSpace>).replay(this.#writer));
  }

  async close(): Promise<void> {
    this.#database.close();
  }
}

function writerOf(database: SqliteDatabase): OperationTarget<SqliteSpace> {
  const scratch = new Scratch(Buffer.alloc(0));
  return {
    put(space, bytes, keyStart, keyEnd, valueStart, valueEnd) {
      database.put(space.keys.of(bytes, keyStart, keyEnd), scratch.of(bytes, valueStart, valueEnd));
    },
    delete(space, keys, keyStart, keyEnd) {
      database.delete(space.keys.of(keys, keyStart, keyEnd));
    },
    deleteRange(space, from, to) {
      database.deleteRange(space.range(from, to));
    },
    checkpoint(space, checkpoint) {
      database.putMeta(space.checkpointKey, checkpoint === null ? null : encodeCheckpoint(checkpoint));
    },
  };
}

class SqliteSpace implements EngineSpace {
  readonly store: string;
  readonly partition: number;
  readonly checkpointKey: Buffer;
  /** For its keys in calls. */
  readonly keys: Scratch;
  readonly #prefix: Buffer;
  readonly #end: Buffer;
  readonly #database: SqliteDatabase;

  constructor(store: string, partition: number, storeId: number, database: SqliteDatabase) {
    this.store = store;
    this.partition = partition;
    this.#prefix = spacePrefix(storeId, partition);
    this.#end = afterPrefix(this.#prefix);
    this.checkpointKey = checkpointKey(this.#prefix);
    this.keys = new Scratch(this.#prefix);
    this.#database = database;
  }

  get(key: Uint8Array): Buffer | null {
    return this.#database.get(this.keys.of(key, 0, key.length));
  }

  find(key: Slice, value: Slice): boolean {
    const found = this.#database.get(this.keys.of(key.buffer, key.start, key.end));
    if (found === null) return false;
    value.set(found, 0, found.length);
    return true;
  }

  getMany(keys: readonly Uint8Array[]): (Buffer | null)[] {
    return keys.map((key) => this.get(key));
  }

  scan(from: Uint8Array | null, to: Uint8Array | null, reverse: boolean): EngineScan {
    return new SqliteScan(this.#database.scan(this.range(from, to), reverse));
  }

  checkpoint(): Checkpoint | null {
    const bytes = this.#database.getMeta(this.checkpointKey);
    return bytes === null ? null : readCheckpoint(bytes, this, this.#database.directory);
  }

  range(from: Uint8Array | null, to: Uint8Array | null): KeyRange {
    return {
      from: from === null ? this.#prefix : withPrefix(this.#prefix, from),
      to: to === null ? this.#end : withPrefix(this.#prefix, to),
    };
  }
}

class SqliteScan implements EngineScan {
  readonly key: Slice = new Slice();
  readonly value: Slice = new Slice();
  readonly #cursor: Cursor;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  next(): boolean {
    const row = this.#cursor.next();
    if (row === undefined) return false;
    this.key.set(asBuffer(row.key), prefixBytes, row.key.length);
    this.value.set(asBuffer(row.value), 0, row.value.length);
    return true;
  }

  close(): void {
    this.#cursor.end();
  }
}
