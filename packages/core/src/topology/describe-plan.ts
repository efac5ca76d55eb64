import type { TopicConfig } from "./internal-topics.ts";
import type { Plan } from "./plan.ts";

/** A plan as plain data, in the form of the field `subtopologies` of conformance scenarios. */
export interface PlanDescription {
  readonly [subtopologyId: string]: SubtopologyDescription | readonly (readonly string[])[];
}

export interface SubtopologyDescription {
  readonly sourceTopics: readonly string[];
  readonly sinkTopics: readonly string[];
  readonly repartitionSourceTopics: Readonly<Record<string, InternalTopicDescription>>;
  readonly stateChangelogTopics: Readonly<Record<string, InternalTopicDescription>>;
}

export interface InternalTopicDescription {
  /** null: derived from other topics. */
  readonly partitions: number | null;
  readonly config: TopicConfig;
}

/** Sub-topologies by id; `copartitionGroups` only if there are any. Java's `subtopologyToTopicsInfo` and `copartitionGroups`. */
export function describePlan(plan: Plan): PlanDescription {
  const description: Record<string, SubtopologyDescription | readonly (readonly string[])[]> = {};
  for (const { id, sourceTopics, sinkTopics, repartitionTopics, changelogTopics } of plan.subtopologies) {
    description[id] = {
      sourceTopics,
      sinkTopics,
      repartitionSourceTopics: Object.fromEntries(
        repartitionTopics.map(({ name, partitions, config }) => [name, { partitions, config }]),
      ),
      stateChangelogTopics: Object.fromEntries(changelogTopics.map(({ name, config }) => [name, { partitions: null, config }])),
    };
  }
  if (plan.copartitionGroups.length > 0) description["copartitionGroups"] = plan.copartitionGroups;
  return description;
}
