import type { CompactedRecords, CoordinatorLog } from "./coordinator-log.ts";
import type { ProducerIdsEntry } from "../journal/records.ts";

/** Ids reserved at a time, so that not every one costs a sync: Kafka's block size. */
const blockSize = 1_000;
/** All reservations have the same key. */
const key = "";

/** Latest reservation of producer ids. */
export class ProducerIdRecords implements CompactedRecords<ProducerIdsEntry> {
  #next = 0;

  apply({ next }: ProducerIdsEntry): void {
    this.#next = next;
  }

  *records(): Generator<ProducerIdsEntry> {
    yield { type: "producerIds", next: this.#next };
  }
}

/** Gives out producer ids, none of them twice, restarts included. */
export class ProducerIds {
  readonly #log: CoordinatorLog<ProducerIdsEntry>;
  #next = 0;
  #reservedEnd = 0;
  #reserving: Promise<void> | null = null;

  constructor(log: CoordinatorLog<ProducerIdsEntry>) {
    this.#log = log;
    log.load(
      () => true,
      ({ next }) => {
        this.#next = next;
        this.#reservedEnd = next;
      },
    );
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
    this.#reserving = this.#log.append(key, [{ type: "producerIds", next: end }]);
    this.#reservedEnd = end;
    // None of them may be given out; the next call tries to reserve others.
    this.#reserving?.catch(() => {
      this.#next = this.#reservedEnd;
    });
  }
}
