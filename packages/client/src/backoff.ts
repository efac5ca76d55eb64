import type { Random } from "@millrace/platform";

const jitter = 0.2;

/** Pauses before retries: doubling from `firstMs` up to `maxMs`, each spread by ±20 % so that clients do not retry in step (KIP-580). */
export class Backoff {
  readonly #random: Random;
  readonly #firstMs: number;
  readonly #maxMs: number;
  #attempts = 0;

  constructor(random: Random, firstMs: number, maxMs: number) {
    this.#random = random;
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
  }

  nextMs(): number {
    // Beyond 2^30 times the first pause the exponent no longer matters, but it must not overflow.
    const exponent = Math.min(this.#attempts, 30);
    this.#attempts += 1;
    const pauseMs = Math.min(this.#firstMs * 2 ** exponent, this.#maxMs);
    const spread = 1 - jitter + (2 * jitter * this.#random.uint32()) / 2 ** 32;
    return Math.round(pauseMs * spread);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
