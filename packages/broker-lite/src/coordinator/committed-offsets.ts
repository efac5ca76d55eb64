import type { OffsetsDeletedEntry, OffsetsEntry } from "../journal/records.ts";

/** Offset that a group committed for a partition. */
export interface CommittedOffset {
  readonly offset: number;
  /** -1: not known. */
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly committedMs: number;
}

type GroupTopics = Map<string, Map<number, CommittedOffset>>;

/** Committed offsets of groups, by group, topic and partition: the sum of the offset records that were applied. */
export class CommittedOffsets {
  readonly #groups = new Map<string, GroupTopics>();

  apply(record: OffsetsEntry | OffsetsDeletedEntry): void {
    if (record.type === "offsets") this.#add(record);
    else this.#remove(record);
  }

  get(group: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.#groups.get(group)?.get(topic)?.get(partition);
  }

  /** All offsets of a group. */
  topics(group: string): ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> {
    return this.#groups.get(group) ?? new Map();
  }

  /** Forgets what all groups committed for a topic that was deleted. */
  forgetTopic(topic: string): void {
    for (const [group, topics] of this.#groups) {
      topics.delete(topic);
      if (topics.size === 0) this.#groups.delete(group);
    }
  }

  /** Returns the record that removes the group's offsets committed before `timeMs`; null if there are none. */
  removalBefore(group: string, timeMs: number): OffsetsDeletedEntry | null {
    const partitions: (readonly [string, number])[] = [];
    for (const [topic, offsets] of this.topics(group)) {
      for (const [partition, { committedMs }] of offsets) if (committedMs < timeMs) partitions.push([topic, partition]);
    }
    return partitions.length === 0 ? null : { type: "offsetsDeleted", group, partitions };
  }

  /** Records that lead to the present offsets of the groups for which `holds` is true. */
  *records(holds: (group: string) => boolean): Generator<OffsetsEntry> {
    for (const [group, topics] of this.#groups) {
      if (!holds(group)) continue;
      for (const [topic, partitions] of topics) {
        for (const [partition, { offset, leaderEpoch, metadata, committedMs }] of partitions) {
          yield { type: "offsets", group, atMs: committedMs, offsets: [[topic, partition, offset, leaderEpoch, metadata]] };
        }
      }
    }
  }

  #add({ group, atMs, offsets }: OffsetsEntry): void {
    let topics = this.#groups.get(group);
    if (topics === undefined) this.#groups.set(group, (topics = new Map()));
    for (const [topic, partition, offset, leaderEpoch, metadata] of offsets) {
      let partitions = topics.get(topic);
      if (partitions === undefined) topics.set(topic, (partitions = new Map()));
      partitions.set(partition, { offset, leaderEpoch, metadata, committedMs: atMs });
    }
  }

  #remove({ group, partitions: removed }: OffsetsDeletedEntry): void {
    const topics = this.#groups.get(group);
    if (topics === undefined) return;
    for (const [topic, partition] of removed) {
      const partitions = topics.get(topic);
      partitions?.delete(partition);
      if (partitions?.size === 0) topics.delete(topic);
    }
    if (topics.size === 0) this.#groups.delete(group);
  }
}
