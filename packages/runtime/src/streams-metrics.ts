import type { DropCount, ProcessedCount } from "@millrace/core";
import type { StreamThread } from "./thread/stream-thread.ts";

/** Counts since the start, of this instance. */
export interface StreamsMetrics {
  /** Records that left a source node, repartition topics included. `process-total`. */
  readonly recordsProcessed: number;
  /** Records that reached each node, by its name, in the order of the topology; nothing for what none has reached. */
  readonly processed: readonly ProcessedCount[];
  /** Records that were acknowledged by the broker, changelogs and repartition topics included. */
  readonly recordsProduced: number;
  /** Records that were dropped: late, without key, unreadable and so on. `dropped-records-total`. */
  readonly recordsDropped: number;
  /** The same by node and reason; nothing for what dropped no record. */
  readonly drops: readonly DropCount[];
  /** Records that were read but not processed yet. */
  readonly recordsBuffered: number;
  /** Records on the broker that were not processed yet, as of the last fetch; null until every partition was asked once. */
  readonly recordsLag: number | null;
  /** Commits that succeeded. `commit-total`. */
  readonly commits: number;
  /** Active tasks of this instance, those that are being restored included. `active-tasks`. */
  readonly tasks: number;
  /** Records of changelogs that were replayed into stores. `restore-total`. */
  readonly recordsRestored: number;
  /** Records of changelogs that are still to be replayed before all tasks run. `restore-remaining-records-total`. */
  readonly recordsToRestore: number;
  /** Tasks that will, when their stores are restored. */
  readonly tasksRestoring: number;
  /**
   * Number of times the group went on without this instance. Each time records without a commit are processed again, here or
   * elsewhere.
   */
  readonly membershipsLost: number;
}

/** The counts of a thread; null: there is none yet. */
export function metricsOf(thread: StreamThread | null): StreamsMetrics {
  const tasks = thread?.tasks;
  const drops = tasks?.registry.drops() ?? [];
  return {
    recordsProcessed: thread?.recordsProcessed ?? 0,
    processed: tasks?.processed() ?? [],
    recordsProduced: thread?.recordsProduced ?? 0,
    recordsDropped: drops.reduce((sum, { count }) => sum + count, 0),
    drops,
    recordsBuffered: tasks?.feeder.recordsBuffered() ?? 0,
    recordsLag: tasks?.recordsLag() ?? null,
    commits: thread?.commits ?? 0,
    tasks: tasks?.registry.count ?? 0,
    recordsRestored: tasks?.recordsRestored ?? 0,
    recordsToRestore: tasks?.recordsToRestore ?? 0,
    tasksRestoring: tasks?.registry.restoringCount ?? 0,
    membershipsLost: thread?.membershipsLost ?? 0,
  };
}
