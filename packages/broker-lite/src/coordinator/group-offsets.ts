import type { Timer, Timers } from "@millrace/platform";
import { unlimited } from "../config/definition.ts";
import type { JournalEntry, OffsetsEntry } from "../journal/entry.ts";
import type { Journal } from "../journal/journal.ts";

export interface CommittedOffset {
  readonly offset: number;
  /** -1: not known. */
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly committedMs: number;
}

export interface OffsetToCommit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string;
}

type GroupTopics = Map<string, Map<number, CommittedOffset>>;

/** The committed offsets of all groups: in memory, and in the journal. */
export class GroupOffsets {
  readonly #journal: Journal;
  readonly #timers: Timers;
  readonly #flushIntervalMs: number;
  readonly #syncEach: boolean;
  readonly #groups = new Map<string, GroupTopics>();
  #flushTimer: Timer | null = null;

  /** @param syncEach whether `commit` waits for the disk; else the journal is synced after `flushIntervalMs`, if that is no `unlimited` */
  constructor(journal: Journal, timers: Timers, flushIntervalMs: number, syncEach: boolean) {
    this.#journal = journal;
    this.#timers = timers;
    this.#flushIntervalMs = flushIntervalMs;
    this.#syncEach = syncEach;
  }

  /** Null if the offsets count as committed at once, else a promise of it. */
  commit(group: string, offsets: readonly OffsetToCommit[], nowMs: number): Promise<void> | null {
    const entry: OffsetsEntry = {
      type: "offsets",
      group,
      atMs: nowMs,
      offsets: offsets.map(
        ({ topic, partition, offset, leaderEpoch, metadata }) => [topic, partition, offset, leaderEpoch, metadata] as const,
      ),
    };
    this.#journal.append(entry);
    this.restore(entry);
    if (this.#syncEach) return this.#journal.sync();
    if (this.#flushIntervalMs < unlimited) this.#flushTimer ??= this.#timers.after(this.#flushIntervalMs, () => this.#flush());
    return null;
  }

  /** Takes offsets that the journal holds. */
  restore({ group, atMs, offsets }: OffsetsEntry): void {
    let topics = this.#groups.get(group);
    if (topics === undefined) this.#groups.set(group, (topics = new Map()));
    for (const [topic, partition, offset, leaderEpoch, metadata] of offsets) {
      let partitions = topics.get(topic);
      if (partitions === undefined) topics.set(topic, (partitions = new Map()));
      partitions.set(partition, { offset, leaderEpoch, metadata, committedMs: atMs });
    }
  }

  get(group: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.#groups.get(group)?.get(topic)?.get(partition);
  }

  /** All offsets of a group. */
  topics(group: string): ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> {
    return this.#groups.get(group) ?? new Map();
  }

  groups(): Iterable<string> {
    return this.#groups.keys();
  }

  /** Forgets what all groups committed for a topic that was deleted, as the journal's entry of that says. */
  forgetTopic(topic: string): void {
    for (const [group, topics] of this.#groups) {
      topics.delete(topic);
      if (topics.size === 0) this.#groups.delete(group);
    }
  }

  /** Forgets everything that a group committed. */
  removeGroup(group: string): void {
    this.expire(group, Infinity);
  }

  /** Forgets those offsets of a group that were committed before `timeMs`. */
  expire(group: string, timeMs: number): void {
    const expired: (readonly [string, number])[] = [];
    for (const [topic, partitions] of this.topics(group)) {
      for (const [partition, { committedMs }] of partitions) if (committedMs < timeMs) expired.push([topic, partition]);
    }
    if (expired.length > 0) this.#remove(group, expired);
  }

  /** Takes a removal that the journal holds. */
  restoreRemoval(group: string, removed: readonly (readonly [topic: string, partition: number])[]): void {
    const topics = this.#groups.get(group);
    if (topics === undefined) return;
    for (const [topic, partition] of removed) {
      const partitions = topics.get(topic);
      partitions?.delete(partition);
      if (partitions?.size === 0) topics.delete(topic);
    }
    if (topics.size === 0) this.#groups.delete(group);
  }

  /** Journal entries that lead to the present offsets. */
  *entries(): Generator<JournalEntry> {
    for (const [group, topics] of this.#groups) {
      for (const [topic, partitions] of topics) {
        for (const [partition, { offset, leaderEpoch, metadata, committedMs }] of partitions) {
          yield { type: "offsets", group, atMs: committedMs, offsets: [[topic, partition, offset, leaderEpoch, metadata]] };
        }
      }
    }
  }

  close(): void {
    this.#flushTimer?.cancel();
  }

  #remove(group: string, partitions: readonly (readonly [topic: string, partition: number])[]): void {
    this.#journal.append({ type: "offsetsDeleted", group, partitions });
    this.restoreRemoval(group, partitions);
  }

  #flush(): void {
    this.#flushTimer = null;
    // A failing disk shows itself at the next append; offsets lost with it are committed again by their groups.
    this.#journal.sync().catch(() => {});
  }
}
