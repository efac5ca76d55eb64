import type { TopicPartition } from "../group/group-options.ts";

export interface TopicToCreate {
  readonly name: string;
  /** Default -1: the broker's `num.partitions`. */
  readonly partitionCount?: number;
  /** Default -1: the broker's `default.replication.factor`. */
  readonly replicationFactor?: number;
  readonly configs?: Readonly<Record<string, string>>;
}

export interface CreateTopicsOptions {
  /** Default false: an existing topic is an error. */
  readonly tolerateExisting?: boolean;
  /** Checks everything, creates nothing. Default false. */
  readonly validateOnly?: boolean;
}

export interface CreatedTopic {
  readonly name: string;
  /** False: it existed already (`tolerateExisting`). */
  readonly created: boolean;
}

export interface DescribedTopic {
  readonly name: string;
  /** Kafka's text of the uuid; null with a broker older than topic ids. */
  readonly topicId: string | null;
  readonly internal: boolean;
  readonly partitions: readonly DescribedPartition[];
}

export interface DescribedPartition {
  readonly partition: number;
  /** -1: none at the moment. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
}

/** `earliest`: the log start; `latest`: the high watermark; a number: the first record with at least this timestamp (ms). */
export type OffsetAt = "earliest" | "latest" | number;

export interface ListedOffset extends TopicPartition {
  /** null: no record has such a timestamp. */
  readonly offset: number | null;
  /** Of the record found by timestamp; null otherwise. */
  readonly timestampMs: number | null;
  readonly leaderEpoch: number;
}

export interface RecordsToDelete extends TopicPartition {
  /** Everything below; -1: up to the high watermark. */
  readonly beforeOffset: number;
}

export interface DeletedRecords extends TopicPartition {
  readonly logStartOffset: number;
}

export interface ConfigEntry {
  readonly name: string;
  readonly value: string | null;
  /** Kafka's number: 1 topic, 2 broker (dynamic), 4 broker (static), 5 default. */
  readonly source: number;
  readonly readOnly: boolean;
  readonly sensitive: boolean;
}
