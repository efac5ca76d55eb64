import type { Clock } from "@millrace/platform";

/** Moment by both clocks of a machine. */
export interface Instant {
  /** By the wall clock, which may be set back. */
  readonly wallMs: number;
  /** By the monotonic clock, which may stand still while the machine sleeps. */
  readonly monotonicMs: number;
}

/** Takes the present moment. */
export function instant(clock: Clock): Instant {
  return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
}

/**
 * Milliseconds since a moment, by the clock that says more: for a deadline that must not be missed, whether the wall clock was set
 * back meanwhile or the machine slept.
 */
export function longestSinceMs(clock: Clock, { wallMs, monotonicMs }: Instant): number {
  return Math.max(clock.nowMs() - wallMs, clock.monotonicMs() - monotonicMs);
}
