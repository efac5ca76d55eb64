import type { NodeOrigin, Serde } from "@millrace/core";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import type { NodeId } from "../graph/node.ts";
import type { WritingSerde } from "../topic.ts";

/** Place of a stream or table in the graph, and what is known of its records. */
export interface TableState {
  readonly builder: GraphBuilder;
  readonly node: NodeId;
  /** Name of the node. */
  readonly name: string;
  /** null: not known, so the application's default. */
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
  /** Step that made the keys, such as `selectKey "KSTREAM-KEY-SELECT-0000000001"`; for messages about keys that a serde refuses. */
  readonly keysFrom: string;
  /** Step that made the values. */
  readonly valuesFrom: string;
  /** Source nodes that records come from without passing another topic: what joins must co-partition. */
  readonly sources: readonly string[];
}

export interface StreamState extends TableState {
  /** true: the key may have changed since the records were partitioned by it. */
  readonly repartitionRequired: boolean;
}

/** Step in messages: the method, and the name of the node that it made. */
export function call(method: string, name: string): string {
  return `${method} "${name}"`;
}

/** Origin of a node: the method that made it, and the steps that made the records that it gets. */
export function origin(method: string, of: Pick<TableState, "keysFrom" | "valuesFrom">): NodeOrigin {
  return Object.freeze({ call: method, keysFrom: of.keysFrom, valuesFrom: of.valuesFrom });
}

/** A serde without its type: users type theirs as what they are, inside, types are erased. */
export function erased(serde: WritingSerde<never> | null | undefined): Serde<unknown> | null {
  return (serde as Serde<unknown> | null | undefined) ?? null;
}
