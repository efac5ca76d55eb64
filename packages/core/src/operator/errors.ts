import { StreamsError } from "../errors.ts";

/** A user function returned null or undefined where Kafka Streams needs an object, as Java's `requireNonNull` in KStreamMap. */
export class NullResultError extends StreamsError {
  readonly code = "STREAMS_NULL_RESULT";
  readonly retriable = false;
  readonly nodeName: string;

  constructor(nodeName: string, operator: string, wanted: string) {
    super(
      `The function given to ${operator}() of node "${nodeName}" returned nothing, but ${wanted} is needed. ` +
        `Return ${wanted}; to skip a record use filter() or return an empty array from flatMap().`,
    );
    this.nodeName = nodeName;
  }
}

/** A grouped table's record without a key: a repartition topic holds none, so someone else wrote there. Java: StreamsException. */
export class NullKeyError extends StreamsError {
  readonly code = "STREAMS_NULL_KEY";
  readonly retriable = false;

  constructor(nodeName: string) {
    super(
      `Node "${nodeName}" got a record without a key, which a grouped table cannot have. Only the application may write its repartition topics.`,
    );
  }
}
