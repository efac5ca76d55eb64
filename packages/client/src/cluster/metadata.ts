import type { Timer } from "@millrace/platform";
import { ErrorCode, metadata as metadataApi, type MetadataResponse } from "@millrace/protocol";

import { type ClientContext, withRetries } from "../context.ts";
import { BrokerError, reason, UnknownTopicError } from "../errors.ts";
import type { Broker, Cluster } from "./cluster.ts";
import { type TopicMetadata, topicMetadata } from "./topic-metadata.ts";

export interface TopicOptions {
  /** Whether the broker may create it. Default false. `allow.auto.create.topics`. */
  readonly allowAutoTopicCreation?: boolean;
}

/** A topic that was just created is unknown to brokers that have not heard of it: so many answers are not believed. */
const unknownAnswersMax = 4;

/** What the cluster said of some topics; only those with an error are in it. */
type Failures = ReadonlyMap<string, number>;

/**
 * The cache of topics: their ids, partitions and leaders. Who meets an error that speaks of stale metadata asks for a
 * `refresh`; requests that come while one is under way share the next one.
 */
export class Metadata {
  readonly #context: ClientContext;
  readonly #cluster: Cluster;
  readonly #topics = new Map<string, TopicMetadata>();
  readonly #names = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  #next: Round | null = null;
  #running: Promise<unknown> | null = null;
  #ageTimer: Timer | null = null;

  constructor(context: ClientContext, cluster: Cluster) {
    this.#context = context;
    this.#cluster = cluster;
    cluster.lifetime.onEnd(() => this.#ageTimer?.cancel());
  }

  /** The brokers known so far. */
  get brokers(): readonly Broker[] {
    return this.#cluster.brokers;
  }

  get clusterId(): string | null {
    return this.#cluster.clusterId;
  }

  get controllerId(): number {
    return this.#cluster.controllerId;
  }

  /** What is known of a topic without asking. */
  cached(name: string): TopicMetadata | undefined {
    return this.#topics.get(name);
  }

  /** The name of a topic id that is in the cache. */
  nameOf(topicId: string): string | undefined {
    return this.#names.get(topicId);
  }

  /** `listener` is called after every answer; the returned function ends that. */
  onUpdate(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * A topic from the cache, or asked for.
   *
   * @throws {UnknownTopicError} `CLIENT_UNKNOWN_TOPIC` when it does not exist and was not created
   * @throws {BrokerUnreachableError} when no broker answers for `apiTimeoutMs`
   */
  async topic(name: string, options: TopicOptions = {}): Promise<TopicMetadata> {
    const autoCreate = options.allowAutoTopicCreation ?? false;
    let unknownAnswers = 0;
    return withRetries(this.#context, this.#cluster.lifetime, `metadata of topic "${name}"`, async () => {
      const cached = this.#topics.get(name);
      if (cached !== undefined) return cached;
      const errorCode = (await this.#ask([name], autoCreate)).get(name);
      const topic = this.#topics.get(name);
      if (topic !== undefined) return topic;
      if (errorCode !== ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
        throw new BrokerError(`metadata of topic "${name}"`, errorCode ?? ErrorCode.LEADER_NOT_AVAILABLE);
      }
      unknownAnswers += 1;
      throw new UnknownTopicError(name, autoCreate, unknownAnswers < unknownAnswersMax);
    });
  }

  /**
   * Asks the cluster again, for `topics` or all that are cached, and gives up after one failure.
   *
   * @throws {BrokerUnreachableError} when no broker answers
   */
  async refresh(topics?: readonly string[]): Promise<void> {
    await this.#ask(topics ?? [...this.#topics.keys()], false);
  }

  /** All topics of the cluster, which are not cached. */
  async all(): Promise<TopicMetadata[]> {
    const response = await this.#send(null, false);
    return response.topics
      .filter((topic) => topic.errorCode === ErrorCode.NONE && topic.name !== null)
      .map((topic) => topicMetadata(topic, topic.name ?? "", undefined));
  }

  /** What was cached of a topic no longer holds: it was deleted. */
  forget(name: string): void {
    const topicId = this.#topics.get(name)?.topicId;
    if (typeof topicId === "string") this.#names.delete(topicId);
    this.#topics.delete(name);
  }

  #ask(names: readonly string[], autoCreate: boolean): Promise<Failures> {
    let round = this.#next;
    // Auto-creation is said of a whole request: names that must not be created cannot share it.
    if (round === null || round.autoCreate !== autoCreate) {
      round = { names: new Set(), autoCreate, result: Promise.resolve(new Map()) };
      round.result = this.#runAfter(this.#running, round);
      this.#next = round;
      this.#running = round.result;
    }
    for (const name of names) round.names.add(name);
    return round.result;
  }

  async #runAfter(previous: Promise<unknown> | null, round: Round): Promise<Failures> {
    await previous?.catch(() => {});
    // One more turn, so that all who ask at the same time are in.
    await Promise.resolve();
    if (this.#next === round) this.#next = null;
    const response = await this.#send([...round.names], round.autoCreate);
    return this.#apply(response);
  }

  async #send(names: readonly string[] | null, allowAutoTopicCreation: boolean): Promise<MetadataResponse> {
    const topics = names === null ? null : names.map((name) => ({ name }));
    const response = await this.#cluster.askAny(metadataApi, { topics, allowAutoTopicCreation });
    if (response.errorCode !== ErrorCode.NONE) throw new BrokerError("metadata", response.errorCode);
    this.#cluster.learn(response.brokers, response.controllerId, response.clusterId);
    this.#scheduleRefresh();
    return response;
  }

  #apply(response: MetadataResponse): Failures {
    const failures = new Map<string, number>();
    for (const topic of response.topics) {
      const { name } = topic;
      if (name === null) continue;
      if (topic.errorCode !== ErrorCode.NONE) {
        failures.set(name, topic.errorCode);
        if (topic.errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) this.forget(name);
        continue;
      }
      const older = this.#topics.get(name);
      const newer = topicMetadata(topic, name, older);
      if (older !== undefined && older.topicId !== newer.topicId) this.forget(name);
      this.#topics.set(name, newer);
      if (newer.topicId !== null) this.#names.set(newer.topicId, name);
    }
    for (const listener of this.#listeners) listener();
    return failures;
  }

  #scheduleRefresh(): void {
    this.#ageTimer?.cancel();
    if (this.#cluster.lifetime.closed) return;
    const { platform, settings } = this.#context;
    this.#ageTimer = platform.timers.after(settings.metadataMaxAgeMs, () => {
      this.refresh().catch((error: unknown) => {
        settings.log("debug", "metadata could not be refreshed", { reason: reason(error) });
        this.#scheduleRefresh();
      });
    });
  }
}

interface Round {
  readonly names: Set<string>;
  readonly autoCreate: boolean;
  result: Promise<Failures>;
}
