import type { AutoOffsetReset, NodeOrigin, Serde, StoreSpec, TimestampExtractor } from "@millrace/core";

/** Number of a node in its graph. */
export type NodeId = number;

/** Fields that every node has. */
export interface CommonNode {
  readonly id: NodeId;
  /** Name by which children refer to the node: of a repartition that of the source behind its topic. */
  readonly name: string;
  readonly parents: readonly NodeId[];
  /** The user's call that made the node, for messages. */
  readonly origin: NodeOrigin;
  /** Rank among the nodes whose parents are written: the smallest is written next (Java's build priority). */
  readonly priority: number;
}

/** Fields of a node that makes a table; the passes over tables read and set them. */
export interface TableNode extends CommonNode {
  /** Store of the table; null: a view that was given none, which never gets one. */
  readonly store: StoreDraft | null;
  /** true: the table is kept in its store. */
  readonly materialized: boolean;
  /** true: the table sends the old value with each change, since a descendant needs it. */
  readonly sendsOldValues: boolean;
}

/** Settings of a node that reads topics. */
export interface SourceSettings {
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
  readonly timestampExtractor: TimestampExtractor | null;
  readonly reset: AutoOffsetReset | null;
}

/** A store whose engine may yet be that of the whole program. */
export interface StoreDraft {
  readonly spec: StoreSpec;
  /** true: the user named it, so the table is materialized in any case. */
  readonly nameGiven: boolean;
  /** true: the operator said which engine it wants; else `spec.persistent` is decided when the topology is built. */
  readonly engineGiven: boolean;
}
