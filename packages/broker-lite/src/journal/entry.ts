/** Entry of the broker's journal: a fact that it must remember besides the records, on one line. */
export type JournalEntry =
  | TopicEntry
  /** Deletion of a topic, together with the offsets that groups committed for it. */
  | TopicDeletedEntry
  | OffsetsEntry
  | {
      readonly type: "offsetsDeleted";
      readonly group: string;
      readonly partitions: readonly (readonly [topic: string, partition: number])[];
    }
  | GroupEntry
  | { readonly type: "groupDeleted"; readonly group: string }
  | CheckpointEntry
  /** Producer ids below `next` may have been given out. */
  | { readonly type: "producerIds"; readonly next: number }
  /** The leader epoch of every partition: it rises with each start after a crash. */
  | { readonly type: "leaderEpoch"; readonly epoch: number };

export interface TopicEntry {
  readonly type: "topic";
  readonly name: string;
  /** Kafka's text of a UUID. */
  readonly id: string;
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
}

export interface TopicDeletedEntry {
  readonly type: "topicDeleted";
  readonly name: string;
}

/** Offsets up to which a topic's logs are synced, and at which they begin. */
export interface CheckpointEntry {
  readonly type: "checkpoint";
  readonly topicId: string;
  readonly partitions: readonly (readonly [partition: number, recoveryPoint: number, logStartOffset: number])[];
}

/** A group between two rebalances. Bytes are in base64. */
export interface GroupEntry {
  readonly type: "group";
  readonly group: string;
  readonly generation: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leaderId: string | null;
  readonly stateSinceMs: number;
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly clientId: string;
    readonly clientHost: string;
    readonly rebalanceTimeoutMs: number;
    readonly sessionTimeoutMs: number;
    readonly protocols: readonly (readonly [name: string, metadata: string])[];
    readonly assignment: string;
  }[];
}

export interface OffsetsEntry {
  readonly type: "offsets";
  readonly group: string;
  readonly atMs: number;
  readonly offsets: readonly (readonly [
    topic: string,
    partition: number,
    offset: number,
    leaderEpoch: number,
    metadata: string,
  ])[];
}
