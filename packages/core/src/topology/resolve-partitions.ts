import { NotCopartitionedError, UnknownPartitionsError } from "./errors.ts";
import type { Plan, Subtopology } from "./plan.ts";

/** A plan on a given cluster: how many partitions each topic has, and which tasks there are. */
export interface ResolvedPlan {
  /** Partition counts of all topics that are read, including repartition topics, and of the changelogs. */
  readonly partitionCounts: ReadonlyMap<string, number>;
  /** By sub-topology, then partition. */
  readonly tasks: readonly TaskPlan[];
}

/** One partition of a sub-topology: it reads this partition of each of the topics, and of each changelog. */
export interface TaskPlan {
  /** `<subtopology>_<partition>`, as in Java. */
  readonly id: string;
  /** Sub-topology whose nodes the task runs. */
  readonly subtopology: Subtopology;
  /** Partition number, from 0. */
  readonly partition: number;
  /** The source topics that have such a partition. */
  readonly sourceTopics: readonly string[];
}

/**
 * Derives the partitions of repartition topics: a given count, else the most of the topics that flow into it, else what the
 * topics have that it is joined with. Java: RepartitionTopics, CopartitionedTopicsEnforcer.
 *
 * @param external partitions of each of `plan.externalTopics`
 * @throws {UnknownPartitionsError} `STREAMS_UNKNOWN_PARTITIONS` when one of them is missing, or topics depend on themselves
 * @throws {NotCopartitionedError} `STREAMS_NOT_COPARTITIONED`
 */
export function resolvePartitions(plan: Plan, external: ReadonlyMap<string, number>): ResolvedPlan {
  const missing = plan.externalTopics.filter((topic) => !((external.get(topic) ?? 0) >= 1));
  if (missing.length > 0) throw new UnknownPartitionsError(missing);
  const counts = new Map(plan.externalTopics.map((topic) => [topic, external.get(topic)!]));
  for (const { name, partitions } of plan.repartitionTopics.values()) if (partitions !== null) counts.set(name, partitions);
  deriveFromUpstream(plan, counts);
  for (const group of plan.copartitionGroups) copartition(group, plan, counts);
  const tasks = plan.subtopologies.flatMap((subtopology) => tasksOf(subtopology, counts));
  for (const { name, subtopologyId } of plan.changelogTopics.values()) {
    counts.set(name, tasks.filter((task) => task.subtopology.id === subtopologyId).length);
  }
  return Object.freeze({ partitionCounts: counts, tasks: Object.freeze(tasks) });
}

/** Repeats until nothing changes, since a repartition topic can lie upstream of another. */
function deriveFromUpstream(plan: Plan, counts: Map<string, number>): void {
  for (;;) {
    const unknown = [...plan.repartitionTopics.keys()].filter((topic) => !counts.has(topic));
    if (unknown.length === 0) return;
    let progress = false;
    for (const topic of unknown) {
      const upstream = plan.subtopologies
        .filter(({ sinkTopics }) => sinkTopics.includes(topic))
        .flatMap(({ sourceTopics }) => sourceTopics);
      const count = Math.max(0, ...upstream.map((source) => counts.get(source) ?? 0));
      if (count === 0) continue;
      counts.set(topic, count);
      progress = true;
    }
    if (!progress) throw new UnknownPartitionsError(unknown);
  }
}

/** Gives the repartition topics of a group the count of its other topics; what has a given count must fit. */
function copartition(group: readonly string[], plan: Plan, counts: Map<string, number>): void {
  const free = group.filter((topic) => plan.repartitionTopics.get(topic)?.partitions === null);
  const external = group.filter((topic) => !plan.repartitionTopics.has(topic));
  const given = group.filter((topic) => !free.includes(topic));
  const decisive = external.length > 0 ? external : given.length > 0 ? given : free;
  const count = Math.max(...decisive.map((topic) => counts.get(topic)!));
  for (const topic of free) counts.set(topic, count);
  if (group.some((topic) => counts.get(topic) !== count)) {
    throw new NotCopartitionedError(new Map(group.map((topic) => [topic, counts.get(topic)!])));
  }
}

function tasksOf(subtopology: Subtopology, counts: ReadonlyMap<string, number>): TaskPlan[] {
  const partitions = Math.max(...subtopology.sourceTopics.map((topic) => counts.get(topic)!));
  return Array.from({ length: partitions }, (_, partition) => {
    const sourceTopics = subtopology.sourceTopics.filter((topic) => counts.get(topic)! > partition);
    return Object.freeze({
      id: `${subtopology.id}_${partition}`,
      subtopology,
      partition,
      sourceTopics: Object.freeze(sourceTopics),
    });
  });
}
