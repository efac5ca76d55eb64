import type { TableNode } from "./node.ts";
import type { GraphNode, NodeOfKind, TableGraphNode } from "./nodes.ts";

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

/** Step from graph to graph. */
export type Pass = (graph: Graph) => Graph;

/** A node's fields apart from those that the graph gives it. */
export type NodeDraft = DraftOf<GraphNode>;

/** Draft of nodes of a type. */
export type DraftOf<N extends GraphNode> = N extends GraphNode ? Omit<N, "id" | "parents" | "priority"> : never;

/** Fields of a table's node that only its kind has. */
export type OwnFieldsOf<K extends TableGraphNode["kind"]> = OwnFields<NodeOfKind<K>>;
type OwnFields<N> = N extends TableNode ? Omit<N, keyof TableNode> : never;
