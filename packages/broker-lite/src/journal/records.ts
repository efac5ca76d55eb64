/** State of a classic group between two rebalances, as in Kafka's GroupMetadata record. Bytes are in base64. */
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

/** End of a group: Kafka's tombstone of its metadata. */
export interface GroupDeletedEntry {
  readonly type: "groupDeleted";
  readonly group: string;
}

/** Offsets that a group committed at once. */
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

/** Removal of offsets of a group: Kafka's tombstones of them. */
export interface OffsetsDeletedEntry {
  readonly type: "offsetsDeleted";
  readonly group: string;
  readonly partitions: readonly (readonly [topic: string, partition: number])[];
}

/** A record of the group coordinator. */
export type GroupRecord = GroupEntry | GroupDeletedEntry | OffsetsEntry | OffsetsDeletedEntry;

/** Reservation of producer ids: those below `next` may have been given out. */
export interface ProducerIdsEntry {
  readonly type: "producerIds";
  readonly next: number;
}
