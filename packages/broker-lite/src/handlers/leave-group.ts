import { ErrorCode, leaveGroup } from "@millrace/protocol";
import type { LeaveGroupRequest, LeaveGroupResponseInput } from "@millrace/protocol";
import type { Handler, Services } from "./handler.ts";

/** LeaveGroup: one member up to version 2, from then on several, each with an error code of its own (KIP-345). */
export function leaveGroupHandler({ groups }: Services): Handler<LeaveGroupRequest, LeaveGroupResponseInput> {
  return {
    api: leaveGroup,
    handle({ groupId, memberId, members }, { version }) {
      if (version < 3)
        return { throttleTimeMs: 0, errorCode: groups.leave(groupId, { memberId, groupInstanceId: null }), members: [] };
      if (groupId === "") return { throttleTimeMs: 0, errorCode: ErrorCode.INVALID_GROUP_ID, members: [] };
      const left = members.map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        errorCode: groups.leave(groupId, member),
      }));
      return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, members: left };
    },
  };
}
