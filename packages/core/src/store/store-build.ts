import type { DropReason } from "../record/drop-reason.ts";
import type { Headers, RecordContext } from "../record/record-context.ts";
import { MissingSerdeError } from "../serde/errors.ts";
import type { Serde, SerdeRole } from "../serde/serde.ts";
import type { TopicOutput } from "../output.ts";
import type { Checkpoint, Engine, EngineSpace } from "./engine/engine.ts";
import type { RecordCache } from "./core/record-cache.ts";
import type { CommonStoreSpec, Store, WindowStoreIterator } from "./store.ts";
import type { StoreTail } from "./core/store-tail.ts";
import type { WriteBudget } from "./core/write-budget.ts";

/** Parts that a task gives a store. */
export interface StoreBuild {
  /** Engine that keeps the store's bytes. */
  readonly engine: Engine;
  /** The store's partition in that engine; its number is also the changelog's partition. */
  readonly space: EngineSpace;
  /** null: changes are not logged (logging is off, or the table's source topic is the changelog). */
  readonly changelog: TopicOutput | null;
  /** The table's source topic is the changelog. Default false. */
  readonly fromSource?: boolean;
  /**
   * The thread's, for an engine that outlives the process: writes wait for their changelog records (`StoreTail`). Default null:
   * they go to the engine at once.
   */
  readonly writeBudget?: WriteBudget | null;
  /** The task's record in flight. */
  readonly context: RecordContext;
  /** The thread's; null, or of 0 bytes: updates are written and logged at once. */
  readonly cache: RecordCache | null;
  /** Serde of keys for a spec that names none; null: there is no default. */
  readonly defaultKeySerde: Serde<unknown> | null;
  /** Serde of values for a spec that names none; null: there is no default. */
  readonly defaultValueSerde: Serde<unknown> | null;
  /** Binds a serde of the store to its changelog topic, or to the source topic that serves as one. @throws {UnboundSerdeError} */
  bind(serde: Serde<unknown>, role: SerdeRole): Serde<unknown>;
  /** Counts a write that was dropped (metric `dropped-records-total`). */
  dropped(reason: DropReason): void;
}

/** The records of one changelog batch, as protocol's RecordCursor reads them; an end of -1 is null. */
export interface ChangelogRecords {
  /** Buffer that the batch lies in. */
  readonly buffer: Buffer;
  /** Offset of the record. */
  readonly offset: number;
  /** Time of the record in milliseconds since the epoch. */
  readonly timestamp: number;
  /** Position of the key's first byte in `buffer`. */
  readonly keyStart: number;
  /** Position after the key's last byte; -1: the key is null. */
  readonly keyEnd: number;
  /** Position of the value's first byte in `buffer`. */
  readonly valueStart: number;
  /** Position after the value's last byte; -1: the value is null, a deletion. */
  readonly valueEnd: number;
  /** Decodes the headers of the record. */
  readHeaders(): Headers;
  /** Moves to the next record; false at the end of the batch. */
  next(): boolean;
}

/** One entry as it is held, for tests and tools. */
export interface StoreEntry {
  /** Bytes of the key. */
  readonly key: Buffer;
  /** NaN in a key-value store. */
  readonly windowStartMs: number;
  /** Timestamped kinds: `timestamp(8) ‖ value`. */
  readonly value: Buffer;
}

/** Operations on a store that the task uses; operators use others. */
export interface TaskStore {
  /** Spec that the store was made from. */
  readonly spec: CommonStoreSpec;
  /** Layout of the content in the engine. Content that was written in another layout cannot be read in this one. */
  readonly layout: string;
  /** The largest window start ever put, NaN if there is none, or windows are none of the store's business. */
  readonly streamTimeMs: number;
  /** Moves `streamTimeMs` forward; an earlier time or NaN changes nothing. */
  setStreamTime(streamTimeMs: number): void;
  /** Checkpoint of what the engine holds; null: the content ends with the process, or is whole at no known offset. */
  checkpoint(): Checkpoint | null;
  /**
   * Deletes the content and its checkpoint, and forgets what is not written yet: the store is as new. Whatever a crash leaves of it
   * has no checkpoint.
   */
  empty(): void;
  /** Goes on where a checkpoint left off; with nothing in the engine, where the changelog begins. */
  resume(checkpoint: Checkpoint): void;
  /** Writes on their way to an engine that outlives the process; null: they go there at once. */
  readonly tail: StoreTail | null;
  /**
   * Applies changelog records before `endOffset` to the engine; the write set must be empty. The last records may wait for
   * `restored`.
   *
   * @returns how many records were looked at
   */
  restore(records: ChangelogRecords, endOffset: number): number;
  /** All records before `nextOffset` went through `restore`: they and the checkpoint are written. */
  restored(nextOffset: number): void;
  /** Writes what the cache holds back, and closes the store's open iterators. */
  flush(): void;
  /** Writes like `flush`, but at most a given number of entries. Returns true if all are written. */
  flushSome(entriesMax: number): boolean;
  /** Forgets what is not written to the engine yet, without writing it: after an abort, or when the task is lost. */
  discard(): void;
  /** Ends the use of the store by its task: discards what is not written, and frees what does not outlive the process. */
  close(): void;
  /** Checks the store's invariants, all of them; for tests, since it looks at every entry. */
  assertConsistent(): void;
  /** Iterates over all that operators see in the store; a store without windows has NaN as their start. */
  scanAll(reverse: boolean): WindowStoreIterator<unknown, unknown>;
  /** Returns the entries that `scanAll` yields, as bytes. */
  entries(): StoreEntry[];
  /** The same below the cache. */
  persistedEntries(): StoreEntry[];
}

/** An open store with both of its sides. */
export interface OpenStore extends TaskStore {
  /** Side of the store that operators see; `keyValueStoreOf` and its siblings give it as their kind. */
  readonly facade: Store;
}

/** The store's serde, bound. @throws {MissingSerdeError | UnboundSerdeError} */
export function storeSerde<T>(spec: CommonStoreSpec, build: StoreBuild, role: SerdeRole): Serde<T> {
  const serde = role === "key" ? (spec.keySerde ?? build.defaultKeySerde) : (spec.valueSerde ?? build.defaultValueSerde);
  if (serde === null) throw new MissingSerdeError(role, `store "${spec.name}"`);
  return build.bind(serde, role) as Serde<T>;
}

export function isCached(spec: CommonStoreSpec, build: StoreBuild): boolean {
  return spec.caching && build.cache !== null && build.cache.bytesMax > 0;
}
