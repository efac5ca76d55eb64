import { failOnInvalidTimestamp, filter, keyedOnly, type Serde, type StreamPartitioner } from "@millrace/core";
import type { CommonNode } from "../node.ts";
import type { NodeRules } from "../rules.ts";

/** A topic in the middle of a stream, with the filter and the sink before it and the source behind it. */
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

export const repartition: NodeRules<RepartitionNode> = {
  write(node, to) {
    const { name, origin, topic, filterName, sinkName, partitions, keySerde, valueSerde, partitioner, dropsNullKeys } = node;
    const operator = dropsNullKeys ? keyedOnly() : filter(always, false);
    to.repartitionTopic({ name: topic, partitions });
    to.node({ kind: "processor", name: filterName, origin, parents: to.parentNames(node), stores: [], operator });
    to.node({ kind: "sink", name: sinkName, origin, parents: [filterName], topic, keySerde, valueSerde, partitioner });
    // Records here have a time already: what the application does about missing ones concerns only its own topics.
    const timestampExtractor = failOnInvalidTimestamp;
    to.node({ kind: "source", name, origin, topics: [topic], keySerde, valueSerde, timestampExtractor, reset: null });
  },
  internalTopic: (node) => node,
  impliedRepartition: (node) => (node.implied ? node : null),
  withNullKeys: (node, taken) => ({ ...node, dropsNullKeys: !taken }),
};

function always(): boolean {
  return true;
}
