import type { JoinedMember, TopicPartition } from "@millrace/client";
import { decodeSubscription, encodeSubscription, Reader, Writer } from "@millrace/protocol";

/** What a member tells the leader when it joins. */
export interface Subscription {
  readonly topics: readonly string[];
  /** The input partitions of its tasks, whether they run or are being restored. */
  readonly owned: readonly TopicPartition[];
  /** The generation in which it has them: what an older one claims is not believed. -1: none. */
  readonly generation: number;
  /** How much of a task's state lies on its disk, for tasks of which something does. */
  readonly offsetSums: readonly TaskOffsetSum[];
}

/** The offsets up to which a task's changelogs are on a disk, summed. */
export interface TaskOffsetSum {
  readonly subtopologyId: number;
  readonly partition: number;
  readonly sum: number;
}

/** Of what is ours in the subscription. A leader that does not know a later one does without. */
const userDataVersion = 1;

/** In the consumer protocol's bytes, with our own in `userData`. */
export function writeSubscription({ topics, owned, generation, offsetSums }: Subscription): Buffer {
  return encodeSubscription({
    topics,
    ownedPartitions: byTopic(owned),
    generationId: generation,
    userData: offsetSums.length === 0 ? null : writeOffsetSums(offsetSums),
  });
}

/** @throws {MalformedMessageError} when the bytes are no subscription, or those in it that are ours are cut */
export function readSubscription(metadata: JoinedMember["metadata"]): Subscription {
  const { topics, ownedPartitions, generationId, userData } = decodeSubscription(metadata);
  return {
    topics,
    owned: ownedPartitions.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition }))),
    generation: generationId,
    offsetSums: userData === null ? [] : readOffsetSums(userData),
  };
}

/**
 * ```
 * version int8, then for each sub-topology: id, number of tasks, and for each of these: partition, sum
 * ```
 *
 * All but the version are unsigned varints. Tasks come in the order of the plan, so that those of a sub-topology are together.
 */
function writeOffsetSums(offsetSums: readonly TaskOffsetSum[]): Buffer {
  const to = new Writer();
  to.int8(userDataVersion);
  for (const [id, tasks] of Map.groupBy(offsetSums, ({ subtopologyId }) => subtopologyId)) {
    to.unsignedVarint(id);
    to.unsignedVarint(tasks.length);
    for (const { partition, sum } of tasks) {
      to.unsignedVarint(partition);
      to.unsignedVarlong(BigInt(sum));
    }
  }
  return to.toBuffer();
}

function readOffsetSums(userData: Buffer): TaskOffsetSum[] {
  const from = new Reader(userData);
  const offsetSums: TaskOffsetSum[] = [];
  if (from.remaining === 0 || from.int8() !== userDataVersion) return offsetSums;
  while (from.remaining > 0) {
    const subtopologyId = from.unsignedVarint();
    for (let left = from.unsignedVarint(); left > 0; left -= 1)
      offsetSums.push({ subtopologyId, partition: from.unsignedVarint(), sum: Number(from.unsignedVarlong()) });
  }
  return offsetSums;
}

/** As the consumer protocol groups partitions. */
export function byTopic(partitions: readonly TopicPartition[]): { readonly topic: string; readonly partitions: number[] }[] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const numbers = topics.get(topic);
    if (numbers === undefined) topics.set(topic, [partition]);
    else numbers.push(partition);
  }
  return [...topics].map(([topic, numbers]) => ({ topic, partitions: numbers }));
}
