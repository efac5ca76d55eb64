import type { Clock, Timer, Timers } from "@millrace/platform";

/**
 * Calls of one function that looks for work: soon, after the events that are ready now, or at a time. Calls that come together are one
 * call; of several times the earliest holds.
 */
export class Pump {
  readonly #timers: Timers;
  readonly #clock: Clock;
  readonly #run: () => void;
  #isSoon = false;
  #timer: Timer | null = null;
  #timerAtMs = 0;
  #stopped = false;

  constructor({ timers, clock }: { readonly timers: Timers; readonly clock: Clock }, run: () => void) {
    this.#timers = timers;
    this.#clock = clock;
    this.#run = run;
  }

  /** Runs after the events that are ready now. */
  soon(): void {
    if (this.#isSoon || this.#stopped) return;
    this.#isSoon = true;
    this.#timers.soon(() => {
      this.#isSoon = false;
      if (!this.#stopped) this.#run();
    });
  }

  /** Runs at `timeMs`, or at once if that has passed. */
  at(timeMs: number): void {
    if (this.#stopped || (this.#timer !== null && this.#timerAtMs <= timeMs)) return;
    this.#timer?.cancel();
    this.#timerAtMs = timeMs;
    this.#timer = this.#timers.after(Math.max(0, timeMs - this.#clock.monotonicMs()), () => {
      this.#timer = null;
      this.#run();
    });
  }

  /** Ends it: nothing runs any more. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }
}
