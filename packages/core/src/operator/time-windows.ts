/**
 * Windows `[n * advanceMs, n * advanceMs + sizeMs)` for n = 0, 1, …: tumbling if the two are equal, else hopping.
 *
 * `graceMs`: a window takes records until the operator's stream time has reached its end plus this.
 */
export interface TimeWindowsSpec {
  readonly sizeMs: number;
  readonly advanceMs: number;
  readonly graceMs: number;
}

/** Start of the earliest window that holds the time; the others follow at `advanceMs`, up to the time itself. */
export function firstWindowStartMs(windows: TimeWindowsSpec, timestampMs: number): number {
  const earliestMs = timestampMs - windows.sizeMs + windows.advanceMs;
  return earliestMs <= 0 ? 0 : earliestMs - (earliestMs % windows.advanceMs);
}
