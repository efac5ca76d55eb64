import { thrownText } from "@millrace/core";
import type { Clock } from "@millrace/platform";
import type { Log, LogLevel } from "@millrace/runtime";

const importance: Readonly<Record<LogLevel, number>> = { error: 3, warn: 2, info: 1, debug: 0 };
/** Causes of causes that are shown. */
const depthMax = 5;

/** Logs one JSON object a line: `time`, `level`, `message`, then the fields. `write` gets the line with its line feed. */
export function jsonLog(
  write: (line: string) => void,
  clock: Pick<Clock, "nowMs">,
  least: LogLevel,
  common: Readonly<Record<string, unknown>>,
): Log {
  return (level, message, fields) => {
    if (importance[level] < importance[least]) return;
    const line = { time: new Date(clock.nowMs()).toISOString(), level, message };
    write(`${text({ ...line, ...common, ...fields, ...line })}\n`);
  };
}

function text(line: object): string {
  try {
    return JSON.stringify(line, plain);
  } catch (error) {
    // A field that contains itself: the line matters more than the field.
    const shown = Object.entries(line).map(([key, value]) => [
      key,
      typeof value === "object" ? `not shown: ${String(error)}` : value,
    ]);
    return JSON.stringify(Object.fromEntries(shown), plain);
  }
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return errorFields(value, depthMax);
  return typeof value === "bigint" ? String(value) : value;
}

function errorFields(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const shownCause = cause instanceof Error ? (depth > 0 ? errorFields(cause, depth - 1) : thrownText(cause)) : cause;
  return { name, ...(code === undefined ? {} : { code }), message, stack, ...(cause === undefined ? {} : { cause: shownCause }) };
}
