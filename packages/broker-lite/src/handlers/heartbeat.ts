import { ErrorCode, heartbeat } from "@millrace/protocol";
import { handler } from "./guard.ts";
import type { Handler } from "./handler.ts";

/** Heartbeat: the member lives on; the error code tells whether it must rejoin. A coordinator that loads takes it blindly. */
export const heartbeatHandler: Handler = handler(
  heartbeat,
  {
    where: "coordinator",
    group: ({ groupId }) => groupId,
    whileLoading: ErrorCode.NONE,
    refuse: (errorCode) => ({ throttleTimeMs: 0, errorCode }),
  },
  (_services, { groupId, memberId, groupInstanceId, generationId }, _context, { classic }) => ({
    throttleTimeMs: 0,
    errorCode: classic.heartbeat(groupId, memberId, groupInstanceId, generationId),
  }),
);
