import { sleep } from "@millrace/platform";
import type { Address, Platform } from "@millrace/platform";
import {
  BatchHeader,
  createTopics,
  ErrorCode,
  exactRecord,
  fetch,
  listOffsets,
  metadata,
  produce,
  RecordCursor,
  zeroUuid,
} from "@millrace/protocol";
import type { ProduceResponse } from "@millrace/protocol";
import { WireClient } from "../wire-client.ts";
import type { ProducedCase } from "./table.ts";

/** Answer of a broker to a case, and the records that it keeps. */
export interface ProducedAnswer {
  /** "closed": the connection. */
  readonly errorCode: number | "closed";
  /** Positions in the batch of the records that are named as wrong. */
  readonly records?: readonly number[];
  readonly baseOffset?: number;
  readonly logAppendTime?: string;
  /** End offset of the partition afterwards. */
  readonly end?: number;
  /** The record with the largest timestamp, as ListOffsets finds it: offset and timestamp. */
  readonly largest?: string;
  readonly batches?: readonly StoredBatch[];
}

export interface StoredBatch {
  readonly attributes: number;
  readonly count: number;
  readonly baseTimestamp: string;
  readonly maxTimestamp: string;
  /** Id, epoch and sequence. */
  readonly producer: string;
  /** Offset, timestamp, key, length of the value and count of headers of each; or that they cannot be read. */
  readonly records: readonly string[] | "unreadable";
}

const latest = -1n;
const ofMaxTimestamp = -3n;
const nearMs = 86_400_000;

/** Puts the cases to a broker, each in a partition of its own, and tells what it says to the last batch of each. */
export async function askAll(
  cases: readonly ProducedCase[],
  platform: Platform,
  address: Address,
  prefix: string,
): Promise<Map<string, ProducedAnswer>> {
  const topics = new Map<string, ProducedCase[]>();
  for (const each of cases) {
    const configs = JSON.stringify(each.configs ?? {});
    topics.set(configs, [...(topics.get(configs) ?? []), each]);
  }
  let client = await WireClient.connect(platform.transport, address);
  const answers = new Map<string, ProducedAnswer>();
  let number = 0;
  for (const [configs, members] of topics) {
    const topic = `${prefix}-${String((number += 1))}`;
    await create(client, platform, topic, members.length, {
      "retention.ms": "-1",
      ...(JSON.parse(configs) as Record<string, string>),
    });
    for (const [partition, each] of members.entries()) {
      const answer = await ask(client, platform, { topic, partition }, each);
      if (answer.errorCode === "closed") client = await WireClient.connect(platform.transport, address);
      answers.set(each.name, answer);
    }
  }
  client.close();
  return answers;
}

async function create(
  client: WireClient,
  { timers }: Platform,
  name: string,
  numPartitions: number,
  configs: Readonly<Record<string, string>>,
): Promise<void> {
  const made = await client.send(createTopics, 7, {
    topics: [
      {
        name,
        numPartitions,
        replicationFactor: 1,
        assignments: [],
        configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      },
    ],
    timeoutMs: 10_000,
  });
  const { errorCode, errorMessage } = made.topics[0]!;
  if (errorCode !== 0) throw new TopicNotMadeError(`${name}: ${errorCode} ${errorMessage}`);
  for (;;) {
    const { topics } = await client.send(metadata, 12, { topics: [{ name, topicId: zeroUuid }], allowAutoTopicCreation: false });
    const [topic] = topics;
    if (topic?.partitions.length === numPartitions && topic.partitions.every(({ errorCode }) => errorCode === 0)) return;
    await sleep(timers, 20);
  }
}

