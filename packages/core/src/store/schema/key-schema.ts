import type { Slice } from "../../serde/slice.ts";
import type { EngineSpace } from "../engine/engine.ts";

/**
 * Layout of a kind's keys: in the engine, in the changelog, and in the order of the record cache. An entry has a user's key and,
 * if the kind is windowed, the start of its window.
 *
 * A schema has no state and knows neither serdes nor values. It reads and writes bytes around the user's key, and scans what it is
 * given.
 */
export interface KeySchema {
  /** Name of what the layout depends on beside the kind; part of the checkpoint. Empty: nothing. */
  readonly name: string;
  /** Entries have a start. */
  readonly windowed: boolean;
  /** Bytes before the user's key in the scratch buffer. */
  readonly prefixBytes: number;
  /** Bytes that `frame` writes behind the user's key. */
  readonly suffixBytes: number;
  /** Bytes that Java's record cache counts for a key beside the user's. */
  readonly cacheKeyBytes: number;
  /**
   * Writes what belongs around a user's key that lies between `prefixBytes` and `keyEnd`, and points the slices at the whole keys.
   * The buffer up to `keyEnd + suffixBytes` is then the entry's name in the order of the record cache.
   */
  frame(buffer: Buffer, keyEnd: number, startMs: number, sequence: number, engineKey: Slice, changelogKey: Slice): void;
  /** End of the user's key in a changelog key, which begins with it. Below the key's start: the key is none of this schema. */
  userKeyEnd(keyEnd: number): number;
  /** Start of the window behind the user's key of a changelog key; NaN in a schema without windows. */
  startMs(buffer: Buffer, userKeyEnd: number): number;
  /** Rows of a range, in the order of the kind. `streamTimeMs` is -1 if the store has none. */
  rows(space: ScannedSpace, range: ScanRange, streamTimeMs: number, reverse: boolean): EngineRows;
  /** First start that reads may see at this stream time; -Infinity if entries do not expire. */
  firstLiveStart(streamTimeMs: number): number;
}

/** Source of the rows: an engine's space, or one with writes on their way to it. */
export type ScannedSpace = Pick<EngineSpace, "scan">;

/** Entries that a scan is after; all bounds inclusive, null open. A schema without windows heeds the keys alone. */
export interface ScanRange {
  readonly keyFrom: Buffer | null;
  readonly keyTo: Buffer | null;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Entries of the engine in the order of a kind. A cursor: call `next` first. */
export interface EngineRows {
  next(): boolean;
  /** The user's key within the engine's. */
  readonly key: Slice;
  readonly value: Slice;
  /** NaN in a schema without windows. */
  readonly windowStartMs: number;
  /** Name in the order of the record cache, as latin1 text. */
  name(): string;
  close(): void;
}
