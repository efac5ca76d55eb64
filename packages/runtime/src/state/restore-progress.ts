import type { RestoreEvent } from "./replay.ts";

const defaultRecordsMin = 10_000;
const [full, empty] = ["█", "░"];

/** Adds up the events of `onRestore`, for a line that is shown during a long restoration. Counts by offsets: gaps are records. */
export class RestoreProgress {
  readonly #recordsMin: number;
  readonly #underway = new Map<string, { readonly startingOffset: number; readonly endingOffset: number; offset: number }>();

  /** @param recordsMin shorter restorations are not worth a line. Default 10,000 records. */
  constructor(recordsMin: number = defaultRecordsMin) {
    this.#recordsMin = recordsMin;
  }

  /** Takes in one event of the restoration. */
  note(event: RestoreEvent): void {
    const key = `${event.topic} ${String(event.partition)}`;
    const one = this.#underway.get(key);
    if (event.kind === "start") {
      // Finished restorations are forgotten only now, so that the figure does not shrink while others continue.
      if (this.#isOver()) this.#underway.clear();
      const { startingOffset, endingOffset } = event;
      this.#underway.set(key, { startingOffset, endingOffset, offset: startingOffset });
    } else if (event.kind === "suspended") this.#underway.delete(key);
    else if (one !== undefined)
      one.offset = event.kind === "end" ? one.endingOffset : Math.min(event.batchEndOffset, one.endingOffset);
  }

  /** Line such as `restoring ██████░░░░ 60 %, 12000 of 20000 records`; empty if there is nothing to show. */
  line(barColumns: number = 30): string {
    let [done, total] = [0, 0];
    for (const { startingOffset, endingOffset, offset } of this.#underway.values()) {
      done += offset - startingOffset;
      total += Math.max(0, endingOffset - startingOffset);
    }
    if (total < this.#recordsMin || done >= total) return "";
    const columns = Math.floor((done / total) * barColumns);
    const bar = full.repeat(columns) + empty.repeat(barColumns - columns);
    return `restoring ${bar} ${String(Math.floor((100 * done) / total))} %, ${String(done)} of ${String(total)} records`;
  }

  #isOver(): boolean {
    for (const { endingOffset, offset } of this.#underway.values()) if (offset < endingOffset) return false;
    return true;
  }
}
