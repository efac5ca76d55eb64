import { describeGroups, ErrorCode } from "@millrace/protocol";
import type { DescribeGroupsResponseInput } from "@millrace/protocol";
import type { Group } from "../coordinator/classic/group.ts";
import { noBytes } from "../coordinator/classic/member.ts";
import { handler } from "./guard.ts";
import type { Handler } from "./handler.ts";
import { groupOperations, notAsked } from "./operations.ts";

type DescribedGroup = DescribeGroupsResponseInput["groups"][number];

/** DescribeGroups: a group that is not known is "Dead", and since version 6 an error too. */
export const describeGroupsHandler: Handler = handler(
  describeGroups,
  {
    where: "coordinator",
    refuse: (errorCode, { groups }) => ({ groups: groups.map((groupId) => failed(groupId, errorCode, null, "")) }),
  },
  (services, request, { version }, shardOf) => {
    const authorizedOperations = request.includeAuthorizedOperations ? groupOperations : notAsked;
    return {
      groups: request.groups.map((groupId): DescribedGroup => {
        const shard = shardOf(services, groupId);
        if (typeof shard === "number") return failed(groupId, shard, null, "");
        const group = shard.classic.get(groupId);
        return group === undefined ? unknown(groupId, version) : { ...describe(group), authorizedOperations };
      }),
    };
  },
);

function describe(group: Group): DescribedGroup {
  const isSettled = group.state === "Stable";
  const protocol = group.protocolName ?? "";
  return {
    errorCode: ErrorCode.NONE,
    groupId: group.id,
    groupState: group.state,
    protocolType: group.protocolType ?? "",
    protocolData: isSettled ? protocol : "",
    members: [...group.members.values()].map(({ memberId, groupInstanceId, clientId, clientHost, assignment, protocols }) => ({
      memberId,
      groupInstanceId,
      clientId,
      clientHost,
      memberMetadata: isSettled ? (protocols.find(({ name }) => name === protocol)?.metadata ?? noBytes) : noBytes,
      memberAssignment: isSettled ? assignment : noBytes,
    })),
  };
}

function unknown(groupId: string, version: number): DescribedGroup {
  return version >= 6
    ? failed(groupId, ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId} not found.`, "Dead")
    : failed(groupId, ErrorCode.NONE, null, "Dead");
}

function failed(groupId: string, errorCode: number, errorMessage: string | null, groupState: string): DescribedGroup {
  return { errorCode, errorMessage, groupId, groupState, protocolType: "", protocolData: "", members: [] };
}
