import type { Journal } from "../journal/journal.ts";

/** Ids reserved at a time, so that not every one costs a sync: Kafka's block size. */
const blockSize = 1_000;

/** Gives out producer ids, none of them twice, restarts included. */
export class ProducerIds {
  readonly #journal: Journal;
  #next: number;
  #reservedEnd: number;
  #reserving: Promise<void> = Promise.resolve();

  /** @param next the first id that was never reserved */
  constructor(journal: Journal, next: number) {
    this.#journal = journal;
    this.#next = next;
    this.#reservedEnd = next;
  }

  /** Rejects when the id could not be reserved. */
  async allocate(): Promise<number> {
    if (this.#next === this.#reservedEnd) this.#reserve();
    const producerId = this.#next;
    this.#next += 1;
    await this.#reserving;
    return producerId;
  }

  #reserve(): void {
    const end = this.#reservedEnd + blockSize;
    this.#journal.append({ type: "producerIds", next: end });
    this.#reservedEnd = end;
    this.#reserving = this.#journal.sync();
    // None of them may be given out; the next call tries to reserve others.
    this.#reserving.catch(() => {
      this.#next = this.#reservedEnd;
    });
  }

  /** The first id that was never reserved. */
  get reservedEnd(): number {
    return this.#reservedEnd;
  }
}
