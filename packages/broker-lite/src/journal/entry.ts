import type { GroupRecord, ProducerIdsEntry } from "./records.ts";

/** An entry of the broker's journal, which keeps everything but the records. */
export type JournalEntry =
  | TopicEntry
  | TopicDeletedEntry
  | CheckpointEntry
  | GroupRecord
  | ProducerIdsEntry
  /** Highest leader epoch of any partition: it rises with each start after a crash, and when a leader moves. */
  | { readonly type: "leaderEpoch"; readonly epoch: number };

export interface TopicEntry {
  readonly type: "topic";
  readonly name: string;
  /** Kafka's text of a UUID. */
  readonly id: string;
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** Deletion of a topic, and of all offsets that groups committed for it. */
export interface TopicDeletedEntry {
  readonly type: "topicDeleted";
  readonly name: string;
}

/** How far a topic's logs are synced, and where they begin. */
export interface CheckpointEntry {
  readonly type: "checkpoint";
  readonly topicId: string;
  readonly partitions: readonly (readonly [partition: number, recoveryPoint: number, logStartOffset: number])[];
}
