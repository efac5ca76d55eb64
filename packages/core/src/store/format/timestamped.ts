import { readInt64, writeInt64 } from "@millrace/protocol";
import type { ValueFormat } from "./value-format.ts";

const timestampBytes = 8;

/** `timestamp(8) ‖ value`. @see Java's `ValueAndTimestampSerializer` */
export const timestampedFormat: ValueFormat = Object.freeze<ValueFormat>({
  timestamped: true,
  keepsHeaders: false,
  prefixBytes: () => timestampBytes,
  writePrefix: (to, timestampMs) => void writeInt64(to, 0, timestampMs),
  valueStart: ({ start }) => start + timestampBytes,
  timestampMs: ({ buffer, start }) => readInt64(buffer, start),
});
