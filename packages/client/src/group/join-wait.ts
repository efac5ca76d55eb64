import { whileWaiting } from "@millrace/platform";

import type { Cluster } from "../cluster/cluster.ts";
import type { ClientContext } from "../context.ts";
import type { GroupSettings } from "./group-options.ts";
import type { SessionTimeout } from "./session-timeout.ts";

const toldAfterMs = 3_000;

/** Logs that a join takes long, with the limits of the wait, until the returned function is called. */
export function tellOfWait(
  { platform, settings }: ClientContext,
  cluster: Cluster,
  { groupId, rebalanceTimeoutMs }: GroupSettings,
  session: SessionTimeout,
): () => void {
  return whileWaiting(platform.timers, platform.clock, toldAfterMs, (waitedMs) => {
    const troubles = [...cluster.troubles()].map(([broker, trouble]) => `${broker}: ${trouble}`);
    const sessionTimeoutMs = session.nextMs;
    const why =
      troubles.length > 0
        ? `brokers are not connected (${troubles.join("; ")})`
        : `the group waits for a member that does not answer; it removes one that ended without leaving ${String(sessionTimeoutMs)} ms after ` +
          `its last heartbeat ("sessionTimeoutMs"), one that is busy after ${String(rebalanceTimeoutMs)} ms ("maxPollIntervalMs")`;
    settings.log("warn", `joining group "${groupId}" has taken ${String(waitedMs)} ms so far: ${why}`, {
      groupId,
      waitedMs,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
    });
  });
}
