import { type Client, isRetriable } from "@millrace/client";
import { thrownText } from "@millrace/core";
import { sleep, type Platform, whileWaiting } from "@millrace/platform";
import type { ResolvedConfig } from "./config.ts";
import { TaskTimeoutError } from "./errors.ts";
import { limits } from "./limits.ts";

/** Parts of an application that waiting needs. */
export interface PatienceParts {
  readonly platform: Pick<Platform, "clock" | "timers">;
  readonly config: Pick<ResolvedConfig, "log" | "taskTimeoutMs">;
  readonly client: Pick<Client, "troubles" | "lastFailure">;
}

/**
 * Asks the brokers for data that an application cannot do without, and repeats it while they are unreachable; see `bounded`.
 *
 * @param isOver true: the answer is not needed any more, so the next failure is thrown
 */
export async function patiently<T>(
  parts: PatienceParts,
  what: string,
  attempt: () => Promise<T>,
  isOver: () => boolean,
): Promise<T> {
  let isDone = false;
  const repeated = async (): Promise<T> => {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!isRetriable(error) || isOver() || isDone) throw error;
        await sleep(parts.platform.timers, limits.lookUpPauseMs);
        if (isOver() || isDone) throw error;
      }
    }
  };
  try {
    return await bounded(parts, what, repeated);
  } finally {
    isDone = true;
  }
}

/**
 * Waits for an answer of brokers, for `taskTimeoutMs` and at least a second. During a long wait it logs the reason.
 *
 * @param what completes "… takes long", such as "looking up source topics"
 * @param leftMs remaining part of `taskTimeoutMs`
 * @throws {TaskTimeoutError} `STREAMS_TASK_TIMEOUT`; what was begun goes on until the client is closed
 */
export async function bounded<T>(
  parts: PatienceParts,
  what: string,
  attempt: () => Promise<T>,
  leftMs: number = parts.config.taskTimeoutMs,
): Promise<T> {
  const { platform, config, client } = parts;
  const { clock, timers } = platform;
  const beganMs = clock.monotonicMs();
  const timeoutMs = Math.max(leftMs, limits.lookUpMsMin);
  const endTelling = whileWaiting(timers, clock, limits.lookUpToldAfterMs, (waitedMs) => {
    config.log("warn", `${what} takes long, for ${String(waitedMs)} ms now: ${reasons(client, beganMs)}`, {
      waitedMs,
      taskTimeoutMs: config.taskTimeoutMs,
    });
  });
  const expired = Promise.withResolvers<never>();
  const timer = timers.after(timeoutMs, () => {
    const last = client.lastFailure;
    const cause = last !== null && last.atMs >= beganMs ? last.error : undefined;
    expired.reject(
      new TaskTimeoutError(what, Math.max(config.taskTimeoutMs, limits.lookUpMsMin), reasons(client, beganMs), cause),
    );
  });
  const attempting = attempt();
  attempting.catch(() => undefined);
  try {
    return await Promise.race([attempting, expired.promise]);
  } finally {
    timer.cancel();
    endTelling();
  }
}

/** Reasons for the wait: brokers that are not connected, else the last failure. */
function reasons(client: PatienceParts["client"], sinceMs: number): string {
  const troubles = [...client.troubles()].map(([broker, trouble]) => `${broker}: ${trouble}`);
  if (troubles.length > 0) return troubles.join("; ");
  const last = client.lastFailure;
  if (last === null || last.atMs < sinceMs) return "the brokers are connected, and have not answered yet";
  return thrownText(last.error);
}
