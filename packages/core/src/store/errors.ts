import { StreamsError } from "../errors.ts";

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
