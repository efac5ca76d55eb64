/**
 * Base of every error that the library raises on purpose. `code` is stable API; the text names the offending values and
 * says what to do.
 */
export abstract class StreamsError extends Error {
  /** `STREAMS_…`, never reused for another meaning. */
  abstract readonly code: string;
  /** True if the same call may succeed later without a change of program, data or configuration. */
  abstract readonly retriable: boolean;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An argument that no program can mean, such as a repartition topic without partitions. Java: IllegalArgumentException. */
export class InvalidArgumentError extends StreamsError {
  readonly code = "STREAMS_INVALID_ARGUMENT";
  readonly retriable = false;
}
