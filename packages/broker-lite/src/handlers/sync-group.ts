import { syncGroup } from "@millrace/protocol";
import type { SyncGroupResponseInput } from "@millrace/protocol";
import { syncError } from "../coordinator/classic/member.ts";
import type { SyncResult } from "../coordinator/classic/member.ts";
import { handler } from "./guard.ts";
import type { Handler } from "./handler.ts";

/** SyncGroup: answered when the leader has sent the assignment. */
export const syncGroupHandler: Handler = handler(
  syncGroup,
  { where: "coordinator", group: ({ groupId }) => groupId, refuse: (errorCode) => respond(syncError(errorCode)) },
  (_services, request, _context, { classic }) => {
    const result = classic.sync(request);
    return result instanceof Promise ? result.then(respond) : respond(result);
  },
);

function respond(result: SyncResult): SyncGroupResponseInput {
  return { ...result, throttleTimeMs: 0 };
}
