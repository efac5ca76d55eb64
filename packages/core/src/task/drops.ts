import type { DropReason } from "../record/drop-reason.ts";
import type { DropCount } from "../record/task-metrics.ts";
import type { FailedRecord } from "./errors.ts";

/** A record that was dropped, for a log. */
export interface DroppedRecord extends FailedRecord {
  /** Reason, one of `dropReasons`. */
  readonly reason: DropReason;
  /** Number of records dropped together: more than one only for an unreadable batch, whose first offset is given. */
  readonly recordCount: number;
  /** Error that a serde or an operator threw; null if nothing failed. */
  readonly cause: unknown;
}

/** Sums dropped records of several tasks by node and reason. */
export class DropTally {
  readonly #nodes = new Map<string, Map<DropReason, number>>();

  /** Counts dropped records of a node. */
  add(nodeName: string, reason: DropReason, recordCount: number): void {
    let reasons = this.#nodes.get(nodeName);
    if (reasons === undefined) this.#nodes.set(nodeName, (reasons = new Map()));
    reasons.set(reason, (reasons.get(reason) ?? 0) + recordCount);
  }

  /** Gives the counts so far; pairs without a drop are left out. */
  counts(): DropCount[] {
    return [...this.#nodes].flatMap(([nodeName, reasons]) =>
      [...reasons].map(([reason, count]) => ({ nodeName, reason, count })),
    );
  }
}
