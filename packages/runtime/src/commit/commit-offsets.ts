import type { Client, OffsetToCommit, RecordsToDelete, TopicPartition } from "@millrace/client";
import type { CommittableOffset, Plan, Task, TaskPlan } from "@millrace/core";
import type { Log } from "@millrace/platform";

/** Parts of a thread that its offsets need. */
export interface CommitOffsetsParts {
  readonly plan: Plan;
  readonly config: { readonly log: Log };
  readonly client: Pick<Client, "admin">;
}

/** A running task, by each of its input partitions. */
interface Owner {
  readonly task: Task;
  /** Offset to commit: everything before it is processed and acknowledged. null: nothing was committed yet. */
  committable: OffsetToCommit | null;
  /** Offset of a repartition topic that was committed since the last purge. */
  purgeable: RecordsToDelete | null;
}

/** Offsets of the input partitions of a thread's tasks: what was committed, what may be committed again, what may be deleted. */
export class CommitOffsets {
  readonly #parts: CommitOffsetsParts;
  readonly #owners = new Map<string, Owner>();

  constructor(parts: CommitOffsetsParts) {
    this.#parts = parts;
  }

  /** @param starting offsets that the group has committed for the task */
  open(task: Task, { sourceTopics, partition }: TaskPlan, starting: readonly OffsetToCommit[]): void {
    for (const topic of sourceTopics) this.#owners.set(key({ topic, partition }), { task, committable: null, purgeable: null });
    this.committing(starting);
  }

  close({ sourceTopics, partition }: TaskPlan): void {
    for (const topic of sourceTopics) this.#owners.delete(key({ topic, partition }));
  }

  /** Everything before these offsets is acknowledged; they are about to be committed. */
  committing(offsets: readonly OffsetToCommit[]): void {
    for (const offset of offsets) {
      const owner = this.#owners.get(key(offset));
      if (owner !== undefined) owner.committable = offset;
    }
  }

  /** An offset that a commit may repeat without an effect; none where nothing was committed yet. */
  repeatable(): OffsetToCommit[] {
    for (const { committable } of this.#owners.values()) if (committable !== null) return [committable];
    return [];
  }

  committed(offsets: readonly CommittableOffset[]): void {
    const ofTasks = new Map<Task, CommittableOffset[]>();
    for (const { task } of this.#owners.values()) ofTasks.set(task, []);
    for (const committed of offsets) {
      const owner = this.#owners.get(key(committed));
      if (owner === undefined) continue;
      ofTasks.get(owner.task)!.push(committed);
      const { topic, partition, offset } = committed;
      if (this.#parts.plan.repartitionTopics.has(topic)) owner.purgeable = { topic, partition, beforeOffset: offset };
    }
    for (const [task, own] of ofTasks) task.committed(own);
  }

  /**
   * Repartition topics are the application's own: records that their reader has committed may be deleted. A failure only costs
   * space.
   */
  purge(): void {
    const records: RecordsToDelete[] = [];
    for (const owner of this.#owners.values()) {
      if (owner.purgeable !== null) records.push(owner.purgeable);
      owner.purgeable = null;
    }
    if (records.length === 0) return;
    this.#parts.client.admin.deleteRecords(records).catch((error: unknown) => {
      this.#parts.config.log("debug", "keeping processed repartition records, since deleting them failed", { cause: error });
    });
  }
}

function key({ topic, partition }: TopicPartition): string {
  return `${topic} ${String(partition)}`;
}
