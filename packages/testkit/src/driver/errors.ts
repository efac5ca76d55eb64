import { StreamsError, type FailedRecord, type NotReadyError } from "@millrace/core";

/** Topic that no source of the topology reads, or no sink and no store writes to. Java: IllegalArgumentException "Unknown topic". */
export class UnknownTopicError extends StreamsError {
  readonly code = "TESTKIT_UNKNOWN_TOPIC";
  readonly retriable = false;

  /** @param known the topics that there are */
  constructor(topic: string, side: "input" | "output", known: readonly string[]) {
    const names = known.map((name) => `"${name}"`).join(", ") || "none";
    super(
      side === "input"
        ? `No source of the topology reads topic "${topic}"; they read ${names}.`
        : `Nothing in the topology writes to topic "${topic}"; it writes to ${names}.`,
    );
  }
}

/** Nothing is left to read from an output topic. Java: NoSuchElementException. */
export class NoRecordError extends StreamsError {
  readonly code = "TESTKIT_NO_RECORD";
  readonly retriable = false;

  constructor(topic: string, produced: readonly string[]) {
    super(
      produced.includes(topic)
        ? `All records of topic "${topic}" have been read.`
        : `Nothing was produced to topic "${topic}"; there are records of ${produced.map((name) => `"${name}"`).join(", ") || "no topic"}.`,
    );
  }
}

/** Time in a test only goes forward. Java: IllegalArgumentException. */
export class InvalidAdvanceError extends StreamsError {
  readonly code = "TESTKIT_INVALID_ADVANCE";
  readonly retriable = false;

  constructor(advanceMs: number) {
    super(`The clock cannot be advanced by ${advanceMs} ms; give 0 or more.`);
  }
}

/** The driver was disposed of. */
export class DriverClosedError extends StreamsError {
  readonly code = "TESTKIT_DRIVER_CLOSED";
  readonly retriable = false;

  constructor() {
    super("This TopologyTestDriver is closed. Make a new one for each test.");
  }
}

/** A record whose serde must look something up first: the driver cannot wait. `cause` is the serde's error. */
export class WaitingRecordError extends StreamsError {
  readonly code = "TESTKIT_RECORD_WAITS";
  readonly retriable = true;

  constructor({ topic, offset }: FailedRecord, cause: NotReadyError) {
    super(
      `The record at offset ${offset} of topic "${topic}" waits: ${cause.message} ` +
        `Await the look-up and call advanceWallClock(0), or let the serde know beforehand what the test needs.`,
      { cause },
    );
  }
}
