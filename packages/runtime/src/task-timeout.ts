import type { Clock } from "@millrace/platform";

/**
 * How long brokers that do not answer are put up with: from the first failure on, until something succeeds. `task.timeout.ms`.
 *
 * @see org.apache.kafka.streams.processor.internals.AbstractTask#maybeInitTaskTimeoutOrThrow
 */
export class TaskTimeout {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #failingSinceMs = Number.NaN;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Takes note of a failure. @returns whether to try again */
  failed(): boolean {
    const nowMs = this.#clock.nowMs();
    if (Number.isNaN(this.#failingSinceMs)) this.#failingSinceMs = nowMs;
    return nowMs - this.#failingSinceMs < this.#timeoutMs;
  }

  succeeded(): void {
    this.#failingSinceMs = Number.NaN;
  }
}
