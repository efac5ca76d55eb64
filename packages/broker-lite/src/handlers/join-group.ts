import { joinGroup } from "@millrace/protocol";
import type { JoinGroupRequest, JoinGroupResponseInput } from "@millrace/protocol";
import type { JoinResult } from "../coordinator/member.ts";
import type { Handler, Services } from "./handler.ts";

/** JoinGroup: answered when the rebalance that it is part of has all its members. */
export function joinGroupHandler({ groups }: Services): Handler<JoinGroupRequest, JoinGroupResponseInput> {
  return {
    api: joinGroup,
    handle(request, { version, clientId, remote }) {
      const respond = (result: JoinResult): JoinGroupResponseInput => ({
        ...result,
        throttleTimeMs: 0,
        protocolName: result.protocolName ?? (version >= 7 ? null : ""),
        members: [...result.members],
      });
      const clientHost = `/${remote.slice(0, remote.lastIndexOf(":"))}`;
      const options = { clientId: clientId ?? "", clientHost, requireMemberId: version >= 4, canSkipAssignment: version >= 9 };
      const result = groups.join(request, options);
      return result instanceof Promise ? result.then(respond) : respond(result);
    },
  };
}
