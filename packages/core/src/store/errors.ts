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

  constructor(storeName: string, kind: string, kinds: readonly string[]) {
    super(`Store "${storeName}" is of kind "${kind}", which does not exist. Give it one of these kinds: ${kinds.join(", ")}.`);
  }
}

/** A store of another kind than was asked for. */
export class WrongStoreKindError extends StreamsError {
  readonly code = "STREAMS_WRONG_STORE_KIND";
  readonly retriable = false;

  constructor(storeName: string, kind: string, wanted: string, user: string) {
    super(`${user} asks for a ${wanted} store, but store "${storeName}" is of kind "${kind}". Ask for a store of its own kind.`);
  }
}
