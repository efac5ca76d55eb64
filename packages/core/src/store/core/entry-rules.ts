import type { Slice } from "../../serde/slice.ts";
import type { Checkpoint } from "../engine/engine.ts";

/**
 * Decisions of a kind about its entries, which the core asks for on every way: does one expire, is a write to be kept, which number
 * does a duplicate get. Rules have the state that this takes, such as the store's stream time. They see entries as starts and bytes,
 * and may call the store's `EngineWriter`.
 */
export interface EntryRules {
  /** A read puts what it finds in the engine into the record cache. */
  readonly cachesReads: boolean;
  /** Number that distinguishes entries of one key and start; 0 in a kind without duplicates. */
  readonly sequence: number;
  /** Stream time of the store, NaN if it has none. */
  readonly streamTimeMs: number;
  /** Moves the stream time forward; an earlier time or NaN changes nothing. */
  setStreamTime(streamTimeMs: number): void;
  /** An uncached put begins, which may need a number of its own. */
  beginPut(): void;
  /** Returns true if reads may see entries with this start. */
  isLive(startMs: number): boolean;
  /** False only if the engine is known not to hold the key. */
  mayHold(startMs: number, changelogKey: Slice): boolean;
  /** A write was logged. Deletes what expires with it. Returns whether the engine gets it. */
  admit(startMs: number, deleted: boolean, changelogKey: Slice): boolean;
  /** A changelog record is to be applied; the user's key ends at `userKeyEnd`. Returns whether the engine gets it. */
  admitRestored(startMs: number, deleted: boolean, buffer: Buffer, userKeyEnd: number): boolean;
  /** Some changelog records were applied. Deletes what they let expire. */
  restored(): void;
  /** The store goes on where a checkpoint left off. */
  resume(checkpoint: Checkpoint): void;
  /** The store is as new. */
  empty(): void;
}

/** Rules of a kind whose entries live until they are deleted. */
export const noRules: EntryRules = Object.freeze<EntryRules>({
  cachesReads: true,
  sequence: 0,
  streamTimeMs: Number.NaN,
  setStreamTime: () => undefined,
  beginPut: () => undefined,
  isLive: () => true,
  mayHold: () => true,
  admit: () => true,
  admitRestored: () => true,
  restored: () => undefined,
  resume: () => undefined,
  empty: () => undefined,
});
