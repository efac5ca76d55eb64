import type { DatabaseSync, StatementSync } from "node:sqlite";
import { sqlitePath } from "./directory.ts";
import { EngineClosedError, EngineCorruptError, EngineFailedError, EngineLockedError } from "./errors.ts";
import { storeKeys } from "./format.ts";
import type { Meta } from "./meta.ts";
import type { KeyRange } from "./redo.ts";

/** SQLite's result codes, in the low byte of what it gives. */
const resultCode = { busy: 5, corrupt: 11, notADatabase: 26 } as const;

/** Cache size of each connection; a scan's connection needs little. */
const writerCacheKib = 32 * 1024;
const readerCacheKib = 1024;

type Module = typeof import("node:sqlite");
type Bytes = Uint8Array;

/** One entry as a row. */
export interface Row {
  readonly key: Bytes;
  readonly value: Bytes;
}

/** A scan under way: its rows come from a connection of its own, whose transaction keeps the moment at which it began. */
export interface Cursor {
  /** Undefined: there are no more rows. */
  next(): Row | undefined;
  end(): void;
}

interface Reader {
  readonly connection: DatabaseSync;
  readonly ascending: StatementSync;
  readonly descending: StatementSync;
}

/** An open database: guards every call against use after close, and names the directory in every error. */
export class SqliteDatabase implements Meta {
  readonly directory: string;
  readonly #sqlite: Module;
  readonly #lock: DatabaseSync;
  readonly #writer: DatabaseSync;
  readonly #statements: Statements;
  /** Connections that no scan needs at the moment. */
  readonly #readers: Reader[] = [];
  readonly #cursors: Set<Cursor> = new Set();
  #open = true;

  constructor(directory: string, sqlite: Module, lock: DatabaseSync, writer: DatabaseSync) {
    this.directory = directory;
    this.#sqlite = sqlite;
    this.#lock = lock;
    this.#writer = writer;
    this.#statements = prepare(writer);
  }

  get(key: Buffer): Buffer | null {
    return this.#get(this.#statements.get, key);
  }

  getMeta(key: Buffer): Buffer | null {
    return this.#get(this.#statements.getMeta, key);
  }

  saveMeta(key: Buffer, value: Buffer): void {
    this.write(() => this.putMeta(key, value));
  }

  storeRows(): readonly Buffer[] {
    const { first, last } = storeKeys;
    const rows = this.#guarded("read", () => this.#statements.scanMeta.all(first, last) as unknown as Row[]);
    return rows.flatMap(({ key, value }) => [asBuffer(key), asBuffer(value)]);
  }

  isEmpty(): boolean {
    return this.#guarded("read", () => this.#statements.anything.get() === undefined);
  }

  /** Runs what writes, all of it or nothing. */
  write(run: () => void): void {
    this.#guarded("write", () => {
      this.#writer.exec("BEGIN IMMEDIATE");
      try {
        run();
        this.#writer.exec("COMMIT");
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    });
  }

  /** Only within `write`, as all that follow. */
  put(key: Buffer, value: Buffer): void {
    this.#statements.put.run(key, value);
  }

  delete(key: Buffer): void {
    this.#statements.delete.run(key);
  }

  deleteRange({ from, to }: KeyRange): void {
    this.#statements.deleteRange.run(from, to);
  }

  putMeta(key: Buffer, value: Buffer | null): void {
    if (value === null) this.#statements.deleteMeta.run(key);
    else this.#statements.putMeta.run(key, value);
  }

  /** Sees the content of the moment of the call. */
  scan({ from, to }: KeyRange, reverse: boolean): Cursor {
    return this.#guarded("scan", () => {
      const reader = this.#readers.pop() ?? this.#openReader();
      reader.connection.exec("BEGIN");
      const rows = (reverse ? reader.descending : reader.ascending).iterate(from, to) as unknown as Iterator<Row>;
      // the transaction's moment is that of its first read, which is therefore done at once
      let first: IteratorResult<Row> | null = rows.next();
      let ended = false;
      const cursor: Cursor = {
        next: () => {
          if (ended) return undefined;
          const row = first ?? this.#guarded("scan", () => rows.next());
          first = null;
          if (row.done !== true) return row.value;
          cursor.end();
          return undefined;
        },
        end: () => {
          if (ended) return;
          ended = true;
          this.#cursors.delete(cursor);
          rows.return?.();
          reader.connection.exec("COMMIT");
          this.#readers.push(reader);
        },
      };
      this.#cursors.add(cursor);
      return cursor;
    });
  }

  /** Ends all scans. Idempotent. */
  close(): void {
    if (!this.#open) return;
    for (const cursor of this.#cursors) cursor.end();
    this.#open = false;
    for (const { connection } of this.#readers) connection.close();
    this.#writer.close();
    this.#lock.close();
  }

  /** Some failures have ended the transaction already, and then there is nothing to roll back. */
  #rollBack(): void {
    try {
      this.#writer.exec("ROLLBACK");
    } catch {
      // what made the write fail says more
    }
  }

  #get(statement: StatementSync, key: Buffer): Buffer | null {
    const row = this.#guarded("read", () => statement.get(key) as { readonly value: Bytes } | undefined);
    return row === undefined ? null : asBuffer(row.value);
  }

  #openReader(): Reader {
    const connection = new this.#sqlite.DatabaseSync(sqlitePath(this.directory), { readOnly: true });
    connection.exec(`PRAGMA cache_size = -${readerCacheKib}`);
    const select = "SELECT key, value FROM data WHERE key >= ? AND key < ? ORDER BY key";
    return { connection, ascending: connection.prepare(select), descending: connection.prepare(`${select} DESC`) };
  }

  #guarded<T>(operation: string, run: () => T): T {
    if (!this.#open) throw new EngineClosedError(this.directory);
    try {
      return run();
    } catch (error) {
      throw failure(this.directory, operation, error);
    }
  }
}

