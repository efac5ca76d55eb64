import type { StoreSpec } from "../store/kinds.ts";
import { changelogTopicConfig, type TopicConfig } from "./internal-topics.ts";
import type { Plan } from "./plan.ts";

/** A plan as plain data, in the form of the field `subtopologies` of conformance scenarios. */
export interface PlanDescription {
  readonly [subtopologyId: string]: SubtopologyDescription | readonly (readonly string[])[];
}

/** Topics of one sub-topology, by their names on the cluster (Java's `TopicsInfo`). */
export interface SubtopologyDescription {
  /** Topics that it reads, repartition topics included; sorted. */
  readonly sourceTopics: readonly string[];
  /** Topics that it writes, without those that an extractor names; sorted. */
  readonly sinkTopics: readonly string[];
  /** Repartition topics that it reads, by name. */
  readonly repartitionSourceTopics: Readonly<Record<string, InternalTopicDescription>>;
  /** Source topics that serve as changelogs included. */
  readonly stateChangelogTopics: Readonly<Record<string, InternalTopicDescription>>;
}

/** Internal topic of a sub-topology (Java's `InternalTopicConfig`). */
export interface InternalTopicDescription {
  /** null: derived from other topics. */
  readonly partitions: number | null;
  /** Topic settings in Kafka's names. */
  readonly config: TopicConfig;
}

/** Sub-topologies by id; `copartitionGroups` only if there are any. Java's `subtopologyToTopicsInfo` and `copartitionGroups`. */
export function describePlan(plan: Plan): PlanDescription {
  const description: Record<string, SubtopologyDescription | readonly (readonly string[])[]> = {};
  for (const { id, sourceTopics, sinkTopics, repartitionTopics, changelogTopics, stores } of plan.subtopologies) {
    description[id] = {
      sourceTopics,
      sinkTopics,
      repartitionSourceTopics: Object.fromEntries(
        repartitionTopics.map(({ name, partitions, config }) => [name, { partitions, config }]),
      ),
      stateChangelogTopics: Object.fromEntries(
        [...changelogTopics, ...sourceTopicsAsChangelogs(stores)].map(({ name, config }) => [name, { partitions: null, config }]),
      ),
    };
  }
  if (plan.copartitionGroups.length > 0) description["copartitionGroups"] = plan.copartitionGroups;
  return description;
}

/** Java says of them what it would of a topic of the application's own, though it neither makes nor alters them. */
function sourceTopicsAsChangelogs(
  stores: readonly StoreSpec[],
): readonly { readonly name: string; readonly config: TopicConfig }[] {
  return stores.flatMap((store) => {
    const name = store.sourceTopicAsChangelog;
    return name === null ? [] : [{ name, config: changelogTopicConfig(store, {}) }];
  });
}
