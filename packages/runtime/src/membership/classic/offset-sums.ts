import { storedCheckpoint, type Engine, type TaskPlan } from "@millrace/core";
import type { TaskOffsetSum } from "./subscription.ts";

/**
 * Sums, for each task, the offsets up to which its stores are complete on this instance's disk, whichever member runs the
 * task now. Tasks without state here are left out; an engine in memory has none.
 */
export function offsetSums(tasks: readonly TaskPlan[], engine: Engine): TaskOffsetSum[] {
  return tasks.flatMap(({ subtopology, partition }) => {
    let sum = 0;
    for (const spec of subtopology.stores) if (spec.logging) sum += storedCheckpoint(engine, spec, partition)?.offset ?? 0;
    return sum === 0 ? [] : [{ subtopologyId: subtopology.id, partition, sum }];
  });
}
