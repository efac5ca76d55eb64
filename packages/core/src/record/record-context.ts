/** A record's headers, in order; names may repeat. A value is null or its bytes. */
export type Headers = readonly Header[];
/** One header of a record: a name with bytes (Kafka's `Header`). */
export interface Header {
  /** Name; several headers of a record may share one. */
  readonly key: string;
  /** Bytes; null is a header without a value, which differs from no bytes. */
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
  /** Topic that the record was read from; null outside a record. */
  topic: string | null = null;
  /** Partition that the record was read from; -1 outside a record. */
  partition: number = -1;
  /** NaN, not 0 or -1: the field must keep one representation, and offsets exceed 31 bits. */
  offset: number = Number.NaN;
  /** Time in milliseconds since the epoch; operators may set another one for what they forward. NaN before the first record. */
  timestampMs: number = Number.NaN;
  /** Headers of the record that was read, in order; `noHeaders` where it has none. */
  headers: Headers = noHeaders;
}
