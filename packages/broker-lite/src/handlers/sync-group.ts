import { syncGroup } from "@millrace/protocol";
import type { SyncGroupRequest, SyncGroupResponseInput } from "@millrace/protocol";
import type { SyncResult } from "../coordinator/member.ts";
import type { Handler, Services } from "./handler.ts";

/** SyncGroup: answered when the leader has sent the assignment. */
export function syncGroupHandler({ groups }: Services): Handler<SyncGroupRequest, SyncGroupResponseInput> {
  const respond = (result: SyncResult): SyncGroupResponseInput => ({ ...result, throttleTimeMs: 0 });
  return {
    api: syncGroup,
    handle(request) {
      const result = groups.sync(request);
      return result instanceof Promise ? result.then(respond) : respond(result);
    },
  };
}
