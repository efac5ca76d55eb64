import type { CommittedOffset, TopicPartition } from "@millrace/client";
import type { StreamThreadParts } from "../thread/stream-thread-parts.ts";
import { NoCommittedOffsetError } from "../errors.ts";

/** Beginning of a partition's reading, with the text of the last commit. */
export interface StartingOffset extends TopicPartition {
  readonly offset: number;
  /** The text committed with the offset; empty without one. */
  readonly metadata: string;
  /** True: the group has committed it; false: the reset policy chose it. */
  readonly isCommitted: boolean;
}

/** Chooses a starting offset if none is committed, or the committed one is gone: by the topic's policy, else the application's. */
export class StartingOffsets {
  readonly #parts: StreamThreadParts;

  constructor(parts: StreamThreadParts) {
    this.#parts = parts;
  }

  async of(committed: readonly CommittedOffset[]): Promise<StartingOffset[]> {
    const starting: StartingOffset[] = [];
    const unknown: TopicPartition[] = [];
    for (const { topic, partition, offset, metadata } of committed) {
      if (offset === null) unknown.push({ topic, partition });
      else starting.push({ topic, partition, offset, metadata, isCommitted: true });
    }
    return [...starting, ...(await this.reset(unknown))];
  }

  /** @throws {NoCommittedOffsetError} where the policy is `none` */
  async reset(partitions: readonly TopicPartition[]): Promise<StartingOffset[]> {
    const { client, platform } = this.#parts;
    const byPolicy = new Map<string, { readonly at: "earliest" | "latest" | number; readonly partitions: TopicPartition[] }>();
    for (const { topic, partition } of partitions) {
      const policy = this.#policy(topic);
      if (policy === "none") throw new NoCommittedOffsetError(topic, partition);
      const at = typeof policy === "object" ? platform.clock.nowMs() - policy.byDurationMs : policy;
      const same = byPolicy.get(String(at)) ?? { at, partitions: [] };
      same.partitions.push({ topic, partition });
      byPolicy.set(String(at), same);
    }
    const starting: StartingOffset[] = [];
    for (const { at, partitions: same } of byPolicy.values()) {
      const found = await client.admin.listOffsets(same, at);
      const none = found.filter((listed) => listed.offset === null);
      const ends = none.length === 0 ? [] : await client.admin.listOffsets(none, "latest");
      for (const listed of [...found, ...ends]) {
        if (listed.offset !== null)
          starting.push({
            topic: listed.topic,
            partition: listed.partition,
            offset: listed.offset,
            metadata: "",
            isCommitted: false,
          });
      }
    }
    return starting;
  }

  #policy(topic: string): "earliest" | "latest" | "none" | { readonly byDurationMs: number } {
    const { plan, config } = this.#parts;
    // Records of a repartition topic are the application's own: none may be skipped.
    if (plan.repartitionTopics.has(topic)) return "earliest";
    return plan.resetPolicies.get(topic) ?? config.autoOffsetReset;
  }
}