interface Statements {
  readonly get: StatementSync;
  readonly put: StatementSync;
  readonly delete: StatementSync;
  readonly deleteRange: StatementSync;
  readonly getMeta: StatementSync;
  readonly putMeta: StatementSync;
  readonly deleteMeta: StatementSync;
  readonly scanMeta: StatementSync;
  readonly anything: StatementSync;
}

function prepare(writer: DatabaseSync): Statements {
  return {
    get: writer.prepare("SELECT value FROM data WHERE key = ?"),
    put: writer.prepare("INSERT INTO data (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"),
    delete: writer.prepare("DELETE FROM data WHERE key = ?"),
    deleteRange: writer.prepare("DELETE FROM data WHERE key >= ? AND key < ?"),
    getMeta: writer.prepare("SELECT value FROM meta WHERE key = ?"),
    putMeta: writer.prepare("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"),
    deleteMeta: writer.prepare("DELETE FROM meta WHERE key = ?"),
    scanMeta: writer.prepare("SELECT key, value FROM meta WHERE key >= ? AND key < ? ORDER BY key"),
    anything: writer.prepare("SELECT key FROM meta UNION ALL SELECT key FROM data LIMIT 1"),
  };
}

/**
 * Opens the database, or makes it, in the file `state.sqlite` of the state directory. A second, empty file is locked as
 * long as it is open: the database itself cannot be, because scans have connections of their own.
 *
 * @throws {EngineLockedError} @throws {EngineCorruptError} @throws {EngineFailedError}
 */
export async function openSqliteDatabase(directory: string): Promise<SqliteDatabase> {
  const sqlite = await import("node:sqlite");
  const opened: DatabaseSync[] = [];
  try {
    const lock = new sqlite.DatabaseSync(`${directory}/state.lock`);
    opened.push(lock);
    lock.exec("BEGIN EXCLUSIVE");
    const writer = new sqlite.DatabaseSync(sqlitePath(directory));
    opened.push(writer);
    // a write-ahead log that is synced when it is moved into the database: the process may end at any moment, and after a
    // power cut the last writes are missing, each of them whole
    writer.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${writerCacheKib}`);
    writer.exec("CREATE TABLE IF NOT EXISTS data (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID, STRICT");
    writer.exec("CREATE TABLE IF NOT EXISTS meta (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID, STRICT");
    return new SqliteDatabase(directory, sqlite, lock, writer);
  } catch (error) {
    for (const connection of opened.toReversed()) connection.close();
    if (resultOf(error) === resultCode.busy) throw new EngineLockedError(directory, error);
    throw failure(directory, "open", error);
  }
}

function failure(directory: string, operation: string, error: unknown): Error {
  const result = resultOf(error);
  const isCorrupt = result === resultCode.corrupt || result === resultCode.notADatabase;
  return isCorrupt ? EngineCorruptError.of(directory, error) : new EngineFailedError(directory, operation, error);
}

function resultOf(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff;
}

export function asBuffer(bytes: Bytes): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
