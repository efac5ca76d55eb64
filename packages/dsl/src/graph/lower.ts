import {
  changeSerde,
  createTopology,
  failOnInvalidTimestamp,
  filter,
  filteredGetter,
  keyedOnly,
  mappedGetter,
  storeGetter,
  tableFilter,
  tableGroupBy,
  tableMapValues,
  tableSource,
  tableToStream,
  TopologyError,
  unreachable,
  type OperatorSpec,
  type RepartitionTopic,
  type Serde,
  type StoreSpec,
  type TableGetterSpec,
  type Topology,
  type TopologyNode,
} from "@millrace/core";
import type { StoreEngine } from "../options.ts";
import type {
  Graph,
  GraphNode,
  NodeId,
  RepartitionNode,
  StoreDraft,
  StreamSinkNode,
  TableGraphNode,
  TableRepartitionNode,
  TableSourceNode,
  ToTableNode,
} from "./graph.ts";
import { writeOrder } from "./write-order.ts";

/**
 * Writes a graph as a topology, with the nodes in Java's order.
 *
 * @throws {TopologyError} `STREAMS_INVALID_TOPOLOGY` when names or topics collide
 */
export function lower(graph: Graph, engine: StoreEngine): Topology {
  const written: Written = {
    graph: new Map(graph.nodes.map((node) => [node.id, node])),
    engine,
    nodes: [],
    stores: [],
    repartitionTopics: [],
  };
  for (const node of writeOrder(graph)) write(node, written);
  const { nodes, stores, repartitionTopics } = written;
  return createTopology({ nodes, stores, repartitionTopics, copartitionGroups: graph.copartitionGroups });
}

interface Written {
  readonly graph: ReadonlyMap<NodeId, GraphNode>;
  readonly engine: StoreEngine;
  readonly nodes: TopologyNode[];
  readonly stores: StoreSpec[];
  readonly repartitionTopics: RepartitionTopic[];
}

function write(node: GraphNode, to: Written): void {
  switch (node.kind) {
    case "streamSource": {
      const { name, origin, topics, keySerde, valueSerde, timestampExtractor, reset, nulls } = node;
      const source = { kind: "source", name, origin, topics, keySerde, valueSerde, timestampExtractor, reset } as const;
      to.nodes.push({ ...source, dropsNullValues: nulls === "drop" });
      return;
    }
    case "tableSource":
      return writeTableSource(node, to);
    case "repartition":
      return writeRepartition(node, to);
    case "sink":
      return writeSink(node, to);
    case "streamStep":
      return writeProcessor(node, node.operator, to);
    case "tableGroupBy":
      return writeProcessor(node, tableGroupBy({ mapper: node.mapper, keySerde: node.keySerde }), to);
    case "tableRepartition":
      return writeTableRepartition(node, to);
    case "tableToStream":
      return writeProcessor(node, tableToStream(), to);
    case "streamTableJoin": {
      const getter = tableGetter(to.graph.get(node.table) as TableGraphNode, to);
      for (const store of getter.stores) checkWritten(store, node.name, to);
      return writeProcessor(node, node.operator(getter), to, getter.stores);
    }
    case "aggregate":
      return writeStored(node, node.operator(node.sendsOldValues), node.store, to);
    case "toTable":
      return writeStored(node, sourceOperator(node), node.materialized ? node.store : null, to);
    case "tableFilter": {
      const { predicate, negate, sendsOldValues: sendOldValues } = node;
      // Whether old values come from above was settled when the filter asked for them, and is part of its own flag.
      const operator = tableFilter({
        predicate,
        negate,
        store: storeName(node.store),
        sendOldValues,
        parentSendsOldValues: false,
      });
      return writeStored(node, operator, node.store, to);
    }
    case "tableMapValues": {
      const { mapper, sendsOldValues: sendOldValues } = node;
      return writeStored(node, tableMapValues({ mapper, store: storeName(node.store), sendOldValues }), node.store, to);
    }
    default:
      unreachable(node);
  }
}

function writeProcessor(node: GraphNode, operator: OperatorSpec, to: Written, stores: readonly string[] = []): void {
  const { name, origin } = node;
  to.nodes.push({ kind: "processor", name, origin, parents: parentNames(node, to), stores, operator });
}

function writeStored(node: GraphNode, operator: OperatorSpec, store: StoreDraft | null, to: Written): void {
  writeProcessor(node, operator, to, store === null ? [] : [store.spec.name]);
  if (store !== null) to.stores.push(storeSpec(store, to.engine));
}

