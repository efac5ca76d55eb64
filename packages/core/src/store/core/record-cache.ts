/**
 * The memory that the cached stores of a stream thread share, accounted exactly as Java accounts it, since what is evicted
 * when decides what users see downstream. A write that exceeds it evicts from the store being written, and only from it.
 *
 * @see Java's `ThreadCache`; `statestore.cache.max.bytes` divided by the number of threads
 */
export class RecordCache {
  /** 0: stores do not cache. */
  readonly bytesMax: number;
  /** Size of all entries of all stores, in bytes. */
  bytes: number = 0;
  /**
   * An eviction writes everything dirty, as in Java, but at once only so many entries; the rest follows, in the same order, with
   * the puts after it. So no single record stops the event loop for long. Default 4,096.
   */
  readonly flushEntriesMax: number;

  constructor(bytesMax: number, flushEntriesMax: number = 4096) {
    this.bytesMax = bytesMax;
    this.flushEntriesMax = flushEntriesMax;
  }
}

/**
 * Bytes that Java counts for an entry beside key, value, topic and headers: three links, the dirty flag; timestamp, offset,
 * partition.
 */
export const entryOverheadBytes: number = 24 + 1 + 20;
