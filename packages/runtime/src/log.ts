/** error: data loss or a broken invariant; warn: can wait; info: a change of state; debug: for the library's developers. */
export type LogLevel = "error" | "warn" | "info" | "debug";
/** Takes a message. Values are in `fields`, an error as `cause`. */
export type Log = (level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>) => void;