function writeTableSource(node: TableSourceNode, to: Written): void {
  const { name, origin, sourceName, topic, keySerde, valueSerde, timestampExtractor, reset, materialized, store } = node;
  const stores = materialized ? [store.spec.name] : [];
  const topics = [topic];
  to.nodes.push({ kind: "source", name: sourceName, origin, topics, keySerde, valueSerde, timestampExtractor, reset });
  to.nodes.push({ kind: "processor", name, origin, parents: [sourceName], stores, operator: sourceOperator(node) });
  if (materialized) to.stores.push(storeSpec(store, to.engine));
}

/** A repartition is a filter and a sink before its topic, and a source behind it. */
function writeRepartition(node: RepartitionNode, to: Written): void {
  const { name, origin, topic, filterName, sinkName, partitions, keySerde, valueSerde, partitioner, dropsNullKeys } = node;
  const operator = dropsNullKeys ? keyedOnly() : filter(always, false);
  to.repartitionTopics.push({ name: topic, partitions });
  to.nodes.push({ kind: "processor", name: filterName, origin, parents: parentNames(node, to), stores: [], operator });
  to.nodes.push({ kind: "sink", name: sinkName, origin, parents: [filterName], topic, keySerde, valueSerde, partitioner });
  // Records here have a time already: what the application does about missing ones concerns only its own topics.
  to.nodes.push({
    kind: "source",
    name,
    origin,
    topics: [topic],
    keySerde,
    valueSerde,
    timestampExtractor: failOnInvalidTimestamp,
    reset: null,
  });
}

/** A grouped table's changes have keys, so nothing needs to be filtered. */
function writeTableRepartition(node: TableRepartitionNode, to: Written): void {
  const { name, origin, topic, sinkName, keySerde } = node;
  const valueSerde = changeSerde(node.valueSerde) as Serde<unknown>;
  to.repartitionTopics.push({ name: topic, partitions: null });
  const parents = parentNames(node, to);
  to.nodes.push({ kind: "sink", name: sinkName, origin, parents, topic, keySerde, valueSerde, partitioner: null });
  const source = {
    kind: "source",
    name,
    origin,
    topics: [topic],
    keySerde,
    valueSerde,
    timestampExtractor: failOnInvalidTimestamp,
  } as const;
  to.nodes.push({ ...source, reset: null });
}

function writeSink(node: StreamSinkNode, to: Written): void {
  const { name, origin, topic, keySerde, valueSerde, partitioner } = node;
  to.nodes.push({ kind: "sink", name, origin, parents: parentNames(node, to), topic, keySerde, valueSerde, partitioner });
}

function sourceOperator(node: TableSourceNode | ToTableNode): OperatorSpec {
  return tableSource({ store: node.materialized ? node.store.spec.name : null, sendOldValues: node.sendsOldValues });
}

function tableGetter(table: TableGraphNode, to: Written): TableGetterSpec {
  switch (table.kind) {
    case "tableSource":
    case "toTable":
    case "aggregate":
      return storeGetter(table.store.spec.name);
    case "tableFilter":
      if (table.store !== null) return storeGetter(table.store.spec.name);
      return filteredGetter(tableGetter(to.graph.get(table.parents[0]!) as TableGraphNode, to), table.predicate, table.negate);
    case "tableMapValues":
      if (table.store !== null) return storeGetter(table.store.spec.name);
      return mappedGetter(tableGetter(to.graph.get(table.parents[0]!) as TableGraphNode, to), table.mapper);
    default:
      return unreachable(table);
  }
}

/** A named group that is aggregated again moves behind a join that looks into its first table. Java refuses that, too. */
function checkWritten(store: string, join: string, to: Written): void {
  if (to.stores.some(({ name }) => name === store)) return;
  throw new TopologyError(
    `Join "${join}" looks into store "${store}", which comes only after it: the table's group was aggregated again later, and ` +
      "its repartition topic moves there. Call join() after all aggregations of the group, or group anew for the later ones.",
  );
}

function storeSpec(store: StoreDraft, engine: StoreEngine): StoreSpec {
  return store.engineGiven ? store.spec : Object.freeze({ ...store.spec, persistent: engine === "rocksdb" });
}

function storeName(store: StoreDraft | null): string | null {
  return store === null ? null : store.spec.name;
}

function parentNames(node: GraphNode, to: Written): readonly string[] {
  return node.parents.map((parent) => to.graph.get(parent)!.name);
}

function always(): boolean {
  return true;
}
