import type { FetchError } from "../errors.ts";

/** Record batches of one partition from one fetch response. */
export interface FetchedPartition {
  /** Name of the topic. */
  readonly topic: string;
  /** Number of the partition. */
  readonly partition: number;
  /** Always null: tells this from a `FetchFailed`. */
  readonly error: null;
  /**
   * Whole record batches as they are in the log, as a view of the response; never empty. The first batch may begin before
   * `fetchOffset`, since a fetch from inside a batch returns the whole batch: drop its records below your position.
   */
  readonly buffer: Buffer;
  /** Offset at which the fetch began; never NaN. */
  readonly fetchOffset: number;
  /** Offset after the last record: the position once these batches are processed. */
  readonly nextOffset: number;
  /** Number of records in these batches, as their headers say; those below `fetchOffset` and those of transaction markers count. */
  readonly recordCount: number;
  /** Offset after the last record that all in-sync replicas have, at the time of the fetch. */
  readonly highWatermark: number;
  /** Offset below which all transactions are decided, at the time of the fetch (LSO). The fetcher reads past it. -1: not told. */
  readonly lastStableOffset: number;
  /** Lowest offset that can be read, at the time of the fetch. -1: not told. */
  readonly logStartOffset: number;
}

/** Failure of a partition. It stays assigned, but is not fetched until `seek`. */
export interface FetchFailed {
  /** Name of the topic. */
  readonly topic: string;
  /** Number of the partition. */
  readonly partition: number;
  /** Reason, with the offset and advice. */
  readonly error: FetchError;
}

/** Result of `Fetcher.take`: batches (`error` is null), or the failure of a partition. */
export type Fetched = FetchedPartition | FetchFailed;

/** Options of a fetcher. Sizes in bytes, times in milliseconds. */
export interface FetcherOptions {
  /** Time that a broker waits for `fetchBytesMin`. Default 500. `fetch.max.wait.ms`. */
  readonly fetchWaitMaxMs?: number;
  /** Number of bytes for which a broker waits before it answers. Default 1: any. `fetch.min.bytes`. */
  readonly fetchBytesMin?: number;
  /**
   * Upper bound of one response; its first batch comes whole even if larger. Default 2 MiB (Java: 50 MiB), since fetched bytes
   * take memory and the next fetch is under way. `fetch.max.bytes`.
   */
  readonly fetchBytesMax?: number;
  /**
   * Upper bound of one partition in a response; the first batch of a response comes whole even if larger. Default 1 MiB.
   * `max.partition.fetch.bytes`.
   */
  readonly partitionBytesMax?: number;
  /**
   * Rack of this client. The leader may name a replica in that rack, which is then fetched from (KIP-392). Default: none.
   * `client.rack`.
   */
  readonly rackId?: string;
  /** Upper bound of the bytes that were fetched and not taken: above it no fetch starts. Default 4 MiB. */
  readonly bufferBytesMax?: number;
}
