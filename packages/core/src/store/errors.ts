import { StreamsError } from "../errors.ts";

/** A partition of a store has outgrown what is kept in memory: some 4 GiB. */
export class MemoryStoreFullError extends StreamsError {
  readonly code = "STREAMS_MEMORY_STORE_FULL";
  readonly retriable = false;

  constructor(storeName: string, partition: number) {
    super(
      `Partition ${String(partition)} of store "${storeName}" holds 4 GiB in memory, which is the most. ` +
        `Keep it on disk, or give its topics more partitions.`,
    );
  }
}

/** A store's specification asks for what this library does not have. */
export class UnsupportedStoreError extends StreamsError {
  readonly code = "STREAMS_UNSUPPORTED_STORE";
  readonly retriable = false;

  constructor(storeName: string, kind: string) {
    super(
      `Store "${storeName}" is of kind "${kind}", which is not among keyValue, timestampedKeyValue, window and timestampedWindow. ` +
        `Give it one of these kinds.`,
    );
  }
}
