import { isRetriable } from "@millrace/client";
import { sleep, type Platform } from "@millrace/platform";
import type { ResolvedConfig } from "./config.ts";
import { limits } from "./limits.ts";
import { TaskTimeout } from "./task-timeout.ts";

/**
 * Does what needs brokers, and again while they are away, for as long as the task timeout from the first failure on.
 *
 * @param what could not be done, for the log
 * @param isWanted false: it is given up when it fails next
 */
export async function patiently<T>(
  { config, platform }: { readonly config: ResolvedConfig; readonly platform: Platform },
  what: string,
  isWanted: () => boolean,
  work: () => Promise<T>,
): Promise<T> {
  const timeout = new TaskTimeout(platform.clock, config.taskTimeoutMs);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isRetriable(error) || !timeout.failed()) throw error;
      if (isWanted()) {
        config.log("warn", `${what}; it is tried again`, { cause: error });
        await sleep(platform.timers, limits.pollMs);
      }
      if (!isWanted()) throw error;
    }
  }
}
