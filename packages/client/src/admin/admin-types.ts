import type { TopicPartition } from "../group/group-options.ts";

/** Topic that `Admin.createTopics` creates. */
export interface TopicToCreate {
  /** Name: 1 to 249 of the characters `a-z A-Z 0-9 . _ -`. */
  readonly name: string;
  /** Number of partitions. Default -1: the broker's `num.partitions`. */
  readonly partitionCount?: number;
  /** Number of replicas. Default -1: the broker's `default.replication.factor`. */
  readonly replicationFactor?: number;
  /** Configs by Kafka's name, such as `retention.ms`, with values as text. Default: those of the broker. */
  readonly configs?: Readonly<Record<string, string>>;
}

/** Options of `Admin.createTopics`, for all topics of the call. */
export interface CreateTopicsOptions {
  /** Accepts topics that exist, whatever their configs. Default false: an existing topic is an error. */
  readonly tolerateExisting?: boolean;
  /** Checks all topics and creates none. Default false. */
  readonly validateOnly?: boolean;
}

/** Outcome of `Admin.createTopics` for one topic. */
export interface CreatedTopic {
  /** Name of the topic. */
  readonly name: string;
  /** False: it existed already (`tolerateExisting`). */
  readonly created: boolean;
}

/** Topic as `Admin.describeTopics` and `Admin.listTopics` return it. */
export interface DescribedTopic {
  /** Name of the topic. */
  readonly name: string;
  /** Id in Kafka's text of a UUID; null: the broker has no topic ids. */
  readonly topicId: string | null;
  /** True for topics of the brokers, such as `__consumer_offsets`. */
  readonly internal: boolean;
  /** Partitions by number. */
  readonly partitions: readonly DescribedPartition[];
}

/** Leader and replicas of a partition, as node ids. */
export interface DescribedPartition {
  /** Number of the partition, from 0. */
  readonly partition: number;
  /** Node id of the leader; -1: none at the moment. */
  readonly leaderId: number;
  /** Number of the leadership, which rises with each change; -1: unknown. */
  readonly leaderEpoch: number;
  /** Node ids of all brokers that hold the partition, the preferred leader first. */
  readonly replicas: readonly number[];
  /** Node ids of the replicas that have all committed records (ISR). */
  readonly inSyncReplicas: readonly number[];
}

/**
 * Place in a log. `earliest`: the log start; `latest`: the high watermark; a number: the first record with at least this
 * timestamp (ms).
 */
export type OffsetAt = "earliest" | "latest" | number;

/** Offset that `Admin.listOffsets` found in one partition. */
export interface ListedOffset extends TopicPartition {
  /** Offset that was asked for; null: no record has such a timestamp. */
  readonly offset: number | null;
  /** Timestamp of the record, if it was found by timestamp; else null. */
  readonly timestampMs: number | null;
  /** Leader epoch of the record at the offset; -1: unknown. */
  readonly leaderEpoch: number;
}

/** Records of one partition that `Admin.deleteRecords` deletes. */
export interface RecordsToDelete extends TopicPartition {
  /** Offset below which all records are deleted. -1: the high watermark. */
  readonly beforeOffset: number;
}

/** Outcome of `Admin.deleteRecords` for one partition. */
export interface DeletedRecords extends TopicPartition {
  /** New log start: the lowest offset that can still be read. */
  readonly logStartOffset: number;
}

/** Config of a topic or broker, as `Admin.describeConfigs` returns it. */
export interface ConfigEntry {
  /** Kafka's name, such as `cleanup.policy`. */
  readonly name: string;
  /** Value as text; null for a sensitive config, and for one without a value. */
  readonly value: string | null;
  /** Origin of the value, as Kafka's number: 1 topic, 2 broker (dynamic), 4 broker (static), 5 default. */
  readonly source: number;
  /** True when only a restart of the broker changes the value. */
  readonly readOnly: boolean;
  /** True for passwords and the like, whose value the broker does not tell. */
  readonly sensitive: boolean;
}
