import { ErrorCode, offsetFetch, zeroUuid } from "@millrace/protocol";
import type { OffsetFetchRequest, OffsetFetchResponseInput } from "@millrace/protocol";
import type { CommittedOffset } from "../coordinator/group-offsets.ts";
import type { Handler, Services } from "./handler.ts";

interface TopicResponse {
  readonly name: string;
  readonly topicId: string;
  readonly partitions: readonly PartitionResponse[];
}

interface PartitionResponse {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly committedOffset: bigint;
  readonly committedLeaderEpoch: number;
  readonly metadata: string;
}

interface AskedTopic {
  readonly name: string;
  readonly topicId: string;
  readonly partitionIndexes: readonly number[];
}

/** OffsetFetch: one group up to version 7, from then on several; topics by id from version 10 on. */
export function offsetFetchHandler(services: Services): Handler<OffsetFetchRequest, OffsetFetchResponseInput> {
  return {
    api: offsetFetch,
    handle(request, { version }) {
      const errorCode = services.groups.isLoading ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS : ErrorCode.NONE;
      if (version >= 8) {
        const groups = request.groups.map(({ groupId, topics }) => ({
          groupId,
          topics: fetchGroup(services, groupId, topics, version),
          errorCode,
        }));
        return { groups };
      }
      const asked = request.topics?.map(({ name, partitionIndexes }) => ({ name, topicId: zeroUuid, partitionIndexes })) ?? null;
      return { topics: fetchGroup(services, request.groupId, asked, version), errorCode };
    },
  };
}

/** The asked topics, or with null all that the group committed. An unknown group has committed nothing; that is no error. */
function fetchGroup(services: Services, groupId: string, asked: readonly AskedTopic[] | null, version: number): TopicResponse[] {
  return asked === null ? everything(services, groupId) : asked.map((topic) => fetchTopic(services, groupId, topic, version));
}

function fetchTopic(
  { topics, offsets }: Services,
  groupId: string,
  { name, topicId, partitionIndexes }: AskedTopic,
  version: number,
): TopicResponse {
  const topicName = version >= 10 ? topics.byId(topicId)?.name : name;
  return {
    name,
    topicId,
    partitions: partitionIndexes.map((partition) =>
      topicName === undefined
        ? partitionResponse(partition, undefined, ErrorCode.UNKNOWN_TOPIC_ID)
        : partitionResponse(partition, offsets.get(groupId, topicName, partition), ErrorCode.NONE),
    ),
  };
}

function everything({ topics, offsets }: Services, groupId: string): TopicResponse[] {
  return [...offsets.topics(groupId)].map(([name, partitions]) => ({
    name,
    topicId: topics.get(name)?.id ?? zeroUuid,
    partitions: [...partitions].map(([partition, committed]) => partitionResponse(partition, committed, ErrorCode.NONE)),
  }));
}

function partitionResponse(partitionIndex: number, committed: CommittedOffset | undefined, errorCode: number): PartitionResponse {
  return {
    partitionIndex,
    errorCode,
    committedOffset: BigInt(committed?.offset ?? -1),
    committedLeaderEpoch: committed?.leaderEpoch ?? -1,
    metadata: committed?.metadata ?? "",
  };
}
