import type { Producer, ProducerTopic } from "@millrace/client";
import type { Output, Plan, TopicOutput } from "@millrace/core";
import { UnknownSinkTopicError } from "./errors.ts";

/** A thread's output: the producer's topics, looked up before tasks are built so that writing never waits for metadata. */
export class ProducerOutput implements Output {
  readonly #producer: Producer;
  readonly #topics = new Map<string, ProducerTopic>();
  /** Topics that were asked for. Most of those that were looked up may be other applications'. */
  readonly #used = new Map<string, ProducerTopic>();

  constructor(producer: Producer) {
    this.#producer = producer;
  }

  async prepare(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      if (!this.#topics.has(name)) this.#topics.set(name, await this.#producer.topic(name));
    }
  }

  /** Names of the topics that were written to. */
  used(): Iterable<string> {
    return this.#used.keys();
  }

  /** @throws {UnknownSinkTopicError} for a topic that a record's own data named and that did not exist at start */
  topic(name: string): TopicOutput {
    return this.#used.get(name) ?? this.#use(name);
  }

  #use(name: string): TopicOutput {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw new UnknownSinkTopicError(name);
    this.#used.set(name, topic);
    return topic;
  }
}

/** The topics that a plan may write to: sinks, repartition topics, changelogs. Those that records name are not among them. */
export function topicsWritten(plan: Plan): Set<string> {
  const names = new Set<string>(plan.changelogTopics.keys());
  for (const { sinkTopics } of plan.subtopologies) for (const topic of sinkTopics) names.add(topic);
  return names;
}

/** True if a sink names its topic record by record, so that it may be any. */
export function writesAnyTopic({ topology }: Plan): boolean {
  return topology.nodes.some((node) => node.kind === "sink" && typeof node.topic !== "string");
}
