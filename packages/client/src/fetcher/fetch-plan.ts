import type { FetchPartitionInput, FetchRequestInput, FetchTopicInput } from "@millrace/protocol";

import type { Metadata } from "../cluster/metadata.ts";
import { noTopicId } from "../cluster/topic-metadata.ts";
import type { AssignedPartition } from "./assigned-partition.ts";
import type { FetcherSettings } from "./fetcher-settings.ts";

/** First version with topic ids; it has no names. */
const fetchVersionOfTopicIds = 13;

const int32Max = 2 ** 31 - 1;

/** State of a partition at the time at which a fetch was sent. */
export interface PlannedPartition {
  readonly assigned: AssignedPartition;
  readonly fetchOffset: number;
  readonly seeks: number;
}

/** Fetch from one broker. */
export interface FetchPlan {
  readonly nodeId: number;
  readonly partitions: PlannedPartition[];
  /** Number of partitions of this broker that the fetch leaves out. */
  excluded: number;
}

/**
 * Reduces the fetch to one partition if that is fetched once more after damage, so that other partitions' bytes cannot cut it
 * off.
 */
export function aloneIfDoubtful(plan: FetchPlan): void {
  const { partitions } = plan;
  const doubtful = partitions.find(({ assigned }) => assigned.bytesMore !== null);
  if (doubtful === undefined) return;
  plan.excluded += partitions.length - 1;
  partitions.splice(0, partitions.length, doubtful);
}

export function fetchRequest(plan: FetchPlan, settings: FetcherSettings, waitMs: number, metadata: Metadata): FetchRequestInput {
  const bytesMore = plan.partitions[0]?.assigned.bytesMore ?? 0;
  const topics = new Map<string, FetchTopicInput & { readonly partitions: FetchPartitionInput[] }>();
  for (const { assigned, fetchOffset } of plan.partitions) {
    let topic = topics.get(assigned.topic);
    if (topic === undefined) {
      topic = { topic: assigned.topic, topicId: assigned.topicId ?? noTopicId, partitions: [] };
      topics.set(assigned.topic, topic);
    }
    topic.partitions.push({
      partition: assigned.partition,
      currentLeaderEpoch: metadata.cached(assigned.topic)?.partitions[assigned.partition]?.leaderEpoch ?? -1,
      fetchOffset: BigInt(fetchOffset),
      partitionMaxBytes: Math.min(settings.partitionBytesMax + bytesMore, int32Max),
    });
  }
  return {
    maxWaitMs: waitMs,
    minBytes: settings.fetchBytesMin,
    maxBytes: Math.min(settings.fetchBytesMax + bytesMore, int32Max),
    rackId: settings.rackId,
    // No isolation level: read uncommitted. No session: every request is a full one (KIP-227).
    topics: [...topics.values()],
  };
}

/** Upper bound of the version: topic ids need one for every topic. undefined: no bound. */
export function maxFetchVersion(plan: FetchPlan): number | undefined {
  return plan.partitions.every(({ assigned }) => assigned.topicId !== null) ? undefined : fetchVersionOfTopicIds - 1;
}
