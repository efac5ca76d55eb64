import { NotCopartitionedError, TopologyError } from "./errors.ts";
import type { Topology, TopologyNode } from "./topology.ts";

/**
 * Checks what a topology must be, and freezes it. Parents come before children, so there are no cycles.
 *
 * @throws {TopologyError} `STREAMS_INVALID_TOPOLOGY`
 * @throws {NotCopartitionedError} `STREAMS_NOT_COPARTITIONED` when repartition topics with given counts are joined, and the counts differ
 */
export function createTopology(topology: Topology): Topology {
  checkNodes(topology);
  checkStores(topology);
  checkGivenCounts(topology);
  return Object.freeze({
    nodes: Object.freeze(topology.nodes.map((node) => Object.freeze({ ...node }))),
    stores: Object.freeze([...topology.stores]),
    repartitionTopics: Object.freeze(topology.repartitionTopics.map((topic) => Object.freeze({ ...topic }))),
    copartitionGroups: Object.freeze(topology.copartitionGroups.map((group) => Object.freeze([...group]))),
  });
}

function checkNodes(topology: Topology): void {
  const known = new Map<string, TopologyNode>();
  const sourceOfTopic = new Map<string, string>();
  for (const node of topology.nodes) {
    if (known.has(node.name)) throw new TopologyError(`Two nodes are named "${node.name}". Give one of them another name.`);
    if (node.kind === "source") checkSource(node.name, node.topics, sourceOfTopic);
    else checkParents(node.name, node.parents, known);
    known.set(node.name, node);
  }
}

function checkSource(name: string, topics: readonly string[], sourceOfTopic: Map<string, string>): void {
  if (topics.length === 0) throw new TopologyError(`Source "${name}" has no topics.`);
  for (const topic of topics) {
    const other = sourceOfTopic.get(topic);
    if (other !== undefined) {
      throw new TopologyError(
        `Topic "${topic}" is read by two sources, "${other}" and "${name}". Read it once: of a stream, toTable() makes a table.`,
      );
    }
    sourceOfTopic.set(topic, name);
  }
}

function checkParents(name: string, parents: readonly string[], known: ReadonlyMap<string, TopologyNode>): void {
  if (parents.length === 0) throw new TopologyError(`Node "${name}" has no parent.`);
  for (const parent of parents) {
    const node = known.get(parent);
    if (node === undefined) throw new TopologyError(`Node "${name}" names a parent "${parent}", which was not added before it.`);
    if (node.kind === "sink")
      throw new TopologyError(`Node "${name}" has a sink as parent, "${parent}". Nothing flows out of a sink.`);
  }
}

function checkStores(topology: Topology): void {
  const stores = new Set<string>();
  for (const store of topology.stores) {
    if (stores.has(store.name)) throw new TopologyError(`Two stores are named "${store.name}". Give one of them another name.`);
    stores.add(store.name);
  }
  for (const node of topology.nodes) {
    if (node.kind !== "processor") continue;
    const missing = node.stores.find((store) => !stores.has(store));
    if (missing !== undefined)
      throw new TopologyError(`Processor "${node.name}" uses a store "${missing}", which was not added.`);
  }
}

/**
 * Checks groups whose topics all have a given partition count, without waiting for the cluster's answer. Java:
 * `validateCopartition`.
 */
function checkGivenCounts(topology: Topology): void {
  const given = new Map(topology.repartitionTopics.map((topic) => [topic.name, topic.partitions]));
  const topicsOf = new Map(topology.nodes.flatMap((node) => (node.kind === "source" ? [[node.name, node.topics]] : [])));
  for (const group of topology.copartitionGroups) {
    const counts = new Map<string, number>();
    const topics = new Set(group.flatMap((source) => topicsOf.get(source) ?? []));
    for (const topic of topics) {
      const count = given.get(topic);
      if (count !== undefined && count !== null) counts.set(topic, count);
    }
    if (counts.size === topics.size && new Set(counts.values()).size > 1) throw new NotCopartitionedError(counts);
  }
}
