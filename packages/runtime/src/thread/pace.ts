import { limits } from "../limits.ts";

/**
 * Number of steps between two looks at the clock. It begins with one and grows while all steps are fast. After a slow step it
 * is one again; after a very slow step it stays one for a while, since a look at each step then costs less than a row of slow
 * steps without one.
 */
export class Pace {
  readonly #stepsMax: number;
  #steps = 1;
  #fastLooks = 0;
  #carefulUntilMs = Number.NEGATIVE_INFINITY;

  constructor(stepsMax: number) {
    this.#stepsMax = stepsMax;
  }

  get steps(): number {
    return this.#steps;
  }

  /** At a look at the clock, the steps before it were fast. */
  fast(nowMs: number): void {
    if (this.#steps === this.#stepsMax || nowMs < this.#carefulUntilMs) return;
    this.#fastLooks += 1;
    if (this.#fastLooks < limits.fastLooksMin) return;
    this.#fastLooks = 0;
    this.#steps = Math.min(2 * this.#steps, this.#stepsMax);
  }

  slow(nowMs: number, very: boolean): void {
    this.#steps = 1;
    this.#fastLooks = 0;
    if (very) this.#carefulUntilMs = nowMs + limits.carefulMs;
  }
}
