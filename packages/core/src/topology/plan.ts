import type { StoreSpec } from "../store/kinds.ts";
import { copartitionGroups } from "./copartition-groups.ts";
import { InvalidArgumentError } from "../errors.ts";
import { changelogTopicConfig, repartitionTopicConfig, type InternalTopicSettings, type TopicConfig } from "./internal-topics.ts";
import { nodeGroups } from "./node-groups.ts";
import type { AutoOffsetReset, Topology, TopologyNode } from "./topology.ts";

/** Consequences of a topology for one application: its sub-topologies, and the topics it reads, writes and owns. Frozen. */
export interface Plan {
  /** Name of the application, before the names of its internal topics. */
  readonly applicationId: string;
  /** Topology that the plan was made from. */
  readonly topology: Topology;
  /** By id. */
  readonly subtopologies: readonly Subtopology[];
  /** All topics that are read; names of topics in a plan are physical, and sorted. */
  readonly sourceTopics: readonly string[];
  /** Those of them that the application does not own. */
  readonly externalTopics: readonly string[];
  /** By name. */
  readonly repartitionTopics: ReadonlyMap<string, RepartitionTopicPlan>;
  /** By name. */
  readonly changelogTopics: ReadonlyMap<string, ChangelogTopicPlan>;
  /** Position to begin at, for the topics whose source sets one. */
  readonly resetPolicies: ReadonlyMap<string, AutoOffsetReset>;
  /** Topics that must have equal numbers of partitions. */
  readonly copartitionGroups: readonly (readonly string[])[];
}

/** Nodes that run together in one task per partition. */
export interface Subtopology {
  /** Number from 0, the first part of its tasks' ids. */
  readonly id: number;
  /** In the order of the topology. */
  readonly nodes: readonly TopologyNode[];
  /** Stores that its nodes use. */
  readonly stores: readonly StoreSpec[];
  /** Topics that it reads, by their names on the cluster; sorted. */
  readonly sourceTopics: readonly string[];
  /** Without those that an extractor names record by record. */
  readonly sinkTopics: readonly string[];
  /** Those that it reads. */
  readonly repartitionTopics: readonly RepartitionTopicPlan[];
  /** Those of its stores; a table's source topic that serves as changelog is none. */
  readonly changelogTopics: readonly ChangelogTopicPlan[];
}

/** Repartition topic that the application owns. */
export interface RepartitionTopicPlan {
  /** Name on the cluster: `<application id>-<logical name>`. */
  readonly name: string;
  /** Without the application's prefix, as nodes and `describe()` have it. */
  readonly logicalName: string;
  /** null: as many as the topics upstream have; see `resolvePartitions`. */
  readonly partitions: number | null;
  /** Topic settings in Kafka's names, with which the topic is made. */
  readonly config: TopicConfig;
}

/** It has as many partitions as its sub-topology has tasks. */
export interface ChangelogTopicPlan {
  /** Name on the cluster: `<application id>-<store>-changelog`. */
  readonly name: string;
  /** Name of the store. */
  readonly store: string;
  /** Id of the sub-topology that has the store. */
  readonly subtopologyId: number;
  /** Topic settings in Kafka's names, with which the topic is made. */
  readonly config: TopicConfig;
}

/**
 * Plans a topology. Pure: the same topology and id give the same plan, and Java's names.
 *
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` when a repartition topic was given less than one partition
 */
