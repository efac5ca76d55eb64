import type { Client, TopicToCreate } from "@millrace/client";
import { sleep, type Timers } from "@millrace/platform";
import type { ResolvedPlan, Plan } from "@millrace/core";
import { InternalTopicMismatchError, MissingSourceTopicError } from "./errors.ts";
import { limits } from "./limits.ts";

/** An internal topic as the topology needs it. */
export interface InternalTopic {
  readonly name: string;
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** Asks brokers for something, for as long as the application waits for them. */
export type Ask = <T>(attempt: () => Promise<T>) => Promise<T>;

/** The repartition and changelog topics of a plan, with their numbers of partitions. */
export function internalTopics(plan: Plan, resolved: ResolvedPlan): InternalTopic[] {
  return [...plan.repartitionTopics.values(), ...plan.changelogTopics.values()].map(({ name, config }) => ({
    name,
    partitions: resolved.partitionCounts.get(name) ?? 1,
    configs: config,
  }));
}

/**
 * The partition counts of topics that the application does not create itself.
 *
 * @throws {MissingSourceTopicError} `STREAMS_MISSING_SOURCE_TOPIC` when one is still missing after some tries
 */
export async function sourcePartitions(
  client: Client,
  timers: Timers,
  topics: readonly string[],
  ask: Ask,
  attemptsMax: number = limits.topicAttemptsMax,
): Promise<Map<string, number>> {
  for (let attempt = 1; ; attempt += 1) {
    const counts = await ask(() => existingPartitions(client, topics));
    const missing = topics.filter((topic) => !counts.has(topic));
    if (missing.length === 0) return counts;
    if (attempt === attemptsMax) throw new MissingSourceTopicError(missing);
    await sleep(timers, 100 * attempt);
  }
}

async function existingPartitions(client: Client, topics: readonly string[]): Promise<Map<string, number>> {
  const wanted = new Set(topics);
  const counts = new Map<string, number>();
  for (const topic of await client.admin.listTopics()) {
    if (wanted.has(topic.name)) counts.set(topic.name, topic.partitions.length);
  }
  return counts;
}

/**
 * Creates the internal topics that are missing and checks the others.
 *
 * @throws {InternalTopicMismatchError} `STREAMS_INTERNAL_TOPIC_MISMATCH`
 * @see InternalTopicManager.makeReady
 */
export async function makeReady(
  client: Client,
  timers: Timers,
  topics: readonly InternalTopic[],
  replicationFactor: number,
  ask: Ask,
): Promise<void> {
  if (topics.length === 0) return;
  const names = topics.map((topic) => topic.name);
  const before = await ask(() => existingPartitions(client, names));
  check(topics, before);
  const missing: TopicToCreate[] = topics
    .filter((topic) => !before.has(topic.name))
    .map((topic) => ({ name: topic.name, partitionCount: topic.partitions, replicationFactor, configs: topic.configs }));
  if (missing.length === 0) return;
  await ask(() => client.admin.createTopics(missing, { tolerateExisting: true }));
  // A created topic may take a moment until every broker knows it; another instance may have created it with another number.
  check(topics, await sourcePartitions(client, timers, names, ask, limits.createdTopicAttemptsMax));
}

function check(topics: readonly InternalTopic[], counts: ReadonlyMap<string, number>): void {
  for (const { name, partitions } of topics) {
    const found = counts.get(name);
    if (found !== undefined && found !== partitions) throw new InternalTopicMismatchError(name, found, partitions);
  }
}
