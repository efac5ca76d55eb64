import type { SealedBatch } from "./sealed-batch.ts";

/** Who waits for batches to be done with. */
export class Flushes {
  readonly #waiting: Flush[] = [];
  #outstanding = 0;

  /** A batch was sealed. */
  began(): void {
    this.#outstanding += 1;
  }

  /** One batch became two. */
  split(batch: SealedBatch): void {
    this.#outstanding += 1;
    for (const flush of this.#waiting) {
      if (Math.floor(batch.ordinal) <= flush.lastOrdinal) flush.remaining += 1;
    }
  }

  /** A batch was acknowledged, or given up. */
  ended(batch: SealedBatch): void {
    this.#outstanding -= 1;
    for (const flush of this.#waiting) {
      if (Math.floor(batch.ordinal) <= flush.lastOrdinal) flush.remaining -= 1;
    }
    while (this.#waiting.length > 0 && this.#waiting[0]!.remaining === 0) this.#waiting.shift()!.resolve();
  }

  /** Resolves when every batch up to `lastOrdinal`, the last one sealed, has ended. */
  whenEnded(lastOrdinal: number): Promise<void> {
    if (this.#outstanding === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lastOrdinal, remaining: this.#outstanding, resolve, reject });
    });
  }

  rejectAll(error: Error): void {
    for (const flush of this.#waiting.splice(0)) flush.reject(error);
  }
}

interface Flush {
  readonly lastOrdinal: number;
  remaining: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}
