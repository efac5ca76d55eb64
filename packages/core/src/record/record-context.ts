/** A record's headers, in order; names may repeat. A value is null or its bytes. */
export type Headers = readonly Header[];
export interface Header {
  readonly key: string;
  readonly value: Buffer | null;
}
/** The one empty list, compared by identity where that saves work. */
export const noHeaders: Headers = Object.freeze([]);

/**
 * Position of the record in flight. One per task: moved, never recreated. An operator that forwards with another
 * timestamp or other headers sets them, calls its child, and puts them back.
 *
 * Outside a record (punctuation, `init`) topic is null and partition and offset are -1, as in Java's ProcessorContextImpl.
 */
export class RecordContext {
  topic: string | null = null;
  partition: number = -1;
  /** NaN, not 0 or -1: the field must keep one representation, and offsets exceed 31 bits. */
  offset: number = Number.NaN;
  timestampMs: number = Number.NaN;
  headers: Headers = noHeaders;
}
