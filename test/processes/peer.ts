import { Client, type Producer } from "@millrace/client";
import { string } from "@millrace/core";
import { nodePlatform } from "@millrace/platform/node";
import { Kafka, logLevel, type Admin } from "kafkajs";
import { vi } from "vitest";
import { createTopics } from "../interop/create-topics.ts";
import { readAll, type ReadMessage } from "../interop/read-all.ts";

export interface Sent {
  readonly key: string | null;
  readonly value: string;
  readonly timestampMs: number;
}

/** Offsets by partition. */
export type Offsets = ReadonlyMap<number, number>;

/**
 * Somebody beside the application who uses its topics. It writes with our producer, since that of kafkajs writes twice when a leader
 * moves; it reads with kafkajs.
 */
export class Peer implements AsyncDisposable {
  readonly #groupId: string;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #client: Client;
  readonly #producer: Producer;

  private constructor(brokers: readonly string[], groupId: string) {
    this.#groupId = groupId;
    this.#kafka = new Kafka({ clientId: "peer", brokers: [...brokers], logLevel: logLevel.NOTHING });
    this.#admin = this.#kafka.admin();
    this.#client = Client.open({ clientId: "peer", brokers }, nodePlatform());
    this.#producer = this.#client.producer({ lingerMs: 0 });
  }

  /** @param groupId the application's id */
  static async open(brokers: readonly string[], groupId: string): Promise<Peer> {
    const peer = new Peer(brokers, groupId);
    await peer.#admin.connect();
    return peer;
  }

  createTopics(names: readonly string[], partitionCount: number): Promise<void> {
    return createTopics(this.#admin, names, partitionCount);
  }

  /** Resolves when all is acknowledged. */
  async send(topic: string, records: readonly Sent[]): Promise<void> {
    const to = await this.#producer.topic(topic);
    for (const { key, value, timestampMs } of records) to.append(-1, timestampMs, key, string, value, string, []);
    await this.#producer.flush();
  }

  read(topic: string): Promise<ReadMessage[]> {
    return readAll(this.#kafka, topic);
  }

  /** Where the logs end. */
  async ends(topic: string): Promise<Offsets> {
    const offsets = await this.#admin.fetchTopicOffsets(topic);
    return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
  }

  /** What the group has committed; 0 where it has not yet. */
  async committed(name: string): Promise<Offsets> {
    const [topic] = await this.#admin.fetchOffsets({ groupId: this.#groupId, topics: [name] });
    return new Map(topic?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
  }

  /** Resolves when the group has committed all that is in the topic now. */
  async allCommitted(topic: string): Promise<void> {
    const ends = await this.ends(topic);
    const reached = async (): Promise<boolean> => {
      const committed = await this.committed(topic);
      return [...ends].every(([partition, end]) => (committed.get(partition) ?? 0) >= end);
    };
    // While a coordinator moves there is no answer.
    await vi.waitUntil(() => reached().catch(() => false), { timeout: 90_000, interval: 25 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
    await this.#admin.disconnect();
  }
}
