import { StreamsError } from "@millrace/core";

/** Error that a scenario's function throws when it is told to fail; Java's stand-in is IllegalStateException("boom …"). */
export class BoomError extends StreamsError {
  readonly code = "CONFORMANCE_BOOM";
  readonly retriable = false;

  constructor(what: string) {
    super(`boom ${what}`);
  }
}

/** A scenario uses things that are not built yet; `lacks` names them. */
export class LackError extends StreamsError {
  readonly code = "CONFORMANCE_LACK";
  readonly retriable = false;
  /** Names of the missing features, such as an operator or a store kind. */
  readonly lacks: readonly string[];

  constructor(...lacks: readonly string[]) {
    super(`This scenario needs what is not built yet: ${lacks.join(", ")}.`);
    this.lacks = lacks;
  }
}
