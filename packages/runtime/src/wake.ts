import type { Timer, Timers } from "@millrace/platform";

/** Lets one loop sleep until something happens. A signal while nobody sleeps ends the next sleep at once. */
export class Wake {
  readonly #timers: Timers;
  #signalled = false;
  #sleeper: (() => void) | null = null;
  #timer: Timer | null = null;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  signal(): void {
    this.#signalled = true;
    this.#sleeper?.();
  }

  /** Resolves at the next signal, or after `timeoutMs`. */
  async sleep(timeoutMs: number): Promise<void> {
    if (!this.#signalled) {
      await new Promise<void>((resolve) => {
        this.#sleeper = resolve;
        this.#timer = this.#timers.after(timeoutMs, resolve);
      });
      this.#timer?.cancel();
      this.#sleeper = null;
    }
    this.#signalled = false;
  }
}
