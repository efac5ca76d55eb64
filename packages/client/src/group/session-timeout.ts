/**
 * Session timeout of a member in milliseconds. Each join tells it to the coordinator, so it changes only from one generation to
 * the next.
 */
export class SessionTimeout {
  readonly #configuredMs: number;
  #nextMs: number;
  #ms: number;

  constructor(configuredMs: number) {
    this.#configuredMs = configuredMs;
    this.#nextMs = configuredMs;
    this.#ms = configuredMs;
  }

  /** Timeout in effect: that of the last join that succeeded. */
  get ms(): number {
    return this.#ms;
  }

  /** Timeout that the next join asks for. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** Raises the timeout from the next join on. A smaller value changes nothing. */
  raise(timeoutMs: number): void {
    this.#nextMs = Math.max(this.#nextMs, timeoutMs);
  }

  accepted(timeoutMs: number): void {
    this.#ms = timeoutMs;
  }

  /**
   * Halves the next timeout, down to the configured one, since the coordinator refused it. Returns false if it cannot become
   * less.
   */
  refused(): boolean {
    if (this.#nextMs === this.#configuredMs) return false;
    this.#nextMs = Math.max(this.#configuredMs, Math.floor(this.#nextMs / 2));
    return true;
  }
}
