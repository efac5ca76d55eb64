import { isRetriable } from "@millrace/client";
import { sleep, type Platform } from "@millrace/platform";
import type { ResolvedConfig } from "./config.ts";
import { limits } from "./limits.ts";
import { TaskTimeout } from "./task-timeout.ts";

/** What being patient needs of an application. */
export interface PatienceParts {
  readonly platform: Pick<Platform, "clock" | "timers">;
  readonly config: Pick<ResolvedConfig, "log" | "taskTimeoutMs">;
}

/**
 * Asks the brokers for what an application cannot do without, again and again while they are away, for `taskTimeoutMs` at most;
 * then the last error comes out.
 *
 * @param what completes "could not be looked up", in the log
 * @param isOver nobody waits for the answer any more: the next failure comes out
 */
export async function patiently<T>(
  { platform, config }: PatienceParts,
  what: string,
  attempt: () => Promise<T>,
  isOver: () => boolean,
): Promise<T> {
  const timeout = new TaskTimeout(platform.clock, config.taskTimeoutMs);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      // The client has repeated the request for a minute already.
      if (!isRetriable(error) || isOver() || !timeout.failed()) throw error;
      config.log("warn", `${what} could not be looked up; it is tried again`, { cause: error });
      await sleep(platform.timers, limits.lookUpPauseMs);
      if (isOver()) throw error;
    }
  }
}
