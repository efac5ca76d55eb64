import { ErrorCode } from "@millrace/protocol";

import { BrokerError, UnknownPartitionError } from "../errors.ts";
import type { Metadata } from "./metadata.ts";

interface PartitionOf {
  readonly topic: string;
  readonly partition: number;
}

/**
 * Groups items by the broker that leads their partition.
 *
 * @throws {UnknownTopicError}
 * @throws {UnknownPartitionError}
 * @throws {BrokerError} `LEADER_NOT_AVAILABLE`, retriable
 */
export async function byLeader<T extends PartitionOf>(metadata: Metadata, items: readonly T[]): Promise<Map<number, T[]>> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const topic = await metadata.topic(item.topic);
    const partition = topic.partitions[item.partition];
    if (partition === undefined) throw new UnknownPartitionError(item.topic, item.partition, topic.partitions.length);
    if (partition.leaderId < 0) {
      throw new BrokerError(
        `a request to the leader of topic "${item.topic}", partition ${item.partition}`,
        ErrorCode.LEADER_NOT_AVAILABLE,
      );
    }
    addTo(groups, partition.leaderId, item);
  }
  return groups;
}

/** Groups by topic name, in the order of first appearance. */
export function byTopic<T extends PartitionOf>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) addTo(groups, item.topic, item);
  return groups;
}

function addTo<K, T>(groups: Map<K, T[]>, key: K, item: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}
