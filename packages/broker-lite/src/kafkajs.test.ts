import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePlatform } from "@millrace/platform/node";
import { AssignerProtocol, CompressionTypes, ConfigResourceTypes, Kafka, logLevel, PartitionAssigners } from "kafkajs";
import type { Admin, Consumer, ICustomPartitioner, Producer } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Broker } from "./broker.ts";

/**
 * A black-box peer: what kafkajs 2.2.4 does with a real Kafka, it does with this broker. Over TCP, on both kinds of log.
 */
class Fixture {
  readonly #kind: "memory" | "file";
  readonly #directory = mkdtempSync(join(tmpdir(), "broker-lite-"));
  readonly #open: (Producer | Consumer | Admin)[] = [];
  #topics = 0;
  broker!: Broker;
  kafka!: Kafka;
  admin!: Admin;

  constructor(kind: "memory" | "file") {
    this.#kind = kind;
    beforeAll(async () => {
      await this.start();
      this.kafka = new Kafka({
        brokers: [`127.0.0.1:${this.broker.address.port}`],
        logLevel: logLevel.NOTHING,
        retry: { initialRetryTime: 20 },
      });
      this.admin = this.closing(this.kafka.admin());
      await this.admin.connect();
    });
    afterAll(async () => {
      for (const client of this.#open) await client.disconnect();
      await this.broker.close();
      rmSync(this.#directory, { recursive: true });
    });
  }

  async start(port: number = 0): Promise<void> {
    const dataDirectory = this.#kind === "file" ? this.#directory : null;
    this.broker = await Broker.start(
      { host: "127.0.0.1", port, dataDirectory, config: { groupInitialRebalanceDelayMs: 0 } },
      nodePlatform(),
    );
  }

  /** Disconnects the client when the tests are over. */
  closing<T extends Producer | Consumer | Admin>(client: T): T {
    this.#open.push(client);
    return client;
  }

  async topic(numPartitions: number, configEntries: { name: string; value: string }[] = []): Promise<string> {
    this.#topics += 1;
    const topic = `topic-${this.#topics}`;
    expect(await this.admin.createTopics({ topics: [{ topic, numPartitions, configEntries }] })).toBe(true);
    return topic;
  }

  /** Sends the record of key n to partition n modulo their number. */
  async producer(idempotent: boolean = false): Promise<Producer> {
    const createPartitioner: ICustomPartitioner =
      () =>
      ({ message, partitionMetadata }) =>
        Number(message.key) % partitionMetadata.length;
    const producer = this.closing(this.kafka.producer({ idempotent, createPartitioner }));
    await producer.connect();
    return producer;
  }

  async member(groupId: string, topic: string): Promise<Member> {
    const consumer = this.closing(
      this.kafka.consumer({ groupId, sessionTimeout: 10_000, heartbeatInterval: 100, maxWaitTimeInMs: 200 }),
    );
    const member: Member = { consumer, records: new Inbox(), shares: new Inbox() };
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => member.shares.take(payload.memberAssignment[topic]?.length ?? 0));
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommitInterval: 50,
      eachMessage: ({ partition, message }) => {
        member.records.take({ partition, value: message.value!.toString(), number: String(message.headers!["number"]) });
        return Promise.resolve();
      },
    });
    return member;
  }
}

/** Events in order of their arrival, with a way to await a number of them. */
class Inbox<T> {
  readonly items: T[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  readonly take = (item: T): void => {
    this.items.push(item);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.items.length < count) return true;
      resolve();
      return false;
    });
  };

  /** Resolves once `count` have come. */
  has(count: number): Promise<void> {
    if (this.items.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}

interface Member {
  readonly consumer: Consumer;
  readonly records: Inbox<{ readonly partition: number; readonly value: string; readonly number: string }>;
  /** Number of partitions that each assignment gave it. */
  readonly shares: Inbox<number>;
}

function messagesOf(from: number, count: number): { key: string; value: string; headers: Record<string, string> }[] {
  return Array.from({ length: count }, (_, i) => ({
    key: String(from + i),
    value: `value ${from + i}`,
    headers: { number: String(from + i) },
  }));
}

function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return Number(a[0]) - Number(b[0]);
}

