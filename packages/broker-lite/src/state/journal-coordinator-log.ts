import type { CompactedRecords, CoordinatorLog } from "../coordinator/coordinator-log.ts";
import type { JournalEntry } from "../journal/entry.ts";
import type { Journal } from "../journal/journal.ts";

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
