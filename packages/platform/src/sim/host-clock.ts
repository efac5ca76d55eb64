/**
 * Wall clock of a host. By default it shows virtual time; a test sets it, or lets it run at another rate. Timers, and the order of
 * events, know nothing of it.
 */
export class HostClock {
  readonly #nowUs: () => number;
  #offsetUs = 0;
  #driftPpm = 0;
  /** Virtual time at which the rate was set last. */
  #sinceUs = 0;

  /** @param nowUs virtual time in microseconds since the epoch */
  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  /** Moves the clock so many milliseconds ahead, or back if negative, as setting a machine's time does. */
  jump(deltaMs: number): void {
    this.#offsetUs += deltaMs * 1000;
  }

  /** Rate: microseconds that the clock gains in each second of virtual time, or loses if negative. Default 0. */
  get driftPpm(): number {
    return this.#driftPpm;
  }

  set driftPpm(driftPpm: number) {
    const nowUs = this.#nowUs();
    this.#offsetUs = this.#offsetAtUs(nowUs);
    this.#sinceUs = nowUs;
    this.#driftPpm = driftPpm;
  }

  /** Milliseconds by which the clock is ahead of virtual time now; negative: behind it. */
  get aheadMs(): number {
    return this.#offsetAtUs(this.#nowUs()) / 1000;
  }

  /** Time that the clock shows at a virtual time, in milliseconds since the epoch. */
  shownMs(timeUs: number): number {
    return Math.floor((timeUs + this.#offsetAtUs(timeUs)) / 1000);
  }

  #offsetAtUs(timeUs: number): number {
    return this.#driftPpm === 0 ? this.#offsetUs : this.#offsetUs + ((timeUs - this.#sinceUs) * this.#driftPpm) / 1_000_000;
  }
}
