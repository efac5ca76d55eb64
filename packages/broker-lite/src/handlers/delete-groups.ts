import { deleteGroups, ErrorCode } from "@millrace/protocol";
import type { GroupShard } from "../coordinator/group-shard.ts";
import { handler } from "./guard.ts";
import type { Handler } from "./handler.ts";

/** DeleteGroups: only groups without members, with their offsets. */
export const deleteGroupsHandler: Handler = handler(
  deleteGroups,
  {
    where: "coordinator",
    refuse: (errorCode, { groupsNames }) => ({ results: groupsNames.map((groupId) => ({ groupId, errorCode })) }),
  },
  (services, { groupsNames }, _context, shardOf) => ({
    results: groupsNames.map((groupId) => ({ groupId, errorCode: remove(shardOf(services, groupId), groupId) })),
  }),
);

function remove(shard: GroupShard | number, groupId: string): number {
  if (typeof shard === "number") return shard;
  const group = shard.classic.get(groupId);
  if (group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
  if (group.state !== "Empty") return ErrorCode.NON_EMPTY_GROUP;
  shard.remove(groupId);
  return ErrorCode.NONE;
}
