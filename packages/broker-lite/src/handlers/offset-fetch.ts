import { ErrorCode, offsetFetch, zeroUuid } from "@millrace/protocol";
import type { OffsetFetchRequest, OffsetFetchResponseInput } from "@millrace/protocol";
import type { CommittedOffset } from "../coordinator/committed-offsets.ts";
import type { GroupShard } from "../coordinator/group-shard.ts";
import { handler } from "./guard.ts";
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

/** Offsets of one group; with an error there are none. */
interface GroupResponse {
  readonly topics: readonly TopicResponse[];
  readonly errorCode: number;
}

/** OffsetFetch: one group up to version 7, from then on several; topics by id from version 10 on. */
export const offsetFetchHandler: Handler = handler(
  offsetFetch,
  {
    where: "coordinator",
    refuse: (errorCode, request, version) => answer(request, version, (asked) => failed(asked, errorCode, version)),
  },
  (services, request, { version }, shardOf) =>
    answer(request, version, (asked, groupId) => {
      const shard = shardOf(services, groupId);
      if (typeof shard === "number") return failed(asked, shard, version);
      return { topics: fetchGroup(services, shard, groupId, asked, version), errorCode: ErrorCode.NONE };
    }),
);

/** Asks for each group of the request. */
function answer(
  request: OffsetFetchRequest,
  version: number,
  of: (asked: readonly AskedTopic[] | null, groupId: string) => GroupResponse,
): OffsetFetchResponseInput {
  if (version >= 8) return { groups: request.groups.map(({ groupId, topics }) => ({ groupId, ...of(topics, groupId) })) };
  const asked = request.topics?.map(({ name, partitionIndexes }) => ({ name, topicId: zeroUuid, partitionIndexes })) ?? null;
  return of(asked, request.groupId);
}

/** Version 1 has no error of the group, so that each partition tells it. */
function failed(asked: readonly AskedTopic[] | null, errorCode: number, version: number): GroupResponse {
  if (version >= 2) return { topics: [], errorCode };
  const topics = (asked ?? []).map(({ name, topicId, partitionIndexes }) => ({
    name,
    topicId,
    partitions: partitionIndexes.map((partition) => partitionResponse(partition, undefined, errorCode)),
  }));
  return { topics, errorCode };
}

/** The asked topics, or with null all that the group committed. An unknown group has committed nothing; that is no error. */
function fetchGroup(
  services: Services,
  shard: GroupShard,
  groupId: string,
  asked: readonly AskedTopic[] | null,
  version: number,
): TopicResponse[] {
  return asked === null
    ? everything(services, shard, groupId)
    : asked.map((topic) => fetchTopic(services, shard, groupId, topic, version));
}

function fetchTopic(
  { topics }: Services,
  shard: GroupShard,
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
        : partitionResponse(partition, shard.offset(groupId, topicName, partition), ErrorCode.NONE),
    ),
  };
}

function everything({ topics }: Services, shard: GroupShard, groupId: string): TopicResponse[] {
  return [...shard.offsets(groupId)].map(([name, partitions]) => ({
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
