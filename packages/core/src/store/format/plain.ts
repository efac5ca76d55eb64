import type { ValueFormat } from "./value-format.ts";

/** Values as their serde writes them. */
export const plainFormat: ValueFormat = Object.freeze<ValueFormat>({
  timestamped: false,
  keepsHeaders: false,
  prefixBytes: () => 0,
  writePrefix: () => undefined,
  valueStart: ({ start }) => start,
  timestampMs: () => Number.NaN,
});