describe.each(["memory", "file"] as const)("kafkajs, with the log in %s", (kind) => {
  const fixture = new Fixture(kind);

  test.each([
    [false, CompressionTypes.None],
    [true, CompressionTypes.None],
    [true, CompressionTypes.GZIP],
  ])("what a producer (idempotent: %s, compression %i) sends, a consumer gets in order", async (idempotent, compression) => {
    const topic = await fixture.topic(2);
    const producer = await fixture.producer(idempotent);
    for (let i = 0; i < 5; i += 1) {
      const sent = await producer.send({ topic, acks: -1, compression, messages: messagesOf(i * 20, 20) });
      expect(sent.map(({ partition, errorCode, baseOffset }) => [partition, errorCode, baseOffset]).sort(byFirst)).toEqual([
        [0, 0, String(i * 10)],
        [1, 0, String(i * 10)],
      ]);
    }
    const { consumer, records } = await fixture.member(`group-${topic}`, topic);
    await records.has(100);
    await consumer.stop();
    for (const parity of [0, 1]) {
      const expected = Array.from({ length: 50 }, (_, i) => ({
        partition: parity,
        value: `value ${2 * i + parity}`,
        number: String(2 * i + parity),
      }));
      expect(records.items.filter(({ partition }) => partition === parity)).toEqual(expected);
    }
  });

  test("acks 0 and 1 work too", async () => {
    const topic = await fixture.topic(1);
    const producer = await fixture.producer();
    await producer.send({ topic, acks: 0, messages: messagesOf(0, 3) });
    await producer.send({ topic, acks: 1, messages: messagesOf(3, 3) });
    expect(await fixture.admin.fetchTopicOffsets(topic)).toEqual([{ partition: 0, offset: "6", high: "6", low: "0" }]);
  });

  test("a group shares its partitions, and hands them over when a member comes or goes", async () => {
    const topic = await fixture.topic(4);
    const producer = await fixture.producer(true);
    const groupId = `group-${topic}`;
    const first = await fixture.member(groupId, topic);
    await first.shares.has(1);
    await producer.send({ topic, messages: messagesOf(0, 40) });
    await first.records.has(40);
    const second = await fixture.member(groupId, topic);
    await Promise.all([first.shares.has(2), second.shares.has(1)]);
    await producer.send({ topic, messages: messagesOf(40, 40) });
    await Promise.all([first.records.has(60), second.records.has(20)]);
    expect(new Set(second.records.items.map(({ partition }) => partition)).size).toBe(2);
    const described = await fixture.admin.describeGroups([groupId]);
    expect(described.groups[0]).toMatchObject({ state: "Stable", protocolType: "consumer" });
    const shares = described.groups[0]!.members.map(
      ({ memberAssignment }) => AssignerProtocol.MemberAssignment.decode(memberAssignment)!.assignment[topic]!,
    );
    expect(shares.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
    await first.consumer.disconnect();
    await second.shares.has(2);
    await producer.send({ topic, messages: messagesOf(80, 20) });
    await second.records.has(40);
    await second.consumer.disconnect();
    expect([first.shares.items, second.shares.items]).toEqual([
      [4, 2],
      [2, 4],
    ]);
    const values = [...first.records.items, ...second.records.items].map(({ value }) => value);
    expect(values).toHaveLength(100);
    expect(new Set(values).size).toBe(100);
    const offsets = await fixture.admin.fetchOffsets({ groupId, topics: [topic] });
    expect(offsets[0]!.partitions.map(({ offset }) => offset)).toEqual(["25", "25", "25", "25"]);
  });

  test("a member with another protocol is kept out", async () => {
    const topic = await fixture.topic(1);
    const groupId = `group-${topic}`;
    await (await fixture.member(groupId, topic)).shares.has(1);
    const other = fixture.kafka.consumer({
      groupId,
      retry: { retries: 0 },
      partitionAssigners: [
        (cluster) => ({
          ...PartitionAssigners.roundRobin(cluster),
          name: "other",
          protocol: () => ({ name: "other", metadata: Buffer.alloc(0) }),
        }),
      ],
    });
    fixture.closing(other);
    await other.connect();
    await other.subscribe({ topics: [topic] });
    const crashed = new Promise<string>(
      (resolve) => void other.on(other.events.CRASH, ({ payload }) => resolve(payload.error.message)),
    );
    await other.run({ eachMessage: () => Promise.resolve() });
    expect(await crashed).toMatch(/protocol/i);
  });

  test("admin creates, describes, trims and deletes topics", async () => {
    const topic = await fixture.topic(3, [{ name: "retention.ms", value: "77000" }]);
    expect(await fixture.admin.createTopics({ topics: [{ topic }] })).toBe(false);
    expect(await fixture.admin.listTopics()).toContain(topic);
    const {
      topics: [described],
    } = await fixture.admin.fetchTopicMetadata({ topics: [topic] });
    expect(
      described!.partitions.map(({ partitionId, leader, isr }) => [partitionId, leader, isr] as const).sort(byFirst),
    ).toEqual([
      [0, 1, [1]],
      [1, 1, [1]],
      [2, 1, [1]],
    ]);
    const { resources } = await fixture.admin.describeConfigs({
      includeSynonyms: true,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
    });
    const retention = resources[0]!.configEntries.find(({ configName }) => configName === "retention.ms");
    expect(retention).toMatchObject({ configValue: "77000", configSource: 1 });
    const producer = await fixture.producer();
    await producer.send({ topic, messages: messagesOf(0, 30) });
    // kafkajs looks for leaders only among the topics whose offsets it has asked for.
    await fixture.admin.fetchTopicOffsets(topic);
    await fixture.admin.deleteTopicRecords({
      topic,
      partitions: [
        { partition: 0, offset: "4" },
        { partition: 1, offset: "-1" },
      ],
    });
    const offsets = await fixture.admin.fetchTopicOffsets(topic);
    expect(offsets.sort((a, b) => a.partition - b.partition).map(({ low, high }) => [low, high])).toEqual([
      ["4", "10"],
      ["10", "10"],
      ["0", "10"],
    ]);
    const atTime = await fixture.admin.fetchTopicOffsetsByTimestamp(topic, 1);
    expect(atTime.sort((a, b) => a.partition - b.partition).map(({ offset }) => offset)).toEqual(["4", "10", "0"]);
    await fixture.admin.deleteTopics({ topics: [topic] });
    expect(await fixture.admin.listTopics()).not.toContain(topic);
  });

  test("a transaction is refused, not ignored", async () => {
    const producer = fixture.kafka.producer({
      transactionalId: "tx",
      idempotent: true,
      maxInFlightRequests: 1,
      retry: { retries: 1 },
    });
    fixture.closing(producer);
    await producer.connect();
    await expect(producer.transaction()).rejects.toThrow(/version of API is not supported/);
  });
});

describe("kafkajs, with the log in memory, for long calls", () => {
  const fixture = new Fixture("memory");

  test("admin sets, reads and deletes the offsets of a group", async () => {
    const topic = await fixture.topic(2);
    const groupId = `group-${topic}`;
    await fixture.admin.setOffsets({
      groupId,
      topic,
      partitions: [
        { partition: 0, offset: "5" },
        { partition: 1, offset: "7" },
      ],
    });
    const offsets = await fixture.admin.fetchOffsets({ groupId, topics: [topic] });
    expect(offsets[0]!.partitions.map(({ partition, offset }) => [partition, offset])).toEqual([
      [0, "5"],
      [1, "7"],
    ]);
    expect((await fixture.admin.listGroups()).groups.map((group) => group.groupId)).toContain(groupId);
    await fixture.admin.deleteGroups([groupId]);
    expect((await fixture.admin.listGroups()).groups.map((group) => group.groupId)).not.toContain(groupId);
    expect((await fixture.admin.describeCluster()).brokers).toEqual([
      { nodeId: 1, host: "127.0.0.1", port: fixture.broker.address.port },
    ]);
  });
});

describe("kafkajs, with the log in file, over a restart", () => {
  const fixture = new Fixture("file");

  test("everything is there after a restart", async () => {
    const topic = await fixture.topic(2);
    const producer = await fixture.producer();
    await producer.send({ topic, messages: messagesOf(0, 10) });
    const before = await fixture.member("keeper", topic);
    await before.records.has(10);
    await before.consumer.disconnect();
    await producer.send({ topic, messages: messagesOf(10, 3) });
    const { port } = fixture.broker.address;
    await fixture.broker.close();
    await fixture.start(port);
    const offsets = await fixture.admin.fetchOffsets({ groupId: "keeper", topics: [topic] });
    expect(offsets[0]!.partitions.map(({ offset }) => offset)).toEqual(["5", "5"]);
    const { records } = await fixture.member("keeper", topic);
    await records.has(3);
    expect(records.items.map(({ value }) => value).sort()).toEqual(["value 10", "value 11", "value 12"]);
  });
});
