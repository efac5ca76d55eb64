import type { ProduceRequestInput } from "@millrace/protocol";

import type { Metadata } from "../cluster/metadata.ts";
import { noTopicId } from "../cluster/topic-metadata.ts";
import type { PartitionQueue } from "./partition-queue.ts";
import type { SealedBatch } from "./sealed-batch.ts";

/** First version with topic ids; it has no names. */
const produceVersionOfTopicIds = 13;

interface TopicData {
  readonly name: string;
  readonly topicId: string;
  readonly partitionData: { readonly index: number; readonly records: Buffer }[];
}

/** Batch in a request, with the queue of its partition. */
export interface SentBatch {
  readonly queue: PartitionQueue;
  readonly batch: SealedBatch;
}

export function produceRequest(
  sent: readonly SentBatch[],
  metadata: Metadata,
  acks: number,
  timeoutMs: number,
): ProduceRequestInput {
  const topics = new Map<string, TopicData>();
  for (const { queue, batch } of sent) {
    let topic = topics.get(queue.topic);
    if (topic === undefined) {
      topic = { name: queue.topic, topicId: metadata.cached(queue.topic)?.topicId ?? noTopicId, partitionData: [] };
      topics.set(queue.topic, topic);
    }
    topic.partitionData.push({ index: queue.partition, records: batch.buffer });
  }
  return { transactionalId: null, acks, timeoutMs, topicData: [...topics.values()] };
}

/** Upper bound of the version: topic ids need one for every topic. undefined: no bound. */
export function maxProduceVersion(request: ProduceRequestInput): number | undefined {
  return request.topicData.some((topic) => topic.topicId === noTopicId) ? produceVersionOfTopicIds - 1 : undefined;
}
