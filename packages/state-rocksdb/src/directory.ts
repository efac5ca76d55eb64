import { existsSync, mkdirSync } from "node:fs";
import { EngineFailedError } from "./errors.ts";

/** Engines that keep state on disk. */
export type EngineName = "rocksdb" | "sqlite";

/** Path of RocksDB's own files. */
export function rocksPath(directory: string): string {
  return `${directory}/rocksdb`;
}

/** SQLite's file; its write-ahead log lies beside it. */
export function sqlitePath(directory: string): string {
  return `${directory}/state.sqlite`;
}

/** Makes the directory if it is missing. @throws {EngineFailedError} */
export function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw new EngineFailedError(directory, "make its directory", error);
  }
}

/** The engine's files are in the directory. They are what tells who wrote it: a mark beside them could tell otherwise. */
export function isWrittenBy(engine: EngineName, directory: string): boolean {
  return existsSync(engine === "rocksdb" ? `${rocksPath(directory)}/CURRENT` : sqlitePath(directory));
}
