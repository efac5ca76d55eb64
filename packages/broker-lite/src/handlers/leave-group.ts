import { ErrorCode, leaveGroup } from "@millrace/protocol";
import { handler } from "./guard.ts";
import type { Handler } from "./handler.ts";

/** LeaveGroup: one member up to version 2, from then on several, each with an error code of its own (KIP-345). */
export const leaveGroupHandler: Handler = handler(
  leaveGroup,
  {
    where: "coordinator",
    group: ({ groupId }) => groupId,
    refuse: (errorCode) => ({ throttleTimeMs: 0, errorCode, members: [] }),
  },
  (_services, { groupId, memberId, members }, { version }, { classic }) => {
    if (version < 3)
      return { throttleTimeMs: 0, errorCode: classic.leave(groupId, { memberId, groupInstanceId: null }), members: [] };
    const left = members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      errorCode: classic.leave(groupId, member),
    }));
    return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, members: left };
  },
);
