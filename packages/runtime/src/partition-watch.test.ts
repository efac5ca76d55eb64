import type { TopicMetadata } from "@millrace/client";
import { expect, test } from "vitest";
import { watchPartitions } from "./partition-watch.ts";

/** Topics as a client knows them. */
class Known {
  readonly counts = new Map<string, number>();
  readonly listeners = new Set<() => void>();

  cached(name: string): TopicMetadata | undefined {
    const count = this.counts.get(name);
    if (count === undefined) return undefined;
    const partition = { leaderId: 1, leaderEpoch: 0, replicas: [], inSyncReplicas: [], offlineReplicas: [] };
    return { name, topicId: null, internal: false, partitions: Array.from({ length: count }, () => partition) };
  }

  onUpdate(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  hear(name: string, count: number): void {
    this.counts.set(name, count);
    for (const listener of this.listeners) listener();
  }
}

test("each growth of a topic that is read is told once, until the watch ends", () => {
  const known = new Known();
  const told: string[] = [];
  const end = watchPartitions(known, ["a", "b"], new Map(Object.entries({ a: 2, b: 2, c: 2 })), (level, text, fields) =>
    told.push(`${level}: ${text.split(",")[0]!} ${JSON.stringify(fields)}`),
  );
  known.hear("a", 2);
  known.hear("b", 1);
  known.hear("c", 3);
  expect(told).toEqual([]);
  known.hear("a", 4);
  known.hear("b", 2);
  expect(told).toEqual(['warn: ignoring new partitions of topic "a" {"partitions":4,"partitionsRead":2}']);
  known.hear("a", 5);
  expect(told.length).toBe(2);
  end();
  known.hear("b", 9);
  expect([told.length, known.listeners.size]).toEqual([2, 0]);
});
