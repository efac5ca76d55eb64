import { describeGroups, ErrorCode } from "@millrace/protocol";
import type { DescribeGroupsRequest, DescribeGroupsResponseInput } from "@millrace/protocol";
import type { Group } from "../coordinator/group.ts";
import { noBytes } from "../coordinator/member.ts";
import type { Handler, Services } from "./handler.ts";
import { groupOperations, notAsked } from "./operations.ts";

type DescribedGroup = DescribeGroupsResponseInput["groups"][number];

/** DescribeGroups: a group that is not known is "Dead", and since version 6 an error too. */
export function describeGroupsHandler({ groups }: Services): Handler<DescribeGroupsRequest, DescribeGroupsResponseInput> {
  return {
    api: describeGroups,
    handle(request, { version }) {
      const authorizedOperations = request.includeAuthorizedOperations ? groupOperations : notAsked;
      return {
        groups: request.groups.map((groupId): DescribedGroup => {
          const group = groups.get(groupId);
          return group === undefined ? unknown(groupId, version) : { ...describe(group), authorizedOperations };
        }),
      };
    },
  };
}

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
  const isError = version >= 6;
  return {
    errorCode: isError ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.NONE,
    errorMessage: isError ? `Group ${groupId} not found.` : null,
    groupId,
    groupState: "Dead",
    protocolType: "",
    protocolData: "",
    members: [],
  };
}
