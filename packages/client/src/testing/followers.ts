import { ErrorCode, fetch, type FetchRequest, metadata } from "@millrace/protocol";

import type { Received, TestCluster } from "./test-cluster.ts";
import type { TestTopic } from "./test-topic.ts";

/** Broker that has the log of a topic's first partition, too. The leader sends fetches of its rack to it (KIP-392). */
export interface TestFollower {
  readonly nodeId: number;
  readonly rack: string;
  /** Default: as much as the leader. */
  endOffset?: number;
  offline?: boolean;
}

/** Lets brokers follow the first partition of a topic. The list may change meanwhile, and what it holds. */
export function addFollowers(cluster: TestCluster, topic: TestTopic, followers: readonly TestFollower[]): void {
  const isFirst = ({ topics }: FetchRequest): boolean =>
    topics.length === 1 && topics[0]!.partitions.length === 1 && topics[0]!.partitions[0]!.partition === 0;
  for (const broker of cluster.brokers) {
    broker.on(fetch, (received) => {
      const follower = followers.find(({ nodeId }) => nodeId === broker.nodeId);
      const isLeader = topic.partitions[0]!.leaderId === broker.nodeId;
      if (!isFirst(received.body) || (!isLeader && follower === undefined)) return received.serve();
      return isLeader ? lead(topic, received, followers) : follow(cluster, topic, follower!, received);
    });
    broker.on(metadata, async ({ serve }) => {
      const answer = await serve();
      for (const each of answer.topics) {
        const partition = each.partitions[0];
        if (each.name !== topic.name || partition === undefined) continue;
        partition.replicaNodes = [partition.leaderId, ...followers.map(({ nodeId }) => nodeId)];
        partition.offlineReplicas = followers.filter(({ offline }) => offline === true).map(({ nodeId }) => nodeId);
      }
      return answer;
    });
  }
}

/** Names the follower in the client's rack, if it has the offset that is asked for; else serves the fetch. */
function lead(
  topic: TestTopic,
  { body, serve }: Received<FetchRequest>,
  followers: readonly TestFollower[],
): object | Promise<any> {
  const offset = Number(body.topics[0]!.partitions[0]!.fetchOffset);
  if (offset > topic.partitions[0]!.log.endOffset) return serve();
  const near = followers.find(
    ({ rack, endOffset = offset, offline = false }) => rack === body.rackId && endOffset >= offset && !offline,
  );
  return near === undefined ? serve() : respond(body, { preferredReadReplica: near.nodeId });
}

/** Reads from the follower's part of the log; waits for more at its end. */
async function follow(
  cluster: TestCluster,
  topic: TestTopic,
  follower: TestFollower,
  { body }: Received<FetchRequest>,
): Promise<object> {
  const { fetchOffset, partitionMaxBytes } = body.topics[0]!.partitions[0]!;
  const offset = Number(fetchOffset);
  const { log } = topic.partitions[0]!;
  const { timers, clock } = cluster.simulation.platform("cluster");
  const deadlineMs = clock.nowMs() + body.maxWaitMs;
  for (;;) {
    const endOffset = follower.endOffset ?? log.endOffset;
    if (offset > endOffset) return respond(body, { errorCode: ErrorCode.OFFSET_OUT_OF_RANGE });
    const records = log.read(offset, partitionMaxBytes, endOffset);
    if (records.length > 0 || clock.nowMs() >= deadlineMs) return respond(body, { records, highWatermark: BigInt(endOffset) });
    await new Promise<void>((resolve) => void timers.after(5, resolve));
  }
}

function respond({ topics: [asked] }: FetchRequest, partition: object): any {
  const nothing = { errorCode: ErrorCode.NONE, highWatermark: -1n, abortedTransactions: null, records: Buffer.alloc(0) };
  const partitions = [{ partitionIndex: 0, ...nothing, ...partition }];
  return { responses: [{ topic: asked!.topic, topicId: asked!.topicId, partitions }] };
}
