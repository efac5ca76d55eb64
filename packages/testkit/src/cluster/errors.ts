import { StreamsError } from "@millrace/core";

/** An application ended in state `error`, or could not start; `cause` says why. */
export class ApplicationFailedError extends StreamsError {
  readonly code = "TESTKIT_APPLICATION_FAILED";
  readonly retriable = false;

  constructor(host: string, cause: unknown) {
    super(`The application on host "${host}" failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** State of an application that must not be, as a `StateWatch` found it; the message tells when, where, and the values. */
export class InvariantViolatedError extends StreamsError {
  readonly code = "TESTKIT_INVARIANT_VIOLATED";
  readonly retriable = false;
  /** Virtual time at which it was found, in milliseconds since the begin of the run. */
  readonly atMs: number;

  constructor(atMs: number, what: string) {
    super(`After ${atMs.toFixed(3)} virtual ms ${what}.`);
    this.atMs = atMs;
  }
}

/** A scenario failed; `cause` is its error. The message tells the seed that repeats it, and what had happened. */
export class SimulationFailedError extends StreamsError {
  readonly code = "TESTKIT_SIMULATION_FAILED";
  readonly retriable = false;
  /** Seed of the failed simulation; the same seed repeats the run. */
  readonly seed: number | string;

  constructor(seed: number | string, elapsedMs: number, replay: string, history: readonly string[], cause: unknown) {
    const failure = cause instanceof Error ? cause.message : String(cause);
    const before = history.length === 0 ? "" : `\nWhat happened before:\n  ${history.join("\n  ")}`;
    super(
      `Seed ${String(seed)} failed after ${elapsedMs.toFixed(3)} virtual ms: ${failure}\nThe same again: ${replay}${before}`,
      { cause },
    );
    this.seed = seed;
  }
}
