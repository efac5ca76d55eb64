import { writeInt64 } from "../serde/int64.ts";
import type { WindowStoreSpec } from "./store.ts";

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
export class WindowLayout {
  readonly persistent: boolean;
  readonly duplicates: boolean;
  readonly retentionMs: number;
  readonly segmentIntervalMs: number;
  /** True if start and sequence number follow the key in the engine. */
  readonly suffixed: boolean;

  constructor(spec: WindowStoreSpec) {
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

  /** Prefix of the key in the engine: the segment, or the window's start. */
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

/** Bytes before the key in the engine, and after it where the layout is suffixed. */
export const prefixBytes = 8;
export const suffixBytes = 12;

/** `number(8)`, as text for names, as bytes for bounds. */
export function int64Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  writeInt64(bytes, 0, value);
  return bytes;
}
