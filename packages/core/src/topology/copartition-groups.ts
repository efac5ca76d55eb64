import { javaHashOrder } from "./java-hash.ts";
import type { Topology } from "./topology.ts";

/**
 * Groups of topics that need equal numbers of partitions: those of a join, and of joins that share a topic with it.
 *
 * Java unites a group only with the first earlier group that it shares a topic with, in the order of its hash set. So does
 * this, as the outcome decides how many partitions repartition topics get.
 */
export function copartitionGroups(topology: Topology, physical: (topic: string) => string): readonly (readonly string[])[] {
  const topicsOf = new Map(topology.nodes.flatMap((node) => (node.kind === "source" ? [[node.name, node.topics] as const] : [])));
  const groupOf = new Map<string, Set<string>>();
  for (const sources of topology.copartitionGroups) {
    // An unnamed join that shares the repartition topic of an earlier one names a source of its own that was never made.
    const topics = javaHashOrder(javaHashOrder(sources).flatMap((source) => (topicsOf.get(source) ?? []).map(physical)));
    const shared = topics.find((topic) => groupOf.has(topic));
    const group = shared === undefined ? new Set<string>() : groupOf.get(shared)!;
    for (const topic of topics) {
      group.add(topic);
      groupOf.set(topic, group);
    }
  }
  const groups = [...new Set(groupOf.values())].map((group) => Object.freeze([...group].sort()));
  const distinct = new Map(groups.map((group) => [group.join(", "), group]));
  return Object.freeze([...distinct.keys()].sort().map((key) => distinct.get(key)!));
}
