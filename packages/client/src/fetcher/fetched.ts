import type { FetchError } from "../errors.ts";

/** What one partition's part of a fetch response held. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly error: null;
  /**
   * Whole record batches as they lie in the log, a view of the response. The first one may begin before `fetchOffset`
   * (a fetch from inside a batch returns it whole): who reads it drops the records below its position. Never empty.
   */
  readonly buffer: Buffer;
  /** Where the fetch began; NaN never. */
  readonly fetchOffset: number;
  /** One after the last record's offset: the position after this. */
  readonly nextOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
}

/** A partition that cannot be fetched on; it stays assigned, without fetching, until `seek`. */
export interface FetchFailed {
  readonly topic: string;
  readonly partition: number;
  readonly error: FetchError;
}

export type Fetched = FetchedPartition | FetchFailed;

export interface FetcherOptions {
  /** How long a broker waits for `fetchBytesMin`. Default 500. `fetch.max.wait.ms`. */
  readonly fetchWaitMaxMs?: number;
  /** Default 1. `fetch.min.bytes`. */
  readonly fetchBytesMin?: number;
  /** Of one response. Default 2 MiB (Java: 50 MiB): fetched bytes are memory, and the next fetch is under way. `fetch.max.bytes`. */
  readonly fetchBytesMax?: number;
  /** Of one partition in a response. Default 1 MiB. `max.partition.fetch.bytes`. */
  readonly partitionBytesMax?: number;
  /** Rack of this client: the leader may name a replica there, which is then fetched from (KIP-392). Default none. `client.rack`. */
  readonly rackId?: string;
  /** No fetch starts while this much was fetched and not taken. Default 4 MiB. */
  readonly bufferBytesMax?: number;
}
