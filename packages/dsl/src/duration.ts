import { InvalidArgumentError } from "@millrace/core";

/** A length of time: milliseconds, or a whole or decimal number with its unit, such as `"500ms"`, `"10s"`, `"5m"`, `"1h"`, `"7d"`. */
export type Duration = number | `${number}${DurationUnit}`;
/** Units of a duration: days, hours, minutes, seconds, milliseconds. */
export type DurationUnit = "ms" | "s" | "m" | "h" | "d";

const millisecondsPerUnit: Readonly<Record<DurationUnit, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/**
 * A duration in milliseconds. Negative numbers pass, since what a length may be is its user's to judge.
 *
 * @param what what it is the length of, for the error, such as `size`
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for a text of another form, and for what is no whole number of milliseconds
 */
export function durationMs(duration: Duration, what: string): number {
  const milliseconds = typeof duration === "number" ? duration : parse(duration);
  if (!Number.isSafeInteger(milliseconds)) {
    throw new InvalidArgumentError(
      `${what} is ${JSON.stringify(duration)}, which is no whole number of milliseconds. ` +
        'Give milliseconds, or a text such as "500ms", "10s", "5m", "1h" or "7d".',
    );
  }
  return milliseconds;
}

function parse(text: string): number {
  const match = pattern.exec(text);
  if (match === null) return Number.NaN;
  const milliseconds = Number(match[1]) * millisecondsPerUnit[match[2] as DurationUnit];
  // 0.3 s is 300 ms, although 0.3 * 1000 is no whole number in binary.
  const whole = Math.round(milliseconds);
  return Math.abs(milliseconds - whole) <= whole * Number.EPSILON * 2 ? whole : milliseconds;
}
