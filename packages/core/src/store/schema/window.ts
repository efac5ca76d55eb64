import { readInt64, writeInt64 } from "@millrace/protocol";
import type { Slice } from "../../serde/slice.ts";
import type { EngineRows, KeySchema, ScannedSpace, ScanRange } from "./key-schema.ts";
import { prefixBytes, suffixBytes, WindowRows } from "./window-rows.ts";

/** Fields of a spec that the layout of a window store depends on. */
export interface WindowLayout {
  /** True if the store is of the persistent kind, whatever engine it is in. */
  readonly persistent: boolean;
  readonly retainDuplicates: boolean;
  readonly retentionMs: number;
  readonly segmentIntervalMs: number;
}

/**
 * Layout of a window store's keys in the engine, and their expiry. The changelog's key is the same for both kinds.
 *
 * ```text
 * changelog                       key ‖ start(8) ‖ seq(4)
 * engine, persistent kind         segment(8) ‖ key ‖ start(8) ‖ seq(4)     segment = start / segment interval
 * engine, in-memory kind          start(8) ‖ key                           with duplicates: ‖ start(8) ‖ seq(4)
 * ```
 *
 * So the persistent kind is read by segment, key and start, the in-memory kind by start and key, as in Java.
 *
 * @see Java's `WindowKeySchema`, `AbstractSegments`, `InMemoryWindowStore`
 */
export class WindowSchema implements KeySchema {
  readonly windowed: boolean = true;
  readonly prefixBytes: number = prefixBytes;
  readonly suffixBytes: number = suffixBytes;
  /** Segment id before the key, start and sequence number behind it. */
  readonly cacheKeyBytes: number = 8 + 8 + 4;
  readonly persistent: boolean;
  readonly duplicates: boolean;
  readonly retentionMs: number;
  readonly segmentIntervalMs: number;
  /** True if start and sequence number follow the key in the engine. */
  readonly suffixed: boolean;

  constructor(spec: WindowLayout) {
    this.persistent = spec.persistent;
    this.duplicates = spec.retainDuplicates;
    this.retentionMs = spec.retentionMs;
    this.segmentIntervalMs = spec.segmentIntervalMs;
    this.suffixed = spec.persistent || spec.retainDuplicates;
  }

  /** The same for all stores whose keys lie alike. */
  get name(): string {
    const order = this.persistent ? `segments of ${String(this.segmentIntervalMs)} ms` : "by start";
    return this.duplicates ? `${order}, with duplicates` : order;
  }

  frame(buffer: Buffer, keyEnd: number, startMs: number, sequence: number, engineKey: Slice, changelogKey: Slice): void {
    writeInt64(buffer, 0, this.prefixOf(startMs));
    writeInt64(buffer, keyEnd, startMs);
    buffer[keyEnd + 8] = sequence >> 24;
    buffer[keyEnd + 9] = sequence >> 16;
    buffer[keyEnd + 10] = sequence >> 8;
    buffer[keyEnd + 11] = sequence;
    engineKey.set(buffer, 0, this.suffixed ? keyEnd + suffixBytes : keyEnd);
    changelogKey.set(buffer, prefixBytes, keyEnd + suffixBytes);
  }

  userKeyEnd(keyEnd: number): number {
    return keyEnd - suffixBytes;
  }

  startMs(buffer: Buffer, userKeyEnd: number): number {
    return readInt64(buffer, userKeyEnd);
  }

  rows(space: ScannedSpace, range: ScanRange, streamTimeMs: number, reverse: boolean): EngineRows {
    return new WindowRows(space, this, range, streamTimeMs, reverse);
  }

  /** Number before the key: the segment, or the window's start. */
  prefixOf(startMs: number): number {
    return this.persistent ? Math.trunc(startMs / this.segmentIntervalMs) : startMs;
  }

  /** Returns true if a put is too late to be kept: exactly by start in memory, by whole segments in the persistent kind. */
  isExpiredForPut(startMs: number, streamTimeMs: number): boolean {
    return this.persistent
      ? this.prefixOf(startMs) < this.prefixOf(streamTimeMs - this.retentionMs)
      : startMs <= streamTimeMs - this.retentionMs;
  }

  /** The first start that a read may see. */
  firstLiveStart(streamTimeMs: number): number {
    return streamTimeMs - this.retentionMs + 1;
  }

  /** The prefix below which everything may be deleted. */
  firstLivePrefix(streamTimeMs: number): number {
    return this.persistent ? this.prefixOf(streamTimeMs - this.retentionMs) : this.firstLiveStart(streamTimeMs);
  }

  /**
   * Distance that `firstLivePrefix` moves between two deletions. The in-memory kind moves in steps, since a deletion for each
   * millisecond would be expensive.
   */
  get expiryStep(): number {
    return this.persistent ? 1 : Math.max(1, Math.trunc(this.retentionMs / 8));
  }
}
