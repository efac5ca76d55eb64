import type { OperatorSpec } from "../operator/operator-spec.ts";
import type { KeyValueStoreSpec } from "../store/kinds/key-value.ts";
import type { WindowStoreSpec } from "../store/kinds/window.ts";
import type { ProcessorNode, RepartitionTopic, SinkNode, SourceNode, Topology, TopologyNode } from "./topology.ts";

const passThrough: OperatorSpec = {
  kind: "merge",
  input: "stream",
  output: "stream",
  settings: {},
  create: ({ child }) => child,
};

export function source(name: string, ...topics: string[]): SourceNode {
  return { kind: "source", name, topics, keySerde: null, valueSerde: null, timestampExtractor: null, reset: null };
}

export function processor(name: string, parents: string[], stores: string[] = []): ProcessorNode {
  return { kind: "processor", name, parents, stores, operator: passThrough };
}

export function sink(name: string, topic: string, ...parents: string[]): SinkNode {
  return { kind: "sink", name, topic, parents, keySerde: null, valueSerde: null, partitioner: null };
}

export function keyValueStore(name: string, overrides: Partial<KeyValueStoreSpec> = {}): KeyValueStoreSpec {
  return {
    kind: "timestampedKeyValue",
    name,
    keySerde: null,
    valueSerde: null,
    caching: true,
    logging: true,
    changelogConfig: {},
    persistent: true,
    sourceTopicAsChangelog: null,
    ...overrides,
  };
}

export function windowStore(name: string, retentionMs: number, changelogConfig: Record<string, string> = {}): WindowStoreSpec {
  return {
    ...keyValueStore(name),
    kind: "timestampedWindow",
    changelogConfig,
    retentionMs,
    windowSizeMs: 10,
    segmentIntervalMs: 60_000,
    retainDuplicates: false,
  };
}

export function topologyOf(
  nodes: TopologyNode[],
  parts: Partial<Pick<Topology, "stores" | "copartitionGroups">> & {
    readonly repartitionTopics?: readonly RepartitionTopic[];
  } = {},
): Topology {
  return { nodes, stores: [], repartitionTopics: [], copartitionGroups: [], ...parts };
}
