import { isFinal, LookUpTimeoutError, type NotReadyError } from "../serde/errors.ts";
import type { FailedRecord } from "./errors.ts";

/** End of a look-up that a record of a source waits for. */
export interface SettledLookUp {
  /** Record that waits. */
  readonly record: FailedRecord;
  /** The serde's error that made the record wait. */
  readonly waiting: NotReadyError;
  /** Reason for which the look-up failed; null: it is done. */
  readonly failure: unknown;
}

/** First and longest pause after a look-up that failed, in milliseconds, before the record is read again. */
const pauseMsMin = 100;
const pauseMsMax = 5_000;

/** A record's wait for the look-ups of its serdes. One object for each record that waits. */
export class PendingLookUp {
  /** Record that waits. */
  readonly record: FailedRecord;
  /** Part of the record that is looked up. */
  part: "key" | "value";
  /** The serde's error that makes the record wait. */
  waiting: NotReadyError;
  /** The last failure; null: none. */
  failure: unknown = null;
  #state: "pending" | "done" | "failed" = "pending";
  /** The record was read again, and waits for one thing more. */
  #wasReadAgain = false;
  /** Begin of the wait; NaN until the time is first asked for. */
  #sinceMs = Number.NaN;
  #pauseMs = pauseMsMin;
  #readAtMs = Number.NaN;
  readonly #onSettled: (lookUp: SettledLookUp) => void;

  /** @param onSettled called when a look-up is done or has failed */
  constructor(record: FailedRecord, waiting: NotReadyError, part: "key" | "value", onSettled: (lookUp: SettledLookUp) => void) {
    this.record = record;
    this.waiting = waiting;
    this.part = part;
    this.#onSettled = onSettled;
    this.#follow(waiting);
  }

  /** Waits on, after the record was read again: for something else, or once more for what failed. */
  again(waiting: NotReadyError, part: "key" | "value"): void {
    this.#wasReadAgain = true;
    this.part = part;
    // the same error although its look-up is over: another attempt can only come later
    if (waiting === this.waiting) this.#state = "failed";
    else this.#follow(waiting);
  }

  /** Says what is to be done with the record: read it again, give it up, or let it wait. */
  state(nowMs: number, timeoutMs: number): "waits" | "done" | "failed" | "expired" {
    // a clock that was set back begins anew
    if (!(nowMs >= this.#sinceMs)) this.#sinceMs = nowMs;
    const isOver = nowMs - this.#sinceMs >= timeoutMs;
    if (this.#state === "done") return isOver && this.#wasReadAgain ? "expired" : "done";
    if (this.#state === "failed" && isFinal(this.failure)) return "failed";
    if (isOver) return "expired";
    return this.#state === "failed" && this.#isPauseOver(nowMs) ? "done" : "waits";
  }

  /** The error for a record that has waited too long. */
  timeout(nowMs: number): LookUpTimeoutError {
    return new LookUpTimeoutError(this.waiting, nowMs - this.#sinceMs, this.failure);
  }

  #isPauseOver(nowMs: number): boolean {
    if (!(this.#readAtMs <= nowMs + this.#pauseMs)) this.#readAtMs = nowMs + this.#pauseMs;
    if (nowMs < this.#readAtMs) return false;
    this.#readAtMs = Number.NaN;
    this.#pauseMs = Math.min(this.#pauseMs * 2, pauseMsMax);
    return true;
  }

  #follow(waiting: NotReadyError): void {
    this.waiting = waiting;
    this.#state = "pending";
    const settle = (state: "done" | "failed", failure: unknown): void => {
      if (this.waiting !== waiting) return;
      this.#state = state;
      if (state === "failed") this.failure = failure;
      this.#onSettled({ record: this.record, waiting, failure });
    };
    waiting.ready.then(
      () => settle("done", null),
      (failure: unknown) => settle("failed", failure),
    );
  }
}
