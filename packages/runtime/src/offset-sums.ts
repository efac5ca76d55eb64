import { storedCheckpoint, type Engine, type TaskPlan } from "@millrace/core";
import type { TaskOffsetSum } from "./subscription.ts";

/**
 * How much of each task's state lies on this instance's disk, whoever works on the task now: the offsets up to which its stores
 * are complete, summed. Tasks of which nothing is there are left out; an engine that ends with the process has nothing.
 */
export function offsetSums(tasks: readonly TaskPlan[], engine: Engine): TaskOffsetSum[] {
  return tasks.flatMap(({ subtopology, partition }) => {
    let sum = 0;
    for (const spec of subtopology.stores) if (spec.logging) sum += storedCheckpoint(engine, spec, partition)?.offset ?? 0;
    return sum === 0 ? [] : [{ subtopologyId: subtopology.id, partition, sum }];
  });
}
