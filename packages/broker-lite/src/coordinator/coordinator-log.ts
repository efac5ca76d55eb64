import type { Journal } from "../journal/journal.ts";
import type { JournalEntry } from "../journal/entry.ts";

/**
 * Log in which a coordinator writes its state down, as Kafka's coordinators do in their internal topics. It belongs to the
 * cluster: a node that becomes the coordinator loads from it what another one wrote.
 */
export interface CoordinatorLog<R> {
  /**
   * Appends records of one key, such as a group id.
   *
   * @returns null if they count as written at once, else a promise of it
   * @throws the disk's error; nothing is written then
   */
  append(key: string, records: readonly R[]): Promise<void> | null;
  /** Hands over the records that lead to the present state of all keys for which `holds` is true. */
  load(holds: (key: string) => boolean, apply: (record: R) => void): void;
}

/** Sum of the records of a coordinator's log: the latest of each key, as in a compacted topic. */
export interface CompactedRecords<R> {
  apply(record: R): void;
  /** Records that lead to the present state of all keys for which `holds` is true. */
  records(holds: (key: string) => boolean): Iterable<R>;
}

/** A coordinator's log over the broker's journal; the latest records are kept in memory, too. */
export class JournalCoordinatorLog<R extends JournalEntry> implements CoordinatorLog<R> {
  readonly #journal: Journal;
  readonly #compacted: CompactedRecords<R>;
  readonly #whenWritten: (record: R) => Promise<void> | null;

  /**
   * @param compacted what the journal holds already
   * @param whenWritten tells after an append when the record counts as written; null: at once
   */
  constructor(journal: Journal, compacted: CompactedRecords<R>, whenWritten: (record: R) => Promise<void> | null) {
    this.#journal = journal;
    this.#compacted = compacted;
    this.#whenWritten = whenWritten;
  }

  append(_key: string, records: readonly R[]): Promise<void> | null {
    let written: Promise<void> | null = null;
    for (const record of records) {
      this.#journal.append(record);
      this.#compacted.apply(record);
      // One sync serves all appends before it.
      written = this.#whenWritten(record) ?? written;
    }
    return written;
  }

  load(holds: (key: string) => boolean, apply: (record: R) => void): void {
    for (const record of this.#compacted.records(holds)) apply(record);
  }
}