export function plan(topology: Topology, applicationId: string, settings: InternalTopicSettings = {}): Plan {
  const repartitionTopics = new Map<string, RepartitionTopicPlan>();
  for (const { name: logicalName, partitions } of topology.repartitionTopics) {
    const name = internalTopicName(applicationId, logicalName);
    if (partitions !== null && !(Number.isSafeInteger(partitions) && partitions >= 1)) {
      throw new InvalidArgumentError(
        `Repartition topic "${logicalName}" is given ${partitions} partitions; it needs a whole number of at least 1.`,
      );
    }
    repartitionTopics.set(name, Object.freeze({ name, logicalName, partitions, config: repartitionTopicConfig(settings) }));
  }
  const physical = physicalTopics(topology, applicationId);
  const subtopologies = nodeGroups(topology).map((nodes, id) => {
    const stores = storesOf(nodes, topology);
    const sourceTopics = sourceTopicsOf(nodes, physical);
    return Object.freeze<Subtopology>({
      id,
      nodes: Object.freeze(nodes),
      stores,
      sourceTopics,
      sinkTopics: sinkTopicsOf(nodes, physical),
      repartitionTopics: Object.freeze(sourceTopics.flatMap((topic) => repartitionTopics.get(topic) ?? [])),
      changelogTopics: changelogsOf(stores, id, applicationId, settings),
    });
  });
  const sourceTopics = sorted(subtopologies.flatMap((subtopology) => subtopology.sourceTopics));
  return Object.freeze<Plan>({
    applicationId,
    topology,
    subtopologies: Object.freeze(subtopologies),
    sourceTopics,
    externalTopics: sorted(sourceTopics.filter((topic) => !repartitionTopics.has(topic))),
    repartitionTopics,
    changelogTopics: new Map(subtopologies.flatMap(({ changelogTopics }) => changelogTopics.map((topic) => [topic.name, topic]))),
    resetPolicies: resetPolicies(topology),
    copartitionGroups: copartitionGroups(topology, physical),
  });
}

/** The name that a repartition topic has on the cluster. */
export function internalTopicName(applicationId: string, logicalName: string): string {
  return `${applicationId}-${logicalName}`;
}

/** The name that the changelog of a store has on the cluster. */
export function changelogTopicName(applicationId: string, store: string): string {
  return internalTopicName(applicationId, `${store}-changelog`);
}

/** From the names that nodes use to the names on the cluster, which differ for repartition topics. */
export function physicalTopics(topology: Topology, applicationId: string): (logicalName: string) => string {
  const repartition = new Set(topology.repartitionTopics.map(({ name }) => name));
  return (logicalName) => (repartition.has(logicalName) ? internalTopicName(applicationId, logicalName) : logicalName);
}

function storesOf(nodes: readonly TopologyNode[], topology: Topology): readonly StoreSpec[] {
  const used = new Set(nodes.flatMap((node) => (node.kind === "processor" ? node.stores : [])));
  return Object.freeze(topology.stores.filter((store) => used.has(store.name)));
}

function sourceTopicsOf(nodes: readonly TopologyNode[], physical: (topic: string) => string): readonly string[] {
  return sorted(nodes.flatMap((node) => (node.kind === "source" ? node.topics.map(physical) : [])));
}

function sinkTopicsOf(nodes: readonly TopologyNode[], physical: (topic: string) => string): readonly string[] {
  return sorted(nodes.flatMap((node) => (node.kind === "sink" && typeof node.topic === "string" ? [physical(node.topic)] : [])));
}

function changelogsOf(
  stores: readonly StoreSpec[],
  subtopologyId: number,
  applicationId: string,
  settings: InternalTopicSettings,
): readonly ChangelogTopicPlan[] {
  const logged = stores.filter((store) => store.logging && store.sourceTopicAsChangelog === null);
  const topics = logged.map((store) =>
    Object.freeze<ChangelogTopicPlan>({
      name: changelogTopicName(applicationId, store.name),
      store: store.name,
      subtopologyId,
      config: changelogTopicConfig(store, settings),
    }),
  );
  return Object.freeze(topics.sort((a, b) => compare(a.name, b.name)));
}

function resetPolicies(topology: Topology): ReadonlyMap<string, AutoOffsetReset> {
  const policies = new Map<string, AutoOffsetReset>();
  for (const node of topology.nodes) {
    if (node.kind !== "source" || node.reset === null) continue;
    for (const topic of node.topics) policies.set(topic, node.reset);
  }
  return policies;
}

function sorted(names: readonly string[]): readonly string[] {
  return Object.freeze([...new Set(names)].sort(compare));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
