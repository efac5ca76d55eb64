import type { DropReason } from "../../record/drop-reason.ts";
import type { Slice } from "../../serde/slice.ts";
import type { EngineWriter } from "../core/engine-writer.ts";
import type { EntryRules } from "../core/entry-rules.ts";
import type { Checkpoint } from "../engine/engine.ts";
import { int64Bytes, suffixBytes } from "../schema/window-rows.ts";
import type { WindowSchema } from "../schema/window.ts";
import { WindowFilter } from "./window-filter.ts";

/**
 * Rules of window stores. Windows expire by the store's own stream time, the largest window start ever put. With duplicates each put
 * has a sequence number.
 */
export class WindowRules implements EntryRules {
  /** Java's window stores do not cache what they read. */
  readonly cachesReads: boolean = false;
  sequence: number = 0;
  readonly #schema: WindowSchema;
  readonly #engine: EngineWriter;
  readonly #dropped: (reason: DropReason) => void;
  /** null: a look into the engine costs as little. */
  readonly #filter: WindowFilter | null;
  /** -1 before the first put, as in Java. */
  #streamTimeMs = -1;
  /** Everything below this prefix is deleted from the engine already. */
  #expiredPrefix = 0;

  constructor(schema: WindowSchema, engine: EngineWriter, dropped: (reason: DropReason) => void) {
    this.#schema = schema;
    this.#engine = engine;
    this.#dropped = dropped;
    this.setStreamTime(engine.keptStreamTimeMs());
    // what it holds is known when it is resumed
    this.#filter = engine.tail === null ? null : new WindowFilter();
  }

  get streamTimeMs(): number {
    return this.#streamTimeMs < 0 ? Number.NaN : this.#streamTimeMs;
  }

  setStreamTime(streamTimeMs: number): void {
    if (!(streamTimeMs > this.#streamTimeMs)) return;
    this.#streamTimeMs = streamTimeMs;
    this.#engine.streamTimeMs = streamTimeMs;
  }

  beginPut(): void {
    if (this.#schema.duplicates) this.sequence = (this.sequence + 1) & 0x7fffffff;
  }

  isLive(startMs: number): boolean {
    return startMs >= this.#schema.firstLiveStart(this.#streamTimeMs);
  }

  mayHold(startMs: number, { buffer, start, end }: Slice): boolean {
    return this.#filter === null || !this.#filter.isAbsent(startMs, buffer, start, end - suffixBytes);
  }

  admit(startMs: number, deleted: boolean, { buffer, start, end }: Slice): boolean {
    const schema = this.#schema;
    if (deleted && schema.duplicates && schema.persistent) return false;
    if (startMs > this.#streamTimeMs) {
      this.setStreamTime(startMs);
      const expired = this.#expiry();
      if (expired !== null) this.#engine.collectRangeDelete(null, expired);
    }
    if (schema.isExpiredForPut(startMs, this.#streamTimeMs)) {
      this.#dropped("late");
      return false;
    }
    if (deleted) return !schema.duplicates;
    this.#filter?.add(startMs, buffer, start, end - suffixBytes);
    return true;
  }

  admitRestored(startMs: number, deleted: boolean, buffer: Buffer, userKeyEnd: number): boolean {
    const schema = this.#schema;
    this.setStreamTime(startMs);
    if (schema.duplicates) this.sequence = buffer.readInt32BE(userKeyEnd + 8);
    return !schema.isExpiredForPut(startMs, this.#streamTimeMs) && !(deleted && schema.duplicates);
  }

  restored(): void {
    const expired = this.#expiry();
    if (expired !== null) this.#engine.collectRestoredRangeDelete(null, expired);
    this.#filter?.watchAfter(this.#streamTimeMs);
  }

  resume(checkpoint: Checkpoint): void {
    this.setStreamTime(checkpoint.streamTimeMs);
    // one that is in use nowhere: each number came with a record
    if (this.#schema.duplicates) this.sequence = checkpoint.offset & 0x7fffffff;
    this.#filter?.watchAfter(this.#streamTimeMs);
  }

  empty(): void {
    this.#streamTimeMs = -1;
    this.#expiredPrefix = 0;
    this.sequence = 0;
  }

  /** The end of what has expired since the last time; null if that is not worth a deletion. */
  #expiry(): Buffer | null {
    const prefix = this.#schema.firstLivePrefix(this.#streamTimeMs);
    if (prefix - this.#expiredPrefix < this.#schema.expiryStep) return null;
    this.#expiredPrefix = prefix;
    return int64Bytes(prefix);
  }
}
