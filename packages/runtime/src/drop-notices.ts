import type { DroppedRecord, DropReason } from "@millrace/core";
import type { Clock, Log, Timer, Timers } from "@millrace/platform";

/** Number of records that are logged one by one, for each reason and minute. */
const toldMax = 5;
const windowMs = 60_000;

/** Counts of reported and unreported drops for one reason since `beganMs`. */
interface Window {
  beganMs: number;
  told: number;
  leftOut: number;
  timer: Timer | null;
}

/**
 * Logs dropped records as warnings: for each reason five a minute with place and cause, then the number of further ones. A topic
 * full of records that are late must not fill the log.
 */
export class DropNotices {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #windows = new Map<DropReason, Window>();

  constructor(log: Log, { clock, timers }: { readonly clock: Clock; readonly timers: Timers }) {
    this.#log = log;
    this.#clock = clock;
    this.#timers = timers;
  }

  note(drop: DroppedRecord): void {
    const nowMs = this.#clock.monotonicMs();
    const window = this.#window(drop.reason, nowMs);
    if (window.told === toldMax) {
      window.leftOut += drop.recordCount;
      window.timer ??= this.#timers.after(Math.max(0, window.beganMs + windowMs - nowMs), () =>
        this.#tellRest(drop.reason, window),
      );
      return;
    }
    window.told += 1;
    const { topic, partition, offset, nodeName, taskId, reason, recordCount, cause } = drop;
    this.#log("warn", recordCount === 1 ? `dropped a record: ${reason}` : `dropped records: ${reason}`, {
      topic,
      partition,
      offset,
      node: nodeName,
      task: taskId,
      reason,
      ...(recordCount === 1 ? {} : { count: recordCount }),
      ...(cause === null ? {} : { cause }),
    });
  }

  /** Logs the number of records that were left out so far. */
  close(): void {
    for (const [reason, window] of this.#windows) this.#tellRest(reason, window);
  }

  #window(reason: DropReason, nowMs: number): Window {
    const window = this.#windows.get(reason);
    // A clock that was set back must not silence a reason for long.
    if (window !== undefined && nowMs >= window.beganMs && nowMs < window.beganMs + windowMs) return window;
    if (window !== undefined) this.#tellRest(reason, window);
    const next = { beganMs: nowMs, told: 0, leftOut: 0, timer: null };
    this.#windows.set(reason, next);
    return next;
  }

  #tellRest(reason: DropReason, window: Window): void {
    window.timer?.cancel();
    window.timer = null;
    if (window.leftOut === 0) return;
    this.#log("warn", `dropped ${String(window.leftOut)} more records within a minute: ${reason}`, {
      reason,
      count: window.leftOut,
    });
    window.leftOut = 0;
  }
}
