import { joinGroup } from "@millrace/protocol";
import type { JoinGroupResponseInput } from "@millrace/protocol";
import { joinError } from "../coordinator/classic/member.ts";
import type { JoinResult } from "../coordinator/classic/member.ts";
import { handler } from "./guard.ts";
import type { Handler } from "./handler.ts";

/** JoinGroup: answered when the rebalance that it is part of has all its members. */
export const joinGroupHandler: Handler = handler(
  joinGroup,
  {
    where: "coordinator",
    group: ({ groupId }) => groupId,
    refuse: (errorCode, { memberId }, version) => respond(joinError(errorCode, memberId), version),
  },
  (_services, request, { version, clientId, remote }, { classic }) => {
    const clientHost = `/${remote.slice(0, remote.lastIndexOf(":"))}`;
    const options = { clientId: clientId ?? "", clientHost, requireMemberId: version >= 4, canSkipAssignment: version >= 9 };
    const result = classic.join(request, options);
    return result instanceof Promise ? result.then((joined) => respond(joined, version)) : respond(result, version);
  },
);

function respond(result: JoinResult, version: number): JoinGroupResponseInput {
  return {
    ...result,
    throttleTimeMs: 0,
    protocolName: result.protocolName ?? (version >= 7 ? null : ""),
    members: [...result.members],
  };
}
