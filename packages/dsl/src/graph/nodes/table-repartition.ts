import { changeSerde, failOnInvalidTimestamp, type Serde } from "@millrace/core";
import type { CommonNode } from "../node.ts";
import type { NodeRules } from "../rules.ts";

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

/** A grouped table's changes have keys, so that nothing needs to be filtered, and times already. */
export const tableRepartition: NodeRules<TableRepartitionNode> = {
  write(node, to) {
    const { name, origin, topic, sinkName, keySerde } = node;
    const valueSerde = changeSerde(node.valueSerde) as Serde<unknown>;
    const timestampExtractor = failOnInvalidTimestamp;
    to.repartitionTopic({ name: topic, partitions: null });
    const parents = to.parentNames(node);
    to.node({ kind: "sink", name: sinkName, origin, parents, topic, keySerde, valueSerde, partitioner: null });
    to.node({ kind: "source", name, origin, topics: [topic], keySerde, valueSerde, timestampExtractor, reset: null });
  },
  internalTopic: (node) => node,
};
