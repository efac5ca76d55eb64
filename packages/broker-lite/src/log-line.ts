/** Where log lines go, as everywhere. */
export type { Log, LogLevel } from "@millrace/platform";
