import { styleText } from "node:util";
import type { Clock, HostProcess, Log, LogLevel } from "@millrace/platform";
import { causeLines } from "./cause-lines.ts";

const shown: readonly LogLevel[] = ["warn", "error"];
const colors = { error: "red", warn: "yellow", info: "cyan", debug: "gray" } as const;
/** Characters of a field's value that are shown. */
const valueLengthMax = 500;

/**
 * Writes what is a warning or worse to stderr, a line for people: time in UTC, level, text, fields; then each cause with its code, and
 * the place in the program where an error without one was made. Coloured on terminals that want it.
 */
export function readableLog(host: Pick<HostProcess, "writeError" | "showsColors">, clock: Pick<Clock, "nowMs">): Log {
  const paint = (color: "red" | "yellow" | "cyan" | "gray", text: string): string =>
    host.showsColors ? styleText(color, text, { validateStream: false }) : text;
  return (level, text, fields = {}) => {
    if (!shown.includes(level)) return;
    const { cause, ...others } = fields;
    const time = new Date(clock.nowMs()).toISOString().replace("T", " ");
    const line = `${paint("gray", time)} ${paint(colors[level], level.toUpperCase().padEnd(5))} ${text}${paint("gray", words(others))}`;
    host.writeError([line, ...causeLines(text, cause), ""].join("\n"));
  };
}

/** ` (topic "in", offset 5, waited 3,000 ms)`, or nothing. */
function words(fields: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(fields).flatMap(([key, value]) => {
    if (value === undefined || value === null) return [];
    const [, name = key, unit] = /^(\w+?)(Ms|Bytes)?$/.exec(key) ?? [];
    const spaced = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    const units = { Ms: " ms", Bytes: " bytes" };
    return [`${spaced} ${shownValue(value)}${unit === undefined ? "" : units[unit as keyof typeof units]}`];
  });
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function shownValue(value: unknown): string {
  if (typeof value === "number") return value.toLocaleString("en-US", { maximumFractionDigits: 3 });
  if (value instanceof Error) return JSON.stringify(value.message);
  const text = typeof value === "string" && /^[\w.:/-]+$/.test(value) ? value : JSON.stringify(value);
  return text.length > valueLengthMax ? `${text.slice(0, valueLengthMax)}…` : text;
}
