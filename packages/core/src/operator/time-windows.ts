/**
 * Windows `[n * advanceMs, n * advanceMs + sizeMs)` for n = 0, 1, …: tumbling if the two are equal, else hopping.
 *
 * `graceMs`: a window takes records until the operator's stream time has reached its end plus this.
 */
export interface TimeWindowsSpec {
  /** Size of a window in milliseconds. */
  readonly sizeMs: number;
  /** Distance between the starts of two windows in milliseconds; equal to `sizeMs` for tumbling windows. */
  readonly advanceMs: number;
  /** Stream time after a window's end, in milliseconds, during which late records still count. */
  readonly graceMs: number;
}

/** Settings of windows, for the operators that have them. */
export function windowSettings(windows: TimeWindowsSpec): {
  readonly windowSizeMs: number;
  readonly windowAdvanceMs: number;
  readonly graceMs: number;
} {
  return { windowSizeMs: windows.sizeMs, windowAdvanceMs: windows.advanceMs, graceMs: windows.graceMs };
}

/** Start of the earliest window that holds the time; the others follow at `advanceMs`, up to the time itself. */
export function firstWindowStartMs(windows: TimeWindowsSpec, timestampMs: number): number {
  const earliestMs = timestampMs - windows.sizeMs + windows.advanceMs;
  return earliestMs <= 0 ? 0 : earliestMs - (earliestMs % windows.advanceMs);
}
