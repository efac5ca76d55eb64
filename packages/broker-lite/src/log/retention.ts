import type { Durability } from "./durability.ts";
import type { Segments } from "./segments.ts";

/** Settings that decide what a log keeps; Kafka's topic settings of the same names. */
export interface RetentionConfig {
  /** Milliseconds; -1: no limit. */
  readonly retentionMs: number;
  /** -1: no limit. */
  readonly retentionBytes: number;
  /** True if retention applies: `cleanup.policy` contains `delete`. */
  readonly delete: boolean;
}

/** Decides where a partition's log begins, and which of its oldest segments go. */
export class Retention {
  readonly #config: RetentionConfig;
  readonly #segments: Segments;
  readonly #durability: Durability;
  readonly #roll: () => void;
  #logStartOffset: number;

  /** @param roll seals the active segment and begins another one */
  constructor(config: RetentionConfig, segments: Segments, durability: Durability, logStartOffset: number, roll: () => void) {
    this.#config = config;
    this.#segments = segments;
    this.#durability = durability;
    this.#logStartOffset = logStartOffset;
    this.#roll = roll;
  }

  get logStartOffset(): number {
    return this.#logStartOffset;
  }

  /** Raises the log start offset, up to the high watermark; true if it rose. */
  deleteRecordsBefore(offset: number): boolean {
    if (offset <= this.#logStartOffset) return false;
    const start = Math.min(offset, this.#durability.highWatermark);
    const { active } = this.#segments;
    if (start >= active.nextOffset && active.sizeBytes > 0) this.#roll();
    return this.#startAt(start);
  }

  /**
   * Raises the log start offset over the oldest segments that `retention.ms` or `retention.bytes` no longer keeps; true if it
   * rose. The last segment is among them if all its records are: an empty one follows it.
   */
  apply(nowMs: number): boolean {
    if (!this.#config.delete) return false;
    const count = this.#expiredCount(nowMs);
    if (count === this.#segments.all.length) this.#roll();
    return this.#startAt(this.#segments.all[count]!.baseOffset);
  }

  /** Removes the segments wholly below the log start offset. Not while segments are being synced: the end of the sync does it. */
  removeBelowStart(): void {
    const { all } = this.#segments;
    while (all.length > 1 && !this.#durability.isSyncing && all[1]!.baseOffset <= this.#logStartOffset)
      this.#durability.removed(this.#segments.removeFirst());
  }

  /** Number of the oldest segments that lie below the log start offset, or exceed the retention time or size. */
  #expiredCount(nowMs: number): number {
    const { retentionMs, retentionBytes } = this.#config;
    let sizeBytes = this.#segments.sizeBytes;
    let count = 0;
    for (const segment of this.#segments.all) {
      if (segment.sizeBytes === 0 || segment.nextOffset > this.#durability.highWatermark) break;
      const newestMs = segment.maxTimestampMs >= 0 ? segment.maxTimestampMs : segment.appendedMs;
      const isOld = retentionMs >= 0 && nowMs - newestMs > retentionMs;
      const isTooMuch = retentionBytes >= 0 && sizeBytes - segment.sizeBytes >= retentionBytes;
      if (!isOld && !isTooMuch && segment.nextOffset > this.#logStartOffset) break;
      sizeBytes -= segment.sizeBytes;
      count += 1;
    }
    return count;
  }

  #startAt(offset: number): boolean {
    const rises = offset > this.#logStartOffset;
    if (rises) this.#logStartOffset = offset;
    this.removeBelowStart();
    return rises;
  }
}
