import { deleteGroups, ErrorCode } from "@millrace/protocol";
import type { DeleteGroupsRequest, DeleteGroupsResponseInput } from "@millrace/protocol";
import type { Handler, Services } from "./handler.ts";

/** DeleteGroups: only groups without members, with their offsets. */
export function deleteGroupsHandler({ groups, offsets }: Services): Handler<DeleteGroupsRequest, DeleteGroupsResponseInput> {
  const remove = (groupId: string): number => {
    const group = groups.get(groupId);
    if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
    if (group.state !== "Empty") return ErrorCode.NON_EMPTY_GROUP;
    offsets.removeGroup(groupId);
    groups.remove(group);
    return ErrorCode.NONE;
  };
  return {
    api: deleteGroups,
    handle: ({ groupsNames }) => ({ results: groupsNames.map((groupId) => ({ groupId, errorCode: remove(groupId) })) }),
  };
}
