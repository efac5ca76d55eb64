import type { Timer } from "@millrace/platform";
import { ErrorCode, metadata as metadataApi, type MetadataResponse } from "@millrace/protocol";

import { type ClientContext, withRetries } from "../context.ts";
import { BrokerError, reason, UnknownTopicError } from "../errors.ts";
import type { Broker, Cluster } from "./cluster.ts";
import { type TopicMetadata, topicMetadata } from "./topic-metadata.ts";

/** Options of `Metadata.topic`. */
export interface TopicOptions {
  /** Lets the broker create a topic that does not exist. Default false. `allow.auto.create.topics`. */
  readonly allowAutoTopicCreation?: boolean;
}

/**
 * Number of "unknown" answers that are needed to believe one: a topic that was just created is unknown to some brokers at first.
 */
const unknownAnswersMax = 4;

/** Error codes by topic; topics without an error are absent. */
type Failures = ReadonlyMap<string, number>;

/**
 * Cache of topics: their ids, partitions and leaders. Call `refresh` after an error that points to stale metadata. Calls while a
 * request is under way share the next request.
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

  /** Brokers known so far; empty before the first answer. */
  get brokers(): readonly Broker[] {
    return this.#cluster.brokers;
  }

  /** Id of the cluster; null before the first answer. */
  get clusterId(): string | null {
    return this.#cluster.clusterId;
  }

  /** Id of the controller; -1: unknown. With KRaft any broker, which passes requests on. */
  get controllerId(): number {
    return this.#cluster.controllerId;
  }

  /** Topic as the cache has it, without a request; undefined: not cached. */
  cached(name: string): TopicMetadata | undefined {
    return this.#topics.get(name);
  }

  /** Name of the topic with an id; undefined: not cached. */
  nameOf(topicId: string): string | undefined {
    return this.#names.get(topicId);
  }

  /** Calls `listener` after every answer, until the returned function is called. */
  onUpdate(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Returns a topic from the cache, or asks the cluster for it.
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
   * Asks the cluster for `topics`, by default all that are cached. Makes one attempt.
   *
   * @throws {BrokerUnreachableError} when no broker answers
   */
  async refresh(topics?: readonly string[]): Promise<void> {
    await this.#ask(topics ?? [...this.#topics.keys()], false);
  }

  /** Fetches all topics of the cluster. Does not cache them. */
  async all(): Promise<TopicMetadata[]> {
    const response = await this.#send(null, false);
    return response.topics
      .filter((topic) => topic.errorCode === ErrorCode.NONE && topic.name !== null)
      .map((topic) => topicMetadata(topic, topic.name ?? "", undefined));
  }

  /** Removes a topic from the cache, since it was deleted. */
  forget(name: string): void {
    const topicId = this.#topics.get(name)?.topicId;
    if (typeof topicId === "string") this.#names.delete(topicId);
    this.#topics.delete(name);
  }

  #ask(names: readonly string[], autoCreate: boolean): Promise<Failures> {
    let round = this.#next;
    // A request allows auto-creation for all of its topics or for none, so the two cannot share one.
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
    // Wait one more turn, so that calls of the same moment are included.
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
        settings.log("debug", "could not refresh metadata", { reason: reason(error) });
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
