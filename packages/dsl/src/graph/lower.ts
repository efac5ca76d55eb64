import {
  createTopology,
  TopologyError,
  type OperatorSpec,
  type RepartitionTopic,
  type StoreSpec,
  type TableGetterSpec,
  type Topology,
  type TopologyNode,
} from "@millrace/core";
import type { StoreEngine } from "../options.ts";
import type { Graph } from "./graph.ts";
import type { CommonNode, NodeId, StoreDraft } from "./node.ts";
import { rulesOf, tableRulesOf, type GraphNode, type TableGraphNode } from "./nodes.ts";
import type { TopologyWriter } from "./rules.ts";
import { writeOrder } from "./write-order.ts";

/**
 * Writes a graph as a topology, with the nodes in Java's order.
 *
 * @throws {TopologyError} `STREAMS_INVALID_TOPOLOGY` when names or topics collide
 */
export function lower(graph: Graph, engine: StoreEngine): Topology {
  const writer = new Writer(graph, engine);
  for (const node of writeOrder(graph)) rulesOf(node).write(node, writer);
  const { nodes, stores, repartitionTopics } = writer;
  return createTopology({ nodes, stores, repartitionTopics, copartitionGroups: graph.copartitionGroups });
}

class Writer implements TopologyWriter {
  readonly nodes: TopologyNode[] = [];
  readonly stores: StoreSpec[] = [];
  readonly repartitionTopics: RepartitionTopic[] = [];
  readonly #graph: ReadonlyMap<NodeId, GraphNode>;
  readonly #engine: StoreEngine;
  readonly #written = new Set<StoreSpec>();

  constructor(graph: Graph, engine: StoreEngine) {
    this.#graph = new Map(graph.nodes.map((node) => [node.id, node]));
    this.#engine = engine;
  }

  node(node: TopologyNode): void {
    this.nodes.push(node);
  }

  processor(node: CommonNode, operator: OperatorSpec, stores: readonly string[] = []): void {
    const { name, origin } = node;
    this.node({ kind: "processor", name, origin, parents: this.parentNames(node), stores, operator });
  }

  store({ spec, engineGiven }: StoreDraft): string {
    // The definition of a processor's store may be given in several places.
    if (this.#written.has(spec)) return spec.name;
    this.#written.add(spec);
    this.stores.push(engineGiven ? spec : Object.freeze({ ...spec, persistent: this.#engine === "rocksdb" }));
    return spec.name;
  }

  repartitionTopic(topic: RepartitionTopic): void {
    this.repartitionTopics.push(topic);
  }

  parentNames(node: CommonNode): readonly string[] {
    return node.parents.map((parent) => this.#graph.get(parent)!.name);
  }

  getter(table: NodeId, user: CommonNode): TableGetterSpec {
    const getter = this.#getterOf(table);
    for (const store of getter.stores) this.#checkWritten(store, user.name);
    return getter;
  }

  #getterOf(table: NodeId): TableGetterSpec {
    const node = this.#graph.get(table) as TableGraphNode;
    return tableRulesOf(node).getter(node, (other) => this.#getterOf(other));
  }

  /** A named group that is aggregated again moves behind a join that looks into its first table. Java refuses that, too. */
  #checkWritten(store: string, join: string): void {
    if (this.stores.some(({ name }) => name === store)) return;
    throw new TopologyError(
      `Join "${join}" looks into store "${store}", which comes only after it: the table's group was aggregated again later, and ` +
        "its repartition topic moves there. Call join() after all aggregations of the group, or group anew for the later ones.",
    );
  }
}
