import type { Serde, StreamPartitioner, TopicNameExtractor } from "@millrace/core";
import type { CommonNode } from "../node.ts";
import type { NodeRules } from "../rules.ts";

/** Writes a stream to a topic. */
export interface SinkNode extends CommonNode {
  readonly kind: "sink";
  readonly topic: string | TopicNameExtractor;
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
  readonly partitioner: StreamPartitioner | null;
}

export const sink: NodeRules<SinkNode> = {
  write(node, to) {
    const { name, origin, topic, keySerde, valueSerde, partitioner } = node;
    to.node({ kind: "sink", name, origin, parents: to.parentNames(node), topic, keySerde, valueSerde, partitioner });
  },
};
