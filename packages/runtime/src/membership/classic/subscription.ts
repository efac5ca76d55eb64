import type { JoinedMember, TopicPartition } from "@millrace/client";
import { crc32c, decodeSubscription, encodeSubscription, Reader, Writer } from "@millrace/protocol";
import type { Program } from "./program.ts";

/** Message of a member to the leader when it joins. */
export interface Subscription {
  readonly topics: readonly string[];
  /** The input partitions of its tasks, whether they run or are being restored. */
  readonly owned: readonly TopicPartition[];
  /** The generation in which it has them: what an older one claims is not believed. -1: none. */
  readonly generation: number;
  /** State of tasks on the member's disk, for those tasks of which it has some. */
  readonly offsetSums: readonly TaskOffsetSum[];
  /** Program of the member; null: its version does not tell. */
  readonly program: Program | null;
}

/** The offsets up to which a task's changelogs are on a disk, summed. */
export interface TaskOffsetSum {
  readonly subtopologyId: number;
  readonly partition: number;
  readonly sum: number;
}

/** Versions of our part of a subscription. A leader ignores a version that it does not know, and reads all before its own. */
const [versionWithSums, versionWithProgram] = [1, 2];

/** In the consumer protocol's bytes, with our own in `userData`. */
export function writeSubscription({ topics, owned, generation, offsetSums, program }: Subscription): Buffer {
  return encodeSubscription({
    topics,
    ownedPartitions: byTopic(owned),
    generationId: generation,
    userData: writeUserData(program, offsetSums),
  });
}

/** @throws {MalformedMessageError} when the bytes are no subscription, or those in it that are ours are cut */
export function readSubscription(metadata: JoinedMember["metadata"]): Subscription {
  const { topics, ownedPartitions, generationId, userData } = decodeSubscription(metadata);
  return {
    topics,
    owned: ownedPartitions.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition }))),
    generation: generationId,
    ...readUserData(userData),
  };
}

/**
 * ```
 * version int8 = 2
 * number of sub-topologies, and for each of these: id, number of its source topics, and for each of these: name, partitions
 * number of sink topics + 1, or 0 if it may be any; their names
 * for each sub-topology with something on the disk: id, number of tasks, and for each of these: partition, sum
 * ```
 *
 * All but the version are unsigned varints, a name its length and UTF-8. Tasks come in the order of the plan, so that those of a
 * sub-topology are together. Version 1 has only the version and the last line.
 */
function writeUserData(program: Program | null, offsetSums: readonly TaskOffsetSum[]): Buffer | null {
  if (program === null && offsetSums.length === 0) return null;
  const to = new Writer();
  to.int8(program === null ? versionWithSums : versionWithProgram);
  if (program !== null) writeProgram(to, program);
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

function writeProgram(to: Writer, { subtopologies, sinkTopics }: Program): void {
  to.unsignedVarint(subtopologies.length);
  for (const { id, topics } of subtopologies) {
    to.unsignedVarint(id);
    to.unsignedVarint(topics.length);
    for (const { name, partitions } of topics) {
      to.string(name, true);
      to.unsignedVarint(partitions);
    }
  }
  to.unsignedVarint(sinkTopics === null ? 0 : sinkTopics.length + 1);
  for (const name of sinkTopics ?? []) to.string(name, true);
}

/** Fingerprint of a program: eight digits, others for one that reads, writes or numbers something else. */
export function fingerprintOf(program: Program): string {
  const to = new Writer();
  writeProgram(to, program);
  const bytes = to.toBuffer();
  return crc32c(bytes, 0, bytes.length).toString(16).padStart(8, "0");
}

function readUserData(userData: Buffer | null): Pick<Subscription, "program" | "offsetSums"> {
  if (userData === null || userData.length === 0) return { program: null, offsetSums: [] };
  const from = new Reader(userData);
  const version = from.int8();
  if (version !== versionWithSums && version !== versionWithProgram) return { program: null, offsetSums: [] };
  const program = version === versionWithProgram ? readProgram(from) : null;
  return { program, offsetSums: readOffsetSums(from) };
}

function readProgram(from: Reader): Program {
  const subtopologies = Array.from({ length: from.unsignedVarint() }, () => ({
    id: from.unsignedVarint(),
    topics: Array.from({ length: from.unsignedVarint() }, () => ({ name: from.string(true), partitions: from.unsignedVarint() })),
  }));
  const sinksCount = from.unsignedVarint();
  const sinkTopics = sinksCount === 0 ? null : Array.from({ length: sinksCount - 1 }, () => from.string(true));
  return { subtopologies, sinkTopics };
}

function readOffsetSums(from: Reader): TaskOffsetSum[] {
  const offsetSums: TaskOffsetSum[] = [];
  while (from.remaining > 0) {
    const subtopologyId = from.unsignedVarint();
    for (let left = from.unsignedVarint(); left > 0; left -= 1)
      offsetSums.push({ subtopologyId, partition: from.unsignedVarint(), sum: Number(from.unsignedVarlong()) });
  }
  return offsetSums;
}

/** Groups partitions by topic, as the consumer protocol does. */
export function byTopic(partitions: readonly TopicPartition[]): { readonly topic: string; readonly partitions: number[] }[] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const numbers = topics.get(topic);
    if (numbers === undefined) topics.set(topic, [partition]);
    else numbers.push(partition);
  }
  return [...topics].map(([topic, numbers]) => ({ topic, partitions: numbers }));
}
