import type { JoinedMember, TopicPartition } from "@millrace/client";
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from "@millrace/protocol";

/** The name under which members find each other; a Java member of the same group is refused by the broker, not misread. */
export const assignorName = "millrace";

/** What a member tells the leader, in the consumer protocol's bytes: the topics it reads, and what it has now. */
export function subscription(topics: readonly string[], owned: readonly TopicPartition[]): Buffer {
  return encodeSubscription({ topics, ownedPartitions: byTopic(owned) });
}

/**
 * Gives every partition of the group's topics to one member: the one that has most of them now, so that state stays
 * where it is; among equals the first by name. The others wait as spares.
 */
export function assign(members: readonly JoinedMember[], partitions: readonly TopicPartition[]): Map<string, Buffer> {
  const owned = members.map(({ memberId, metadata }) => {
    const { ownedPartitions } = decodeSubscription(metadata);
    return { memberId, count: ownedPartitions.reduce((sum, topic) => sum + topic.partitions.length, 0) };
  });
  const [chosen] = owned.toSorted((a, b) => b.count - a.count || (a.memberId < b.memberId ? -1 : 1));
  return new Map(
    owned.map(({ memberId }) => [
      memberId,
      encodeAssignment({ assignedPartitions: byTopic(memberId === chosen?.memberId ? partitions : []), userData: null }),
    ]),
  );
}

/** The partitions that an assignment gives. */
export function assigned(assignment: Buffer): TopicPartition[] {
  if (assignment.length === 0) return [];
  return decodeAssignment(assignment).assignedPartitions.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}

function byTopic(partitions: readonly TopicPartition[]): { readonly topic: string; readonly partitions: number[] }[] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  return [...topics].map(([topic, numbers]) => ({ topic, partitions: numbers }));
}
