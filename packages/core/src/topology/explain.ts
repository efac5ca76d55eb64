import { functionName, type OperatorSettings } from "../operator/settings.ts";
import type { Serde } from "../serde/serde.ts";
import type { StoreSpec } from "../store/kinds.ts";
import { checkTopology } from "./check-topology.ts";
import { nodeGroups } from "./node-groups.ts";
import type { AutoOffsetReset, NodeOrigin, RepartitionTopic, Topology, TopologyNode } from "./topology.ts";
import { unreachable } from "./unreachable.ts";

/** A topology as plain data that can be written as JSON: all that its nodes, stores and topics say of themselves. */
export interface TopologyExplanation {
  /** By id, from 0. */
  readonly subtopologies: readonly SubtopologyExplanation[];
  /** Repartition topics, by logical name. */
  readonly repartitionTopics: readonly RepartitionTopic[];
  /** Names of source nodes whose topics must have equal numbers of partitions, group by group. */
  readonly copartitionGroups: readonly (readonly string[])[];
}

/** Nodes that run together in one task per partition. */
export interface SubtopologyExplanation {
  /** Number of the sub-topology, the first part of its tasks' ids. */
  readonly id: number;
  /** In the order of the topology: parents before children. */
  readonly nodes: readonly NodeExplanation[];
  /** Stores of its nodes. */
  readonly stores: readonly StoreExplanation[];
}

/** Node of any kind; `kind` tells which. Serdes, extractors and partitioners are there by name; null: the application's default. */
export type NodeExplanation = SourceExplanation | ProcessorExplanation | SinkExplanation;

/** Fields of the explanations of all nodes. */
export interface CommonNodeExplanation {
  /** Name of the node. */
  readonly name: string;
  /** Method of the program that made the node; null: the topology was not made by the DSL. */
  readonly call: string | null;
}

/** Node that reads topics. */
export interface SourceExplanation extends CommonNodeExplanation {
  /** Tells a source from other nodes. */
  readonly kind: "source";
  /** Topics that it reads, by logical name. */
  readonly topics: readonly string[];
  /** Name of the keys' serde, or null. */
  readonly keySerde: string | null;
  /** Name of the values' serde, or null. */
  readonly valueSerde: string | null;
  /** Name of the function that gives the records' times, or null. */
  readonly timestampExtractor: string | null;
  /** Place to begin without a committed offset, or null. */
  readonly reset: AutoOffsetReset | null;
  /** true: records with a null value are dropped. */
  readonly dropsNullValues: boolean;
}

/** Node that runs an operator. */
export interface ProcessorExplanation extends CommonNodeExplanation {
  /** Tells a processor from other nodes. */
  readonly kind: "processor";
  /** Nodes whose output it takes. */
  readonly parents: readonly string[];
  /** Kafka's word for the operator, such as `filter` or `aggregate`. */
  readonly operator: string;
  /** Kind of the records that come in. */
  readonly input: "stream" | "table";
  /** Kind of the records that go out; `none`: it has no children. */
  readonly output: "stream" | "table" | "none";
  /** The operator's settings: windows, kind of join, names of the user's functions (`anonymous` where they have none). */
  readonly settings: OperatorSettings;
  /** Stores that it uses. */
  readonly stores: readonly string[];
}

/** Node that writes to a topic. */
export interface SinkExplanation extends CommonNodeExplanation {
  /** Tells a sink from other nodes. */
  readonly kind: "sink";
  /** Nodes whose output it writes. */
  readonly parents: readonly string[];
  /** Logical name of the topic; null: a function names one for each record. */
  readonly topic: string | null;
  /** Name of that function, or null. */
  readonly topicExtractor: string | null;
  /** Name of the keys' serde, or null. */
  readonly keySerde: string | null;
  /** Name of the values' serde, or null. */
  readonly valueSerde: string | null;
  /** Name of the function that chooses the partitions, or null. */
  readonly partitioner: string | null;
}

/** Store with everything that its spec says, such as `caching`, `logging` or `retentionMs`; serdes are there by name, or null. */
export interface StoreExplanation {
  /** Name of the store. */
  readonly name: string;
  /** Kind of the store, such as `timestampedKeyValue`. */
  readonly kind: string;
  /** Name of the keys' serde, or null. */
  readonly keySerde: string | null;
  /** Name of the values' serde, or null. */
  readonly valueSerde: string | null;
  /** Other settings, which depend on the kind. */
  readonly [setting: string]: unknown;
}

/**
 * Explains a topology: `describe` with all settings, as data. `describe` gives Java's text, which says of a processor no more
 * than its name; this says what it does, with which windows, functions, serdes and stores.
 *
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for what is no topology
 */
export function explain(topology: Topology): TopologyExplanation {
  checkTopology("explain() needs a topology", topology);
  const subtopologies = nodeGroups(topology).map((nodes, id) => {
    const used = new Set(nodes.flatMap((node) => (node.kind === "processor" ? node.stores : [])));
    const stores = topology.stores.filter(({ name }) => used.has(name));
    return Object.freeze({ id, nodes: nodes.map(explainNode), stores: stores.map(explainStore) });
  });
  const { repartitionTopics, copartitionGroups } = topology;
  return Object.freeze({ subtopologies, repartitionTopics, copartitionGroups });
}

function explainNode(node: TopologyNode): NodeExplanation {
  const { name } = node;
  const common = { name, call: callOf(node.origin) };
  switch (node.kind) {
    case "source": {
      const { kind, topics, timestampExtractor, reset, dropsNullValues = false } = node;
      return {
        kind,
        ...common,
        topics,
        ...serdesOf(node),
        timestampExtractor: nameOf(timestampExtractor),
        reset,
        dropsNullValues,
      };
    }
    case "processor": {
      const { kind, parents, stores } = node;
      const { kind: operator, input, output, settings } = node.operator;
      return { kind, ...common, parents, operator, input, output, settings, stores };
    }
    case "sink": {
      const { kind, parents, topic, partitioner } = node;
      const topics = typeof topic === "string" ? { topic, topicExtractor: null } : { topic: null, topicExtractor: nameOf(topic) };
      return { kind, ...common, parents, ...topics, ...serdesOf(node), partitioner: nameOf(partitioner) };
    }
    default:
      return unreachable(node);
  }
}

function explainStore(store: StoreSpec): StoreExplanation {
  return { ...store, ...serdesOf(store) };
}

function serdesOf(of: { readonly keySerde: Serde<unknown> | null; readonly valueSerde: Serde<unknown> | null }): {
  readonly keySerde: string | null;
  readonly valueSerde: string | null;
} {
  return { keySerde: of.keySerde?.name ?? null, valueSerde: of.valueSerde?.name ?? null };
}

function callOf(origin: NodeOrigin | undefined): string | null {
  return origin?.call ?? null;
}

function nameOf(userFunction: ((...given: never[]) => unknown) | null): string | null {
  return userFunction === null ? null : functionName(userFunction);
}
