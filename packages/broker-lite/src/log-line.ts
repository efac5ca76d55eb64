/** Sink of log lines, the same in all packages. */
export type { Log, LogLevel } from "@millrace/platform";
