/**
 * How long the coordinator waits for a sign of life of a member. It is told with each join, so it changes from one generation to the
 * next only.
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

  /** In effect, which is that of the last join that succeeded. */
  get ms(): number {
    return this.#ms;
  }

  /** Timeout that the next join asks for. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** Asks for more from the next join on; less than now changes nothing. */
  raise(timeoutMs: number): void {
    this.#nextMs = Math.max(this.#nextMs, timeoutMs);
  }

  accepted(timeoutMs: number): void {
    this.#ms = timeoutMs;
  }

  /** The coordinator allows less than the next join would ask for. @returns whether there is less to ask for than before */
  refused(): boolean {
    if (this.#nextMs === this.#configuredMs) return false;
    this.#nextMs = Math.max(this.#configuredMs, Math.floor(this.#nextMs / 2));
    return true;
  }
}
