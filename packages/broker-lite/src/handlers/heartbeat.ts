import { heartbeat } from "@millrace/protocol";
import type { HeartbeatRequest, HeartbeatResponseInput } from "@millrace/protocol";
import type { Handler, Services } from "./handler.ts";

/** Heartbeat: the member lives on; the error code tells whether it must rejoin. */
export function heartbeatHandler({ groups }: Services): Handler<HeartbeatRequest, HeartbeatResponseInput> {
  return {
    api: heartbeat,
    handle: ({ groupId, memberId, groupInstanceId, generationId }) => ({
      throttleTimeMs: 0,
      errorCode: groups.heartbeat(groupId, memberId, groupInstanceId, generationId),
    }),
  };
}
