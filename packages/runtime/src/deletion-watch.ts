import { FetchError, type Metadata, UnknownTopicError } from "@millrace/client";
import type { Plan } from "@millrace/core";
import type { Platform, Timer } from "@millrace/platform";
import type { ResolvedConfig } from "./config.ts";
import { TopicDeletedError, type TopicRole } from "./errors.ts";
import { limits } from "./limits.ts";
import { topicsWritten } from "./output.ts";

/** Parts of a thread that the watch needs. */
export interface DeletionWatchParts {
  readonly plan: Plan;
  readonly platform: Pick<Platform, "timers">;
  readonly config: Pick<ResolvedConfig, "log" | "producer">;
  readonly client: { readonly metadata: Pick<Metadata, "cached" | "onUpdate" | "refresh" | "topic"> };
}

/**
 * Reports within seconds that a topic of the application was deleted while it runs, also while nothing is written and while a
 * write waits. Records for a sink's topic wait until somebody creates it again, as in Java, for at most the producer's
 * `deliveryTimeoutMs`. Without a topic that it reads, or a changelog, the application fails;
 * also if the topic was created again meanwhile, which its id tells.
 *
 * @param tasks source of the topics that were written to, including those that records named
 * @param fail receives the failure
 * @returns a function that ends the watch
 */
export function watchDeletions(
  { plan, platform, config, client }: DeletionWatchParts,
  tasks: { topicsUsed(): Iterable<string> },
  fail: (error: unknown) => void,
): () => void {
  const { metadata } = client;
  const needed = new Set([...plan.changelogTopics.keys(), ...plan.sourceTopics]);
  const planned = new Set([...needed, ...topicsWritten(plan)]);
  /** Topics that were there, with their ids; null: the broker gives topics none. */
  const known = new Map<string, string | null>();
  const gone = new Set<string>();
  const lost = (topic: string): void => {
    gone.add(topic);
    if (needed.has(topic)) {
      // A broker that has just started may not have heard of it: this asks several times.
      metadata.topic(topic).catch((error: unknown) => {
        if (error instanceof UnknownTopicError) fail(new TopicDeletedError(topic, roleOf(topic, plan), error));
      });
      return;
    }
    const { deliveryTimeoutMs } = config.producer;
    config.log(
      "warn",
      `holding back records for topic "${topic}", which does not exist any more: they wait until it is created again, ` +
        `for ${String(deliveryTimeoutMs)} ms at most ("producer.deliveryTimeoutMs"), and then the application fails`,
      { topic, deliveryTimeoutMs },
    );
  };
  const isBack = (topic: string): void => {
    if (needed.has(topic)) return fail(new TopicDeletedError(topic, roleOf(topic, plan), undefined, true));
    config.log("warn", `going on with topic "${topic}", to which the application writes: it was deleted and created again`, {
      topic,
    });
  };
  const endUpdates = metadata.onUpdate(() => {
    // They were looked up before the first write, though perhaps no answer has come since then.
    for (const topic of tasks.topicsUsed()) if (!known.has(topic)) known.set(topic, null);
    for (const topic of new Set([...planned, ...known.keys()])) {
      const cached = metadata.cached(topic);
      if (cached === undefined) {
        if (known.has(topic) && !gone.has(topic)) lost(topic);
        continue;
      }
      const before = known.get(topic) ?? null;
      known.set(topic, cached.topicId);
      const isOther = before !== null && cached.topicId !== before;
      if (gone.delete(topic)) {
        config.log("info", `resuming writes to topic "${topic}", which exists again`, { topic });
        if (!needed.has(topic)) continue;
      }
      if (isOther) isBack(topic);
    }
  });
  // Without it, nobody would ask before the metadata's age or the next write.
  const look = (): Timer =>
    platform.timers.after(limits.topicLookIntervalMs, () => {
      // The callers that need a broker report it as unreachable.
      metadata.refresh([...known.keys(), ...tasks.topicsUsed()]).catch(() => undefined);
      timer = look();
    });
  let timer = look();
  return () => {
    timer.cancel();
    endUpdates();
  };
}

/** The error for a failed fetch of a topic: another one, with what to do, if the topic was deleted. */
export function readFailure(error: FetchError, plan: Plan): FetchError | TopicDeletedError {
  if (error.errorName !== "UNKNOWN_TOPIC_OR_PARTITION" && error.errorName !== "UNKNOWN_TOPIC_ID") return error;
  return new TopicDeletedError(error.topic, roleOf(error.topic, plan), error);
}

function roleOf(topic: string, { repartitionTopics, changelogTopics }: Plan): TopicRole {
  if (repartitionTopics.has(topic)) return "repartition";
  return changelogTopics.has(topic) ? "changelog" : "source";
}
