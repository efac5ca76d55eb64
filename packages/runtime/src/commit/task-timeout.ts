import type { Clock } from "@millrace/platform";

/**
 * Limits the time without an answer from brokers: it runs from the beginning of the first failed attempt until something
 * succeeds. `task.timeout.ms`.
 *
 * @see org.apache.kafka.streams.processor.internals.AbstractTask#maybeInitTaskTimeoutOrThrow
 */
export class TaskTimeout {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #timeoutMs: number;
  #sinceMs = Number.NaN;

  constructor(clock: Pick<Clock, "monotonicMs">, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Takes note of an attempt. @returns how long it may take */
  begins(): number {
    const nowMs = this.#clock.monotonicMs();
    if (Number.isNaN(this.#sinceMs)) this.#sinceMs = nowMs;
    return this.#sinceMs + this.#timeoutMs - nowMs;
  }

  /** Takes note of a failure. @returns whether to try again */
  failed(): boolean {
    return this.begins() > 0;
  }

  succeeded(): void {
    this.#sinceMs = Number.NaN;
  }
}
