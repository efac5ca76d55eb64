import { InvalidArgumentError, type Engine } from "@millrace/core";
import { isWrittenBy, makeDirectory, type EngineName } from "./directory.ts";
import { EngineMismatchError, RocksBindingError } from "./errors.ts";
import { loadRocksBinding, type RocksBinding } from "./rocks-binding.ts";
import { openRocksEngine, type RocksOptions } from "./rocks-engine.ts";
import { openSqliteEngine } from "./sqlite-engine.ts";

export type { EngineName } from "./directory.ts";

/** Options of `openEngine`. */
export interface EngineOptions extends RocksOptions {
  /** Default: the one that wrote the directory; in a new one RocksDB, or SQLite where RocksDB's native code does not load. */
  readonly engine?: EngineName;
  /** Gets the one line that says why state is kept in SQLite. Default: nobody. */
  readonly log?: (level: "warn", text: string) => void;
}

/**
 * Opens the engine on disk for an instance's state directory, and makes the directory if it is missing. One database holds
 * all stores and partitions; one engine has the directory open at a time. The caller must close it.
 *
 * The engine is RocksDB, or SQLite, which is slower but part of Node, on machines for which RocksDB has no binary. Both keep
 * the same bytes, each in files of its own. A directory stays with the engine that wrote it.
 *
 * A write reaches the operating system before `write` returns, so that the end of the process, however sudden, loses nothing.
 * It is not forced to the disk: after a power cut the last writes may be missing, each of them whole, and the restore goes on
 * from the checkpoint that came with the last one that is there.
 *
 * @throws {EngineLockedError} when another engine has the directory
 * @throws {EngineMismatchError} when the other engine wrote it
 * @throws {EngineFormatError} when a later version of this library wrote it
 * @throws {EngineCorruptError} when it is damaged
 * @throws {RocksBindingError} when RocksDB is asked for, and its native code does not load
 * @throws {EngineFailedError} when the disk refuses
 */
export async function openEngine(directory: string, options: EngineOptions = {}): Promise<Engine> {
  return openEngineWith(loadRocksBinding, directory, options);
}

/** Does the same as `openEngine`, with another way to RocksDB's native code. */
export async function openEngineWith(
  load: () => Promise<RocksBinding>,
  directory: string,
  options: EngineOptions,
): Promise<Engine> {
  makeDirectory(directory);
  switch (options.engine) {
    case undefined:
      return openDefault(load, directory, options);
    case "rocksdb":
      mustNotBeWrittenBy("sqlite", "rocksdb", directory);
      return openRocksEngine(await load(), directory, options);
    case "sqlite":
      mustNotBeWrittenBy("rocksdb", "sqlite", directory);
      return openSqliteEngine(directory);
    default:
      throw new InvalidArgumentError(`There is no engine "${String(options.engine)}". Take "rocksdb" or "sqlite", or none.`);
  }
}

async function openDefault(load: () => Promise<RocksBinding>, directory: string, options: EngineOptions): Promise<Engine> {
  const binding = await loaded(load);
  if (binding instanceof RocksBindingError) {
    mustNotBeWrittenBy("rocksdb", "sqlite", directory, `RocksDB's native code did not load: ${binding.reason} `);
    options.log?.("warn", `RocksDB's native code did not load: ${binding.reason} Keeping state in SQLite, which is slower.`);
    return openSqliteEngine(directory);
  }
  if (!isWrittenBy("sqlite", directory)) return openRocksEngine(binding, directory, options);
  mustNotBeWrittenBy("rocksdb", "sqlite", directory);
  options.log?.(
    "warn",
    `Keeping state in SQLite, which wrote "${directory}". Delete the directory to go over to RocksDB, which is faster.`,
  );
  return openSqliteEngine(directory);
}

async function loaded(load: () => Promise<RocksBinding>): Promise<RocksBinding | RocksBindingError> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof RocksBindingError) return error;
    throw error;
  }
}

function mustNotBeWrittenBy(other: EngineName, opening: EngineName, directory: string, reason = ""): void {
  if (isWrittenBy(other, directory)) throw new EngineMismatchError(directory, other, opening, reason);
}
