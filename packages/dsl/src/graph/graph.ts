import type {
  AutoOffsetReset,
  NodeOrigin,
  OperatorSpec,
  Serde,
  StoreSpec,
  StreamPartitioner,
  TableGetterSpec,
  TableGroupByOptions,
  TimestampExtractor,
  TopicNameExtractor,
} from "@millrace/core";
import type { Nulls } from "../options.ts";

/**
 * A program as its builder's calls described it, before names of nodes matter: one node per call, a repartition as a whole.
 * Frozen; passes make a new one.
 */
export interface Graph {
  /** In the order of their creation: a node's parents, and the tables it looks into, come before it. */
  readonly nodes: readonly GraphNode[];
  /** Source nodes' names, by groups that joins need to be co-partitioned. */
  readonly copartitionGroups: readonly (readonly string[])[];
}

export type Pass = (graph: Graph) => Graph;
export type NodeId = number;

export type GraphNode =
  | StreamSourceNode
  | TableSourceNode
  | StreamStepNode
  | RepartitionNode
  | StreamSinkNode
  | AggregateNode
  | ToTableNode
  | TableFilterNode
  | TableMapValuesNode
  | TableToStreamNode
  | TableGroupByNode
  | TableRepartitionNode
  | StreamTableJoinNode;

/** The nodes that make tables; what joins look up, and tables are made of. */
export type TableGraphNode = Extract<GraphNode, TableNode>;

interface CommonNode {
  readonly id: NodeId;
  /** Name by which children refer to the node: of a repartition that of the source behind its topic. */
  readonly name: string;
  readonly parents: readonly NodeId[];
  /** The user's call that made the node, for messages. */
  readonly origin: NodeOrigin;
  /** Rank among the nodes whose parents are written: the smallest is written next (Java's build priority). */
  readonly priority: number;
}

/** State of a table's node that the passes over tables read and set. */
interface TableNode {
  /** true: the table is kept in a store. */
  readonly materialized: boolean;
  /** true: the table sends the old value with each change, since a descendant needs it. */
  readonly sendsOldValues: boolean;
}

export interface SourceSettings {
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
  readonly timestampExtractor: TimestampExtractor | null;
  readonly reset: AutoOffsetReset | null;
}

export interface StreamSourceNode extends CommonNode, SourceSettings {
  readonly kind: "streamSource";
  /** Treatment of null values. */
  readonly nulls: Nulls;
  readonly topics: readonly string[];
}

/** A source and the processor that makes a table of it, which has the node's name. */
export interface TableSourceNode extends CommonNode, SourceSettings, TableNode {
  readonly kind: "tableSource";
  readonly sourceName: string;
  readonly topic: string;
  readonly store: StoreDraft;
}

/** A step on a stream without a store. */
export interface StreamStepNode extends CommonNode {
  readonly kind: "streamStep";
  readonly operator: OperatorSpec;
  readonly changes: "nothing" | "key" | "key and value" | "value";
  readonly merges: boolean;
}

/** A topic in the middle, with the filter and the sink before it and the source behind it. */
export interface RepartitionNode extends CommonNode {
  readonly kind: "repartition";
  readonly topic: string;
  /** true: the topic's name goes back to one that the user gave. */
  readonly nameGiven: boolean;
  readonly filterName: string;
  readonly sinkName: string;
  /** null: as many as the topics upstream have. */
  readonly partitions: number | null;
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
  readonly partitioner: StreamPartitioner | null;
  /** true: the DSL added it before an operator that groups or joins; false: `repartition()` did. */
  readonly implied: boolean;
  /** true: the filter drops records without a key. */
  readonly dropsNullKeys: boolean;
}

export interface StreamSinkNode extends CommonNode {
  readonly kind: "sink";
  readonly topic: string | TopicNameExtractor;
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
  readonly partitioner: StreamPartitioner | null;
}

export interface AggregateNode extends CommonNode, TableNode {
  readonly kind: "aggregate";
  readonly store: StoreDraft;
  readonly operator: (sendOldValues: boolean) => OperatorSpec;
}

export interface ToTableNode extends CommonNode, TableNode {
  readonly kind: "toTable";
  readonly store: StoreDraft;
}

export interface TableFilterNode extends CommonNode, TableNode {
  readonly kind: "tableFilter";
  readonly store: StoreDraft | null;
  readonly predicate: (value: unknown, key: unknown) => boolean;
  readonly negate: boolean;
}

export interface TableMapValuesNode extends CommonNode, TableNode {
  readonly kind: "tableMapValues";
  readonly store: StoreDraft | null;
  readonly mapper: (value: unknown, key: unknown) => unknown;
}

export interface TableToStreamNode extends CommonNode {
  readonly kind: "tableToStream";
}

/** Sends a table's changes to their groups; what is below it is always a {@link TableRepartitionNode}. */
export interface TableGroupByNode extends CommonNode {
  readonly kind: "tableGroupBy";
  readonly mapper: TableGroupByOptions<unknown, unknown, unknown, unknown>["mapper"];
  readonly keySerde: Serde<unknown> | null;
}

/** The topic of a grouped table's changes, with the sink before it and the source behind it. */
export interface TableRepartitionNode extends CommonNode {
  readonly kind: "tableRepartition";
  readonly topic: string;
  readonly nameGiven: boolean;
  readonly sinkName: string;
  readonly keySerde: Serde<unknown> | null;
  /** Serde of the values, not of the changes. */
  readonly valueSerde: Serde<unknown> | null;
}

export interface StreamTableJoinNode extends CommonNode {
  readonly kind: "streamTableJoin";
  /** Table in which values are looked up; no parent, since its changes do not flow into the join. */
  readonly table: NodeId;
  readonly operator: (getter: TableGetterSpec) => OperatorSpec;
  /** Records without a key take part, as in left joins (KIP-962). */
  readonly nullKeys: boolean;
}

/** A store whose kind may yet be that of the whole program. */
export interface StoreDraft {
  readonly spec: StoreSpec;
  /** true: the user named it, so the table is materialized in any case. */
  readonly nameGiven: boolean;
  /** true: the operator said which kind of store it wants; else `spec.persistent` is decided when the topology is built. */
  readonly engineGiven: boolean;
}

/** A node's fields apart from those that the graph gives it. */
export type NodeDraft = GraphNode extends infer N
  ? N extends GraphNode
    ? Omit<N, "id" | "parents" | "priority">
    : never
  : never;
