import { ErrorCode, listOffsets as listOffsetsApi, type ListOffsetsRequestInput } from "@millrace/protocol";

import { byLeader, byTopic } from "../cluster/by-leader.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Metadata } from "../cluster/metadata.ts";
import { BrokerError } from "../errors.ts";
import type { TopicPartition } from "../group/group-options.ts";
import type { ListedOffset, OffsetAt } from "./admin-types.ts";

const latestTimestamp = -1n;
const earliestTimestamp = -2n;

/** Makes one attempt to list offsets. An error of one partition fails the attempt. */
export async function listOffsets(
  cluster: Cluster,
  metadata: Metadata,
  partitions: readonly TopicPartition[],
  at: OffsetAt,
  timeoutMs: number,
): Promise<ListedOffset[]> {
  const leaders = await byLeader(metadata, partitions);
  const answers = await Promise.all([...leaders].map(([nodeId, led]) => ask(cluster, metadata, nodeId, led, at, timeoutMs)));
  return answers.flat();
}

async function ask(
  cluster: Cluster,
  metadata: Metadata,
  nodeId: number,
  partitions: readonly TopicPartition[],
  at: OffsetAt,
  timeoutMs: number,
): Promise<ListedOffset[]> {
  const timestamp = at === "latest" ? latestTimestamp : at === "earliest" ? earliestTimestamp : BigInt(at);
  const request: ListOffsetsRequestInput = {
    replicaId: -1,
    isolationLevel: 0,
    topics: [...byTopic(partitions)].map(([name, ofTopic]) => ({
      name,
      partitions: ofTopic.map(({ partition }) => ({
        partitionIndex: partition,
        currentLeaderEpoch: metadata.cached(name)?.partitions[partition]?.leaderEpoch ?? -1,
        timestamp,
      })),
    })),
    timeoutMs,
  };
  const response = await cluster.link(nodeId, "any").request(listOffsetsApi, request);
  const listed: ListedOffset[] = [];
  for (const topic of response.topics) {
    for (const partition of topic.partitions) {
      if (partition.errorCode !== ErrorCode.NONE) {
        throw new BrokerError(`offsets of topic "${topic.name}", partition ${partition.partitionIndex}`, partition.errorCode);
      }
      listed.push({
        topic: topic.name,
        partition: partition.partitionIndex,
        offset: partition.offset < 0n ? null : Number(partition.offset),
        timestampMs: partition.timestamp < 0n ? null : Number(partition.timestamp),
        leaderEpoch: partition.leaderEpoch,
      });
    }
  }
  return listed;
}
