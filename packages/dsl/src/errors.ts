import { StreamsError } from "@millrace/core";

/** A window with a size, advance, grace or retention that is out of range. Java throws IllegalArgumentException. */
export class InvalidWindowError extends StreamsError {
  readonly code = "STREAMS_INVALID_WINDOW";
  readonly retriable = false;
}
