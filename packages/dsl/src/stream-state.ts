import type { Serde } from "@millrace/core";
import type { GraphBuilder } from "./graph/graph-builder.ts";
import type { NodeId } from "./graph/graph.ts";
import type { WritingSerde } from "./topic.ts";

/** What streams and tables know of themselves: their place in the graph, and the serdes of what flows there. */
export interface TableState {
  readonly builder: GraphBuilder;
  readonly node: NodeId;
  /** Of the node. */
  readonly name: string;
  /** null: not known, so the application's default. */
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
  /** Source nodes that records come from without passing another topic: what joins must co-partition. */
  readonly sources: readonly string[];
}

export interface StreamState extends TableState {
  /** The key may have changed since the records were partitioned by it. */
  readonly repartitionRequired: boolean;
}

/** Users are free to type their serdes as what they are; inside, types are erased. */
export function erased(serde: WritingSerde<never> | null | undefined): Serde<unknown> | null {
  return (serde as Serde<unknown> | null | undefined) ?? null;
}
