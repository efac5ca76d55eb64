import type { TimeWindowsSpec } from "@millrace/core";
import { checked, options as optionsOf } from "./checks/calls.ts";
import { duration } from "./checks/kinds.ts";
import { durationMs, type Duration } from "./duration.ts";
import { InvalidWindowError } from "./errors.ts";

/** Lengths that make time windows. */
export interface TimeWindowsOptions {
  /** Length of a window, at least 1 ms. */
  readonly size: Duration;
  /** Distance of two windows' starts, in `(0, size]`. Default: the size (tumbling windows). */
  readonly advance?: Duration;
  /** Time that stream time may pass a window's end by before late records are dropped; 0 drops all of them. No default: see KIP-633. */
  readonly grace: Duration;
}

/** Windows of a fixed size, aligned to the epoch: window n is `[n * advanceMs, n * advanceMs + sizeMs)`. Java's `TimeWindows`. */
export interface TimeWindows extends TimeWindowsSpec {
  /** Kind of the windows. */
  readonly kind: "time";
}

/** Makes {@link TimeWindows}. */
export interface TimeWindowsFactory {
  /**
   * Tumbling windows, or hopping ones if `advance` is smaller than `size`.
   *
   * Hopping windows of 5 s every 3 s are `[0, 5000)`, `[3000, 8000)`, …: they start at multiples of the advance.
   *
   * @example TimeWindows.of({ size: "1m", advance: "10s", grace: "30s" })
   * @throws {InvalidWindowError} `STREAMS_INVALID_WINDOW` for a length out of range
   * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for what is no length, an unknown option, or one that is missing
   */
  of(options: TimeWindowsOptions): TimeWindows;
}

export const TimeWindows: TimeWindowsFactory = Object.freeze({
  of: checked(
    "TimeWindows.of",
    [optionsOf({ size: duration, advance: duration, grace: duration }, ["size", "grace"])],
    timeWindows,
  ),
});

function timeWindows(options: TimeWindowsOptions): TimeWindows {
  const sizeMs = durationMs(options.size, "size");
  const advanceMs = options.advance === undefined ? sizeMs : durationMs(options.advance, "advance");
  const graceMs = durationMs(options.grace, "grace");
  if (sizeMs <= 0) throw new InvalidWindowError(`A window's size is ${sizeMs} ms; it must be larger than 0.`);
  if (advanceMs <= 0 || advanceMs > sizeMs) {
    throw new InvalidWindowError(
      `A window's advance is ${advanceMs} ms; it must be larger than 0 and at most the size, ${sizeMs} ms.`,
    );
  }
  if (graceMs < 0) throw new InvalidWindowError(`A window's grace is ${graceMs} ms; it must not be negative.`);
  return Object.freeze({ kind: "time", sizeMs, advanceMs, graceMs });
}
