import type { Timer, Timers } from "@millrace/platform";

/** Lets one loop sleep until something happens. A signal while nobody sleeps ends the next sleep at once. */
export class Wake {
  readonly #timers: Timers;
  readonly #awaited = new WeakSet<Promise<unknown>>();
  #signalled = false;
  #sleeper: (() => void) | null = null;
  #timer: Timer | null = null;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Signals when a promise settles. A source may give the same promise each time it is asked. */
  when(settled: Promise<unknown>): void {
    if (this.#awaited.has(settled)) return;
    this.#awaited.add(settled);
    const signal = (): void => this.signal();
    settled.then(signal, signal);
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
