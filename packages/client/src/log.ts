/** error: data loss or a broken invariant; warn: can wait for a release; info: a change of state; debug: everything else. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** Where the client tells what happens. Values go into `fields`, not into the text. */
export type Log = (level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>) => void;

export const silent: Log = () => {};
