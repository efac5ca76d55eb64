import type { SealedBatch } from "./sealed-batch.ts";

/** Calls of `flush` that wait for their batches to end. */
export class Flushes {
  readonly #waiting: Flush[] = [];
  #outstanding = 0;

  /** Counts a batch that was sealed. */
  began(): void {
    this.#outstanding += 1;
  }

  /** Counts a second batch, since one was split in two. */
  split(batch: SealedBatch): void {
    this.#outstanding += 1;
    for (const flush of this.#waiting) {
      if (Math.floor(batch.ordinal) <= flush.lastOrdinal) flush.remaining += 1;
    }
  }

  /** Counts a batch that was acknowledged or given up, and resolves the flushes that waited for it last. */
  ended(batch: SealedBatch): void {
    this.#outstanding -= 1;
    for (const flush of this.#waiting) {
      if (Math.floor(batch.ordinal) <= flush.lastOrdinal) flush.remaining -= 1;
    }
    while (this.#waiting.length > 0 && this.#waiting[0]!.remaining === 0) this.#waiting.shift()!.resolve();
  }

  /** Resolves when every batch up to `lastOrdinal`, the last sealed one, has ended. */
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