class TopicNotMadeError extends Error {
  readonly code = "TEST_TOPIC_NOT_MADE";
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

type PartitionAnswer = ProduceResponse["responses"][number]["partitionResponses"][number];

async function ask(client: WireClient, { clock, timers }: Platform, place: Place, each: ProducedCase): Promise<ProducedAnswer> {
  const nowMs = clock.nowMs();
  const { transactionalId = null, version = 9 } = each;
  let answer: ProducedAnswer = { errorCode: "closed" };
  for (const records of each.sent(nowMs)) {
    const partitionData = [{ index: place.partition, records }];
    const topicData = [{ name: place.topic, topicId: zeroUuid, partitionData }];
    const send = async (): Promise<PartitionAnswer | null> => {
      const sent = client.send(produce, version, { transactionalId, acks: -1, timeoutMs: 5_000, topicData });
      const response = await sent.catch(() => null);
      return response?.responses[0]!.partitionResponses[0] ?? null;
    };
    let said = await send();
    // Apache's metadata run ahead of its logs.
    for (; said?.errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER; said = await send()) await sleep(timers, 20);
    if (said === null) return { errorCode: "closed" };
    const { errorCode, recordErrors, baseOffset, logAppendTimeMs } = said;
    answer = {
      errorCode,
      ...(recordErrors.length === 0 ? {} : { records: recordErrors.map(({ batchIndex }) => batchIndex) }),
      ...(errorCode === 0 ? { baseOffset: Number(baseOffset) } : {}),
      ...(logAppendTimeMs === -1n ? {} : { logAppendTime: told(logAppendTimeMs, nowMs) }),
    };
  }
  return answer.errorCode === 0 ? { ...answer, ...(await kept(client, place, nowMs)) } : answer;
}

async function kept(client: WireClient, { topic, partition }: Place, nowMs: number): Promise<Partial<ProducedAnswer>> {
  const find = async (timestamp: bigint): Promise<readonly [offset: bigint, timestamp: bigint]> => {
    const partitions = [{ partitionIndex: partition, currentLeaderEpoch: -1, timestamp }];
    const asked = { replicaId: -1, isolationLevel: 0, topics: [{ name: topic, partitions }] };
    const { offset, timestamp: found } = (await client.send(listOffsets, 7, asked)).topics[0]!.partitions[0]!;
    return [offset, found];
  };
  const [end] = await find(latest);
  const [largestOffset, largest] = await find(ofMaxTimestamp);
  const fetched = await client.send(fetch, 11, {
    maxWaitMs: 100,
    minBytes: 1,
    topics: [{ topic, partitions: [{ partition, fetchOffset: 0n, partitionMaxBytes: 5_000_000 }] }],
  });
  const bytes = fetched.responses[0]!.partitions[0]!.records ?? Buffer.alloc(0);
  return { end: Number(end), largest: `${largestOffset} ${told(largest, nowMs)}`, batches: storedBatches(bytes, nowMs) };
}

function storedBatches(bytes: Buffer, nowMs: number): StoredBatch[] {
  const batches: StoredBatch[] = [];
  const header = new BatchHeader();
  for (let at = 0; header.open(bytes, at) > 0; at = header.end) {
    const { attributes, count, producerId, producerEpoch, baseSequence } = header;
    batches.push({
      attributes,
      count,
      baseTimestamp: told(header.exact("baseTimestamp"), nowMs),
      maxTimestamp: told(header.exact("maxTimestamp"), nowMs),
      producer: `${producerId} ${producerEpoch} ${baseSequence}`,
      records: storedRecords(header, nowMs),
    });
  }
  return batches;
}

function storedRecords(header: BatchHeader, nowMs: number): string[] | "unreadable" {
  const cursor = new RecordCursor();
  const records: string[] = [];
  try {
    cursor.open(header.buffer, header.start);
    while (cursor.next()) {
      const { offset, timestamp } = exactRecord(header, cursor);
      const value = cursor.value();
      const key = cursor.key()?.toString() ?? "no key";
      records.push(`${offset} ${told(timestamp, nowMs)} ${key} ${value?.length ?? "no value"} ${cursor.headerCount}`);
    }
    return records;
  } catch {
    return "unreadable";
  }
}

/** Times near the present in minutes from it, so that answers of different days are the same. */
function told(timestamp: bigint, nowMs: number): string {
  const afterMs = Number(timestamp) - nowMs;
  if (Math.abs(afterMs) > nearMs) return String(timestamp);
  const minutes = Math.round(afterMs / 60_000);
  return minutes === 0 ? "now" : `now+${minutes}`;
}
