import { FetchError, type Metadata, UnknownTopicError } from "@millrace/client";
import type { Plan } from "@millrace/core";
import type { ResolvedConfig } from "./config.ts";
import { TopicDeletedError, type TopicRole } from "./errors.ts";

/** Parts of a thread that the watch needs. */
export interface DeletionWatchParts {
  readonly plan: Plan;
  readonly config: Pick<ResolvedConfig, "log" | "producer">;
  readonly client: { readonly metadata: Pick<Metadata, "cached" | "onUpdate" | "topic"> };
}

/**
 * Says so at once when a topic that is written is deleted while the application runs. What is to be written to a sink's topic waits for
 * somebody to create it again, as in Java, for the producer's `deliveryTimeoutMs`; without a changelog topic the state has no backup any
 * more, which is a failure.
 *
 * @param fail hears of that
 * @returns ends the watch
 */
export function watchDeletions({ plan, config, client }: DeletionWatchParts, fail: (error: unknown) => void): () => void {
  const { metadata } = client;
  const written = new Set([...plan.changelogTopics.keys(), ...plan.subtopologies.flatMap(({ sinkTopics }) => sinkTopics)]);
  const known = new Set<string>();
  const gone = new Set<string>();
  const lost = (topic: string): void => {
    gone.add(topic);
    if (plan.changelogTopics.has(topic)) {
      // A broker that has just started may not have heard of it: this asks several times.
      metadata.topic(topic).catch((error: unknown) => {
        if (error instanceof UnknownTopicError) fail(new TopicDeletedError(topic, "changelog", error));
      });
      return;
    }
    const { deliveryTimeoutMs } = config.producer;
    config.log(
      "warn",
      `topic "${topic}", to which the application writes, does not exist any more: records for it wait until it is created again, ` +
        `for ${String(deliveryTimeoutMs)} ms at most ("producer.deliveryTimeoutMs"), and then the application fails`,
      { topic, deliveryTimeoutMs },
    );
  };
  return metadata.onUpdate(() => {
    for (const topic of written) {
      if (metadata.cached(topic) === undefined) {
        if (known.has(topic) && !gone.has(topic)) lost(topic);
        continue;
      }
      known.add(topic);
      if (gone.delete(topic)) config.log("info", `topic "${topic}" exists again`, { topic });
    }
  });
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
