import type { TopicPartition } from "@millrace/client";
import type { TaskPlan } from "@millrace/core";

/** Properties of a task that lead from its id to its partitions and back. */
export type PartitionedTask = Pick<TaskPlan, "id" | "partition" | "sourceTopics">;

/** Ids of the tasks of which all input partitions are among those given, in the order of the plan. */
export function tasksIn(partitions: readonly TopicPartition[], tasks: readonly PartitionedTask[]): string[] {
  const given = new Set(partitions.map(({ topic, partition }) => `${topic} ${String(partition)}`));
  return tasks
    .filter(({ sourceTopics, partition }) => sourceTopics.every((topic) => given.has(`${topic} ${String(partition)}`)))
    .map(({ id }) => id);
}

/** Input partitions of tasks, in the order of the ids. */
export function partitionsOf(ids: readonly string[], tasks: readonly PartitionedTask[]): TopicPartition[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return ids.flatMap((id) => {
    const { partition, sourceTopics } = byId.get(id)!;
    return sourceTopics.map((topic) => ({ topic, partition }));
  });
}
