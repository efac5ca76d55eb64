import type { Headers } from "../../record/record-context.ts";
import type { Slice } from "../../serde/slice.ts";

/**
 * Form of a kind's values in the engine: what stands before the value's own bytes. In the changelog the value stands alone; its
 * record has the timestamp, and the headers that the format gives it.
 *
 * A format knows nothing of stores and calls nothing. Its prefix depends on a value's timestamp and headers alone.
 */
export interface ValueFormat {
  /** Values keep a timestamp of their own. */
  readonly timestamped: boolean;
  /** Values keep the headers of their record: they are also logged, and read again in a restoration. */
  readonly keepsHeaders: boolean;
  /** Bytes before a value that comes with these headers; the record cache counts them. */
  prefixBytes(headers: Headers): number;
  /** Writes the prefix at the beginning of a buffer. `timestampMs` is a whole number, or NaN in a format without timestamps. */
  writePrefix(to: Buffer, timestampMs: number, headers: Headers): void;
  /** Position of the value's first byte behind the prefix of what is stored. */
  valueStart(stored: Slice): number;
  /** Timestamp of what is stored; NaN in a format without timestamps. */
  timestampMs(stored: Slice): number;
}
