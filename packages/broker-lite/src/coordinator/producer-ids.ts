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

  async allocate(): Promise<number> {
    if (this.#next === this.#reservedEnd) {
      this.#reservedEnd += blockSize;
      this.#journal.append({ type: "producerIds", next: this.#reservedEnd });
      this.#reserving = this.#journal.sync();
    }
    const producerId = this.#next;
    this.#next += 1;
    await this.#reserving;
    return producerId;
  }

  /** The first id that was never reserved. */
  get reservedEnd(): number {
    return this.#reservedEnd;
  }
}
