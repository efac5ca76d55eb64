import { unreachable } from "@millrace/core";
import type { TableNode } from "./node.ts";
import * as kinds from "./nodes/kinds.ts";
import type { NodeRules, TableNodeRules } from "./rules.ts";

type Kinds = typeof kinds;
type NodeOf<R> = R extends NodeRules<infer N> ? N : never;
type RulesOf<N extends GraphNode> = N extends TableNode ? TableNodeRules<N> : NodeRules<N>;

/** Node of any kind. */
export type GraphNode = { [K in keyof Kinds]: NodeOf<Kinds[K]> }[keyof Kinds];

/** Node that makes a table. */
export type TableGraphNode = Extract<GraphNode, TableNode>;

/** Node of one kind. */
export type NodeOfKind<K extends GraphNode["kind"]> = Extract<GraphNode, { readonly kind: K }>;

/** Rules by kind; the types hold that each kind stands under its own name, and that a node with a table's fields has a table's rules. */
const rules: { readonly [K in GraphNode["kind"]]: RulesOf<NodeOfKind<K>> } = kinds;

/** Rules of a node. */
export function rulesOf(node: GraphNode): NodeRules<GraphNode> {
  // Programs without types may hold a kind that does not exist.
  if (!Object.hasOwn(rules, node.kind)) unreachable(node as never);
  return rules[node.kind];
}

/** Rules of the table that a node makes. */
export function tableRulesOf(node: TableGraphNode): TableNodeRules<TableGraphNode>["table"] {
  return (rules[node.kind] as TableNodeRules<TableGraphNode>).table;
}

/** Tells whether a node makes a table. */
export function isTable(node: GraphNode): node is TableGraphNode {
  return "table" in rulesOf(node);
}
