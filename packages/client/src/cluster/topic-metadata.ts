import { ErrorCode, type MetadataResponse } from "@millrace/protocol";

/** Topic as the last answer of the cluster describes it. */
export interface TopicMetadata {
  /** Name of the topic. */
  readonly name: string;
  /** Id in Kafka's text of a UUID; a topic that is created anew gets another one. null: the broker has no topic ids. */
  readonly topicId: string | null;
  /** True for topics of the brokers, such as `__consumer_offsets`. */
  readonly internal: boolean;
  /** Partitions by number. */
  readonly partitions: readonly PartitionMetadata[];
}

/** Leader and replicas of a partition, as node ids. */
export interface PartitionMetadata {
  /** Node id of the leader; -1: none at the moment. */
  readonly leaderId: number;
  /** Number of the leadership, which rises with each change; -1: unknown. */
  readonly leaderEpoch: number;
  /** Node ids of all brokers that hold the partition, the preferred leader first. */
  readonly replicas: readonly number[];
  /** Node ids of the replicas that have all committed records (ISR). */
  readonly inSyncReplicas: readonly number[];
  /** Node ids of the replicas whose broker or disk is away. */
  readonly offlineReplicas: readonly number[];
}

/** UUID that stands for "no topic id", in Kafka's text. */
export const noTopicId = "AAAAAAAAAAAAAAAAAAAAAA";

type TopicResponse = MetadataResponse["topics"][number];

/**
 * Makes the description of a topic from a response. If `older` describes the same topic and has a newer leader epoch of a
 * partition, that partition is kept: the response came from a broker that lags (KIP-320).
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
