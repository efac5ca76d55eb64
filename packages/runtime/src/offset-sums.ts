import type { Engine, TaskPlan } from "@millrace/core";
import type { TaskOffsetSum } from "./subscription.ts";

/**
 * How much of each task's state lies on this instance's disk, whoever works on the task now: the offsets up to which its stores
 * are complete, summed. Tasks of which nothing is there are left out; an engine that ends with the process has nothing.
 */
export function offsetSums(tasks: readonly TaskPlan[], engine: Engine): TaskOffsetSum[] {
  if (!engine.persistent) return [];
  return tasks.flatMap(({ subtopology, partition }) => {
    let sum = 0;
    for (const { name, logging } of subtopology.stores)
      if (logging) sum += engine.space(name, partition).checkpoint()?.offset ?? 0;
    return sum === 0 ? [] : [{ subtopologyId: subtopology.id, partition, sum }];
  });
}
