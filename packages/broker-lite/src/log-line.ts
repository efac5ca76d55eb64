/** error: data lost or an invariant broken; warn: something a user should know; info: a state changed; debug: the rest. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** Where log lines go. */
export type Log = (level: LogLevel, text: string) => void;
