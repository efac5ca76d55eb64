import { StreamsError } from "@millrace/core";

/** There is no RocksDB binary for this machine, or its package was not installed. `openEngine` takes SQLite then, unless told otherwise. */
export class RocksBindingError extends StreamsError {
  readonly code = "STREAMS_ROCKSDB_BINDING";
  readonly retriable = false;
  /** Message of the loader. */
  readonly reason: string;

  constructor(cause: unknown) {
    const reason = sentence(cause);
    super(
      `RocksDB's native code did not load: ${reason} ` +
        `Install the optional dependency @nxtedition/rocksdb, or open the engine "sqlite", which needs no native package.`,
      { cause },
    );
    this.reason = reason;
  }
}

/** Another engine, in this process or another, has the directory open. Java: `LockException` on the state directory. */
export class EngineLockedError extends StreamsError {
  readonly code = "STREAMS_ENGINE_LOCKED";
  readonly retriable = true;
  /** State directory. */
  readonly directory: string;

  constructor(directory: string, cause: unknown) {
    super(
      `The state directory "${directory}" is in use by another instance. ` +
        `Give every instance a state directory of its own, or stop the other one.`,
      { cause },
    );
    this.directory = directory;
  }
}

/** The directory holds the state of the other engine. */
export class EngineMismatchError extends StreamsError {
  readonly code = "STREAMS_ENGINE_MISMATCH";
  readonly retriable = false;
  /** State directory. */
  readonly directory: string;

  constructor(directory: string, writtenBy: string, opening: string, reason: string) {
    super(
      `The state in "${directory}" was written by the engine "${writtenBy}", and "${opening}" cannot read it. ${reason}` +
        `Open it with "${writtenBy}", or delete the directory: its state is then restored from the changelogs.`,
    );
    this.directory = directory;
  }
}

/** The directory was written by a later version of this library. */
export class EngineFormatError extends StreamsError {
  readonly code = "STREAMS_ENGINE_FORMAT";
  readonly retriable = false;
  /** State directory. */
  readonly directory: string;
  /** Null: it has parts that this version cannot even open. */
  readonly version: number | null;
  /** Newest format that this version reads. */
  readonly versionMax: number;

  constructor(directory: string, version: number | null, versionMax: number) {
    super(
      `The state in "${directory}" has ${version === null ? "a later format" : `format ${String(version)}`}, ` +
        `but this version of Millrace knows formats up to ${String(versionMax)}. ` +
        `Use the later version of Millrace, or delete the directory: its state is then restored from the changelogs.`,
    );
    this.directory = directory;
    this.version = version;
    this.versionMax = versionMax;
  }
}

/** No version can have written the directory's content: a file was damaged, removed or replaced. */
export class EngineCorruptError extends StreamsError {
  readonly code = "STREAMS_ENGINE_CORRUPT";
  readonly retriable = false;
  /** State directory. */
  readonly directory: string;

  constructor(directory: string, what: string, cause?: unknown) {
    super(
      `The state in "${directory}" is damaged: ${what} ` +
        `Check the disk, and delete the directory: its state is then restored from the changelogs.`,
      cause === undefined ? undefined : { cause },
    );
    this.directory = directory;
  }

  /** Makes the error for a directory. */
  static of(directory: string, cause: unknown): EngineCorruptError {
    return new EngineCorruptError(directory, sentence(cause), cause);
  }
}

/** The disk refused. The engine's content on disk is that of the last successful write. */
export class EngineFailedError extends StreamsError {
  readonly code = "STREAMS_ENGINE_FAILED";
  readonly retriable = false;
  /** State directory. */
  readonly directory: string;
  /** Name of the call that failed. */
  readonly operation: string;

  constructor(directory: string, operation: string, cause: unknown) {
    super(
      `The state engine in "${directory}" failed to ${operation}: ${sentence(cause)} ` +
        `Check that the directory may be written and that the disk has room, and start again.`,
      { cause },
    );
    this.directory = directory;
    this.operation = operation;
  }
}

/** The engine was used after it was closed. */
export class EngineClosedError extends StreamsError {
  readonly code = "STREAMS_ENGINE_CLOSED";
  readonly retriable = false;
  /** State directory. */
  readonly directory: string;

  constructor(directory: string) {
    super(`The state engine in "${directory}" is closed. Close the tasks and queries that use it before the engine.`);
    this.directory = directory;
  }
}

/** A state directory names more stores over its life than ids exist: 65,535. */
export class TooManyStoresError extends StreamsError {
  readonly code = "STREAMS_TOO_MANY_STORES";
  readonly retriable = false;

  constructor(directory: string, storeName: string, storesMax: number) {
    super(
      `Store "${storeName}" would be number ${String(storesMax + 1)} in "${directory}", and ${String(storesMax)} is the most. ` +
        `Delete the directory to get rid of stores that are no longer used: the others are restored from the changelogs.`,
    );
  }
}

/** Advice follows what is said, so it has to end like a sentence. */
function sentence(cause: unknown): string {
  const text = cause instanceof Error ? (cause.message.split("\n", 1)[0] ?? "") : String(cause);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
