import { limits } from "./limits.ts";

/**
 * How many steps are done between two looks at the clock. It begins with one and grows while all is fast. After something slow it is one
 * again, and after something very slow it stays so for a while: then a look at each step costs less than a row of such steps without one.
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
