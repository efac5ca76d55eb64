import { ErrorCode, offsetCommit } from "@millrace/protocol";
import type { OffsetCommitRequest, OffsetCommitResponseInput } from "@millrace/protocol";
import type { GroupShard, OffsetToCommit } from "../coordinator/group-shard.ts";
import { handler } from "./guard.ts";
import type { Handler } from "./handler.ts";

/** OffsetCommit: by members of the present generation, or by anyone while the group is empty. */
export const offsetCommitHandler: Handler = handler(
  offsetCommit,
  {
    where: "coordinator",
    group: ({ groupId }) => groupId,
    refuse: (errorCode, { topics }) => ({
      throttleTimeMs: 0,
      topics: topics.map(({ name, topicId, partitions }) => ({
        name,
        topicId,
        partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
      })),
    }),
  },
  ({ topics, config, platform, log }, request, { version }, shard) => {
    const groupError = checkGroup(shard, request, version);
    const accepted: OffsetToCommit[] = [];
    const response: OffsetCommitResponseInput = {
      throttleTimeMs: 0,
      topics: request.topics.map(({ name, topicId, partitions }) => {
        const topic = version >= 10 ? topics.byId(topicId) : topics.get(name);
        const missing = version >= 10 && topic === undefined ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        return {
          name,
          topicId,
          partitions: partitions.map(({ partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata }) => {
            const metadata = committedMetadata ?? "";
            let errorCode = groupError;
            if (errorCode === ErrorCode.NONE && topic?.partitions[partitionIndex] === undefined) errorCode = missing;
            if (errorCode === ErrorCode.NONE && metadata.length > config.offsetMetadataMaxBytes)
              errorCode = ErrorCode.OFFSET_METADATA_TOO_LARGE;
            if (errorCode === ErrorCode.NONE) {
              accepted.push({
                topic: topic!.name,
                partition: partitionIndex,
                offset: Number(committedOffset),
                leaderEpoch: committedLeaderEpoch,
                metadata,
              });
            }
            return { partitionIndex, errorCode };
          }),
        };
      }),
    };
    if (accepted.length === 0) return response;
    shard.classic.ensure(request.groupId);
    const unwritten = (error: unknown): OffsetCommitResponseInput => {
      log("error", `writing offsets of group ${request.groupId} failed: ${String(error)}`);
      return withError(response, ErrorCode.NOT_COORDINATOR);
    };
    try {
      const written = shard.commit(request.groupId, accepted, platform.clock.nowMs());
      return written === null ? response : written.then(() => response, unwritten);
    } catch (error) {
      return unwritten(error);
    }
  },
);

/** The same answer with this error for whatever would have succeeded: Kafka's for a coordinator that cannot write. */
function withError(response: OffsetCommitResponseInput, error: number): OffsetCommitResponseInput {
  const topics = response.topics.map(({ partitions, ...topic }) => ({
    ...topic,
    partitions: partitions.map(({ partitionIndex, errorCode }) => ({
      partitionIndex,
      errorCode: errorCode === ErrorCode.NONE ? error : errorCode,
    })),
  }));
  return { ...response, topics };
}

function checkGroup({ classic }: GroupShard, request: OffsetCommitRequest, version: number): number {
  const { groupId, generationIdOrMemberEpoch, memberId, groupInstanceId } = request;
  const isUnknown = classic.get(groupId) === undefined;
  if (isUnknown && generationIdOrMemberEpoch >= 0 && version >= 9) return ErrorCode.GROUP_ID_NOT_FOUND;
  return classic.checkCommit(groupId, memberId, groupInstanceId, generationIdOrMemberEpoch);
}
