import type { Timer, Timers } from "@millrace/platform";

import { type ClientError, ClosedError } from "./errors.ts";

/** Time from opening to closing of a part. Its end rejects all that waits with `CLIENT_CLOSED` and cancels all timers. */
export class Lifetime {
  readonly #what: string;
  readonly #timers: Timers;
  readonly #sleepers = new Set<Sleeper>();
  readonly #endings = new Set<() => void>();
  #closed = false;
  #error: ClientError | null = null;

  constructor(what: string, timers: Timers) {
    this.#what = what;
    this.#timers = timers;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Throws if the end has come. @throws {ClientError} */
  check(): void {
    if (this.#closed) throw this.closedError();
  }

  /** Error for calls after the end. */
  closedError(): ClientError {
    return this.#error ?? new ClosedError(this.#what);
  }

  /** Resolves `delayMs` from now. @throws {ClientError} as soon as the end comes before */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.closedError());
      const sleeper: Sleeper = { timer: null, reject };
      this.#sleepers.add(sleeper);
      sleeper.timer = this.#timers.after(delayMs, () => {
        this.#sleepers.delete(sleeper);
        resolve();
      });
    });
  }

  /** Calls `run` at the end, at once if it has come. The returned function cancels that. */
  onEnd(run: () => void): () => void {
    if (this.#closed) run();
    else this.#endings.add(run);
    return () => this.#endings.delete(run);
  }

  /**
   * Ends all sleeps and calls the functions of `onEnd`. Idempotent.
   *
   * @param error thrown from now on, in place of a ClosedError
   */
  end(error: ClientError | null = null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    for (const run of this.#endings) run();
    this.#endings.clear();
    for (const sleeper of this.#sleepers) {
      sleeper.timer?.cancel();
      sleeper.reject(this.closedError());
    }
    this.#sleepers.clear();
  }
}

interface Sleeper {
  timer: Timer | null;
  readonly reject: (error: ClientError) => void;
}
