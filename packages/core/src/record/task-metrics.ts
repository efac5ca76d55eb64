import { dropReasons, notInDroppedRecords, type DropReason } from "./drop-reason.ts";

/** Number of records that one node dropped for one reason. */
export interface DropCount {
  /** A node, or the store that refused a late write. */
  readonly nodeName: string;
  /** Reason, one of `dropReasons`. */
  readonly reason: DropReason;
  /** Number of records since the task was made. */
  readonly count: number;
}

/** Number of records that reached a node. */
export interface ProcessedCount {
  /** Name of the node. */
  readonly nodeName: string;
  /** Number of records since the task was made. */
  readonly count: number;
}

const reasons = Object.keys(dropReasons) as readonly DropReason[];

/**
 * Figures of a task, one row per node and store: columns of numbers in memory that threads can share. Another thread that gets `names`
 * and `memory` reads the same figures without the task:
 *
 *     processed, one number per row ‖ dropped, one number per row and reason
 */
export class TaskMetrics {
  /** Names of nodes, then of stores, by row. */
  readonly names: readonly string[];
  /** Bytes of all columns. */
  readonly memory: SharedArrayBuffer;
  /** Records that reached the node, by row. */
  readonly processed: Float64Array;
  readonly #dropped: Float64Array;
  readonly #rows: ReadonlyMap<string, number>;

  /** @param memory that of the task's own object, to read its figures in another thread; default: new, all zero */
  constructor(
    names: readonly string[],
    memory: SharedArrayBuffer = new SharedArrayBuffer(names.length * (1 + reasons.length) * 8),
  ) {
    this.names = names;
    this.memory = memory;
    this.processed = new Float64Array(memory, 0, names.length);
    this.#dropped = new Float64Array(memory, names.length * 8, names.length * reasons.length);
    this.#rows = new Map(names.map((name, row) => [name, row]));
  }

  /** Row of a node or store; -1: it has none. */
  row(name: string): number {
    return this.#rows.get(name) ?? -1;
  }

  /** Counts records that a node, or a store, dropped. */
  countDropped(name: string, reason: DropReason, recordCount: number): void {
    const cell = this.row(name) * reasons.length + reasons.indexOf(reason);
    this.#dropped[cell] = this.#dropped[cell]! + recordCount;
  }

  /** Records that were dropped, as Kafka Streams counts them in `dropped-records-total`. */
  get droppedRecords(): number {
    return this.drops().reduce((sum, { reason, count }) => (notInDroppedRecords.has(reason) ? sum : sum + count), 0);
  }

  /** Drops by node and reason; pairs without a drop are left out. */
  drops(): DropCount[] {
    return this.names.flatMap((nodeName, row) =>
      reasons.flatMap((reason, column) => {
        const count = this.#dropped[row * reasons.length + column]!;
        return count === 0 ? [] : [{ nodeName, reason, count }];
      }),
    );
  }

  /** Records that reached each node so far; stores are left out. */
  processedRecords(): ProcessedCount[] {
    return this.names.flatMap((nodeName, row) => (this.processed[row]! > 0 ? [{ nodeName, count: this.processed[row]! }] : []));
  }
}
