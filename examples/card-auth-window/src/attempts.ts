/** One attempt as the producer sends it. */
export interface Attempt {
  readonly card: string;
  readonly merchant: string;
  readonly amountCents: number;
  readonly approved: boolean;
  /** Event time, milliseconds since the epoch. */
  readonly atMs: number;
}

/**
 * A believable stream of attempts: many cards that buy now and then and are rarely declined, and every so often one that
 * somebody tries out, a burst of declines within seconds. Terminals report up to a second late, so times are not in order.
 */
export class AttemptSource {
  readonly #cardPrefix: string;
  readonly #random: () => number;
  #burstCard = "";
  #burstLeft = 0;

  /** `run`: six digits that set the cards of this run apart from those of earlier ones. */
  constructor(run: string, random: () => number = Math.random) {
    this.#cardPrefix = `4111${run}`;
    this.#random = random;
  }

  next(nowMs: number): Attempt {
    const atMs = nowMs - this.#below(1000);
    if (this.#burstLeft > 0 && this.#random() < 0.5) {
      this.#burstLeft -= 1;
      return { card: this.#burstCard, merchant: this.#merchant(), amountCents: 100 + this.#below(900), approved: false, atMs };
    }
    if (this.#burstLeft === 0 && this.#random() < 0.01) {
      this.#burstLeft = 2 + this.#below(8);
      this.#burstCard = this.#card();
    }
    return {
      card: this.#card(),
      merchant: this.#merchant(),
      amountCents: 100 + this.#below(20_000),
      approved: this.#random() >= 0.04,
      atMs,
    };
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end);
  }
  #card(): string {
    return this.#cardPrefix + String(this.#below(20_000)).padStart(6, "0");
  }
  #merchant(): string {
    return `merchant-${String(this.#below(500)).padStart(3, "0")}`;
  }
}
