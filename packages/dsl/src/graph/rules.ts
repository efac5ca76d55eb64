import type {
  AutoOffsetReset,
  NodeOrigin,
  OperatorSpec,
  RepartitionTopic,
  Serde,
  TableGetterSpec,
  TopologyNode,
} from "@millrace/core";
import type { Nulls } from "../options.ts";
import type { CommonNode, NodeId, StoreDraft, TableNode } from "./node.ts";

/**
 * Everything that the passes and the lowering need to know about one kind of node. The rules of a kind stand in one file beside
 * its type; a rule that is left out means "no" or "nothing". The passes are loops over these rules and know no kinds.
 */
export interface NodeRules<N extends CommonNode> {
  /** Writes the node to the topology; its parents are written already. */
  write(node: N, to: TopologyWriter): void;
  /** Demands of the node on tables, in the order in which Java asks. */
  demands?(node: N): readonly Demand[];
  /** Stores of a node that makes no table, or beside the table's own. */
  stores?(node: N): readonly StoreDraft[];
  /** Change that the node makes to the records that pass it (Java: `keyChangingOperation`, `valueChangingOperation`). */
  changes?(node: N): Changes;
  /** true: the node merges streams (Java: `mergeNode`). */
  merges?(node: N): boolean;
  /** true: records without a key take part in what the node does, as in left joins (KIP-962). */
  takesNullKeys?(node: N): boolean;
  /** The same node, with or without a filter that drops records without a key; only repartitions have one. */
  withNullKeys?(node: N, taken: boolean): N;
  /** Topic in the middle of the program. */
  internalTopic?(node: N): InternalTopic;
  /** Repartition that may be merged with others of the same records; null: the program asked for this very one. */
  impliedRepartition?(node: N): ImpliedRepartition | null;
  /** Source that may be one with other sources of the same topics. */
  sharedSource?(node: N): SharedSource;
}

/** Rules of a node that makes a table. */
export interface TableNodeRules<N extends TableNode> extends NodeRules<N> {
  readonly table: TableRules<N>;
}

/** Rules of the table that a node makes. */
export interface TableRules<N extends TableNode> {
  /** Tables that it is computed from; none: it is made of a stream, and is materialized as soon as somebody needs it. */
  tables(node: N): readonly NodeId[];
  /**
   * Source of a computed table's old values. `store`: from its own store if it has one, else from the tables that it is
   * computed from; `tables`: always from those, as joins do. It does not matter for tables made of streams.
   */
  readonly oldValuesFrom: "store" | "tables";
  /** Way to look a value up: in the table's store, or computed from what `of` gives for the tables it is computed from. */
  getter(node: N, of: (table: NodeId) => TableGetterSpec): TableGetterSpec;
  /** The same table, with the topic that it is read from as its store's changelog; absent: it is not read from a topic. */
  restoredFromSource?(node: N): N;
}

/** Demand of a node on a table that it reads or looks into. */
export interface Demand {
  readonly table: NodeId;
  /**
   * Need of old values with the table's changes. `force`: the table must send them, and is materialized if that takes a store;
   * `ask`: it does if it has them anyway, and only then does the asking table send old values itself (Java:
   * `enableSendingOldValues(forceMaterialization)`).
   */
  readonly oldValues: "no" | "ask" | "force";
  /** true: the node looks values up in the table, so that it, or the tables that it is computed from, must be materialized. */
  readonly materialize: boolean;
}

/** Parts of a record that a node changes. */
export type Changes = "nothing" | "key" | "value" | "key and value";

/** Internal topic of a node, as checks of names see it. */
export interface InternalTopic {
  readonly topic: string;
  /** true: the topic's name goes back to one that the user gave. */
  readonly nameGiven: boolean;
}

/** Repartition, as far as merging it with others goes. */
export interface ImpliedRepartition extends InternalTopic {
  readonly id: NodeId;
  readonly name: string;
  readonly origin: NodeOrigin;
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
}

/** Source, as far as merging it with others goes. */
export interface SharedSource {
  readonly id: NodeId;
  readonly name: string;
  readonly topics: readonly string[];
  readonly nulls: Nulls;
  readonly reset: AutoOffsetReset | null;
}

/** The topology that a graph is written to, node by node. */
export interface TopologyWriter {
  /** Appends a node of the topology. */
  node(node: TopologyNode): void;
  /** Appends a processor below the node's parents, with the node's name. */
  processor(node: CommonNode, operator: OperatorSpec, stores?: readonly string[]): void;
  /** Appends a store, and gives its name. */
  store(store: StoreDraft): string;
  /** Appends a repartition topic. */
  repartitionTopic(topic: RepartitionTopic): void;
  /** Names that the node's parents have for their children. */
  parentNames(node: CommonNode): readonly string[];
  /**
   * Way for a node to look into a table.
   *
   * @throws {TopologyError} `STREAMS_INVALID_TOPOLOGY` when the table's store is written only after the node
   */
  getter(table: NodeId, user: CommonNode): TableGetterSpec;
}
