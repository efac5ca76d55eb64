import { ErrorCode, offsetCommit, offsetFetch, type OffsetFetchResponse } from "@millrace/protocol";

import { byTopic } from "../cluster/by-leader.ts";
import { BrokerError } from "../errors.ts";
import type { Coordinator } from "./coordinator.ts";
import { groupError, groupFailure } from "./group-failure.ts";
import type { CommittedOffset, OffsetToCommit, TopicPartition } from "./group-options.ts";

/** Last version that names topics; later ones have only ids. */
const versionMaxWithNames = 9;

/** Common part of both forms of the response. */
interface GroupOffsets {
  readonly errorCode: number;
  readonly topics: readonly Pick<OffsetFetchResponse["topics"][number], "name" | "partitions">[];
}

/** Identity of the member that commits. */
export interface Committer {
  readonly groupId: string;
  readonly memberId: string;
  readonly generation: number;
  readonly groupInstanceId: string | null;
}

/**
 * Makes one attempt to commit offsets.
 *
 * @throws {GroupError} when the committer is not a member of the present generation
 * @throws {BrokerError} for errors of a partition or of the coordinator
 */
export async function commitOffsets(
  coordinator: Coordinator,
  purpose: string,
  committer: Committer,
  offsets: readonly OffsetToCommit[],
): Promise<void> {
  const { groupId, memberId, generation, groupInstanceId } = committer;
  const topics = [...byTopic(offsets)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition, offset, leaderEpoch = -1, metadata = "" }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(offset),
      committedLeaderEpoch: leaderEpoch,
      committedMetadata: metadata,
    })),
  }));
  const request = { groupId, generationIdOrMemberEpoch: generation, memberId, groupInstanceId, topics };
  const response = await coordinator.request(purpose, offsetCommit, request, { maxVersion: versionMaxWithNames });
  for (const topic of response.topics) {
    for (const { partitionIndex, errorCode } of topic.partitions) {
      if (errorCode === ErrorCode.NONE) continue;
      coordinator.moved(errorCode);
      const failure = groupFailure(errorCode);
      if (failure === "rejoin" || failure === "lost" || failure === "fenced")
        throw groupError(groupId, "a commit", errorCode, failure);
      throw new BrokerError(
        `the commit of an offset of topic "${topic.name}", partition ${partitionIndex}, by group "${groupId}"`,
        errorCode,
      );
    }
  }
}

/**
 * Makes one attempt to read committed offsets. Fails with a retriable error while a transaction has pending offsets.
 *
 * @throws {BrokerError}
 */
export async function fetchOffsets(
  coordinator: Coordinator,
  purpose: string,
  groupId: string,
  partitions: readonly TopicPartition[],
): Promise<CommittedOffset[]> {
  const topics = [...byTopic(partitions)].map(([name, ofTopic]) => ({
    name,
    partitionIndexes: ofTopic.map(({ partition }) => partition),
  }));
  // Requests from version 8 on are for several groups (KIP-709).
  const request = { groupId, topics, groups: [{ groupId, topics }], requireStable: true };
  const response = await coordinator.request(purpose, offsetFetch, request, { maxVersion: versionMaxWithNames });
  const { errorCode: groupErrorCode, topics: fetched }: GroupOffsets = response.groups[0] ?? response;
  const check = (errorCode: number): void => {
    if (errorCode === ErrorCode.NONE) return;
    coordinator.moved(errorCode);
    throw new BrokerError(`the fetch of committed offsets of group "${groupId}"`, errorCode);
  };
  check(groupErrorCode);
  const committed: CommittedOffset[] = [];
  for (const topic of fetched) {
    for (const { partitionIndex, committedOffset, committedLeaderEpoch, metadata, errorCode } of topic.partitions) {
      check(errorCode);
      committed.push({
        topic: topic.name,
        partition: partitionIndex,
        offset: committedOffset < 0n ? null : Number(committedOffset),
        leaderEpoch: committedLeaderEpoch,
        metadata: metadata ?? "",
      });
    }
  }
  return committed;
}
