import { safely } from "./safely.ts";

/** error: data loss or a broken invariant; warn: can wait; info: a change of state; debug: for the library's developers. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** Takes a message. Values are in `fields`, which JSON can hold, and an error as `cause`. */
export type Log = (level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Log function that writes nothing. */
export const silent: Log = () => undefined;

const safeLogs = new WeakSet<Log>();

/**
 * A log function of a user that cannot do harm: what it throws, or its promise is rejected with, goes to `tell`, the first time with
 * the message that is lost by it, and never again. Default of `tell`: this process's stderr. Fields that JSON cannot hold become such as it can: a bigint a number or a text.
 */
export function safeLog(log: Log, tell: (text: string) => void = tellOnStderr): Log {
  if (safeLogs.has(log)) return log;
  let isTold = false;
  const safe: Log = (level, text, fields) => {
    const failed = (error: unknown): void => {
      if (isTold) return;
      isTold = true;
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      tell(`The log function failed, which is told only once. The message was "${level}: ${text}". The error: ${why}\n`);
    };
    safely(() => (fields === undefined ? log(level, text) : log(level, text, plainFields(fields))), failed);
  };
  safeLogs.add(safe);
  return safe;
}

function tellOnStderr(text: string): void {
  process.stderr.write(text);
}

function plainFields(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let plain: Record<string, unknown> | null = null;
  for (const [key, value] of Object.entries(fields)) {
    const field = plainValue(value);
    if (field !== value) (plain ??= { ...fields })[key] = field;
  }
  return plain ?? fields;
}

/** The value, or the nearest to it that JSON can hold. An error stays one. */
function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return plainNumber(value);
  if (typeof value !== "object" || value === null || fitsJson(value)) return value;
  if (value instanceof Error) {
    const { name, message } = value;
    return Object.create(value, { toJSON: { value: () => ({ name, message }) } });
  }
  try {
    const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? plainNumber(part) : part));
    return JSON.parse(text) as unknown;
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function plainNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function fitsJson(value: object): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}
