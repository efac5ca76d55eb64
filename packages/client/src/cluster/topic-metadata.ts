import { ErrorCode, type MetadataResponse } from "@millrace/protocol";

export interface TopicMetadata {
  readonly name: string;
  /** Kafka's text of the uuid, or null from a broker without topic ids. */
  readonly topicId: string | null;
  readonly internal: boolean;
  /** By partition number. */
  readonly partitions: readonly PartitionMetadata[];
}

export interface PartitionMetadata {
  /** -1: none at the moment. */
  readonly leaderId: number;
  /** -1: not known. */
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  /** Replicas whose broker or disk is away. */
  readonly offlineReplicas: readonly number[];
}

/** The uuid of nothing, in Kafka's text. */
export const noTopicId = "AAAAAAAAAAAAAAAAAAAAAA";

type TopicResponse = MetadataResponse["topics"][number];

/**
 * A topic as a response describes it. Where `older` is the same topic and knows a newer leader epoch of a partition, that
 * is kept: the response came from a broker that lags (KIP-320).
 */
export function topicMetadata(response: TopicResponse, name: string, older: TopicMetadata | undefined): TopicMetadata {
  const topicId = response.topicId === noTopicId ? null : response.topicId;
  const partitions: PartitionMetadata[] = [];
  for (const partition of response.partitions) {
    const hasLeader = partition.errorCode !== ErrorCode.LEADER_NOT_AVAILABLE;
    const newer: PartitionMetadata = {
      leaderId: hasLeader ? partition.leaderId : -1,
      leaderEpoch: partition.leaderEpoch,
      replicas: partition.replicaNodes,
      inSyncReplicas: partition.isrNodes,
      offlineReplicas: partition.offlineReplicas,
    };
    const known = older?.topicId === topicId ? older.partitions[partition.partitionIndex] : undefined;
    partitions[partition.partitionIndex] = known !== undefined && known.leaderEpoch > newer.leaderEpoch ? known : newer;
  }
  return { name, topicId, internal: response.isInternal, partitions };
}
