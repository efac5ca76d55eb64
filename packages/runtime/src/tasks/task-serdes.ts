import { bindSerdes, SerdeBindError, SerdeBindings, type BindSerdesOptions } from "@millrace/core";
import { sleep } from "@millrace/platform";
import { SerdeBindTimeoutError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { PatienceParts } from "../patiently.ts";

/** Task for which serdes are bound. */
export interface BoundTask {
  readonly plan: { readonly id: string };
  /** Resolves when the task is closed. */
  readonly closed: Promise<void>;
}

/**
 * Binds the serdes of a task that is about to open. Returns a promise where that takes time: an attempt that fails is repeated
 * after a pause, until `taskTimeoutMs` is over, a second at least. The promise gives null if the task is closed meanwhile.
 *
 * @throws {MissingSerdeError} @throws {SerdeBindError} of a failure for good, or of a `bind` that throws at once
 * @throws {SerdeBindTimeoutError} when the time is over
 */
export function bindTask(
  parts: Omit<PatienceParts, "client">,
  task: BoundTask,
  options: BindSerdesOptions,
): SerdeBindings | Promise<SerdeBindings | null> {
  const bindings = new SerdeBindings();
  const bound = bindSerdes(options, bindings);
  return bound instanceof Promise ? bindPatiently(parts, task, bound, () => bindSerdes(options, bindings)) : bound;
}

async function bindPatiently(
  parts: Omit<PatienceParts, "client">,
  { plan, closed }: BoundTask,
  first: Promise<SerdeBindings>,
  again: () => SerdeBindings | Promise<SerdeBindings>,
): Promise<SerdeBindings | null> {
  const { timers } = parts.platform;
  const timeoutMs = Math.max(parts.config.taskTimeoutMs, limits.lookUpMsMin);
  let failure: unknown;
  let isOver = false;
  const repeated = async (): Promise<SerdeBindings> => {
    let attempt: SerdeBindings | Promise<SerdeBindings> = first;
    for (;;) {
      try {
        return await attempt;
      } catch (error) {
        if (isOver || !(error instanceof SerdeBindError) || !error.retriable) throw error;
        parts.config.log("warn", `binding the serdes of task ${plan.id} again, since that failed`, { cause: error });
        failure = error;
        await sleep(timers, limits.bindPauseMs);
        if (isOver) throw error;
        attempt = again();
      }
    }
  };
  const expired = Promise.withResolvers<never>();
  const timer = timers.after(timeoutMs, () => expired.reject(new SerdeBindTimeoutError(plan.id, timeoutMs, failure)));
  const bound = repeated();
  bound.catch(() => undefined);
  try {
    return await Promise.race([bound, expired.promise, closed.then(() => null)]);
  } finally {
    isOver = true;
    timer.cancel();
  }
}
