import { nodePlatform } from "@millrace/platform/node";
import { bytesWriter, type CodecName, RecordCursor } from "@millrace/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";

import { Client } from "../client.ts";
import { UnknownTopicError } from "../errors.ts";
import type { GroupMember } from "../group/group-member.ts";
import type { JoinedMember } from "../group/group-options.ts";
import { textWriter } from "./text-writer.ts";

const platform = nodePlatform();
/** Recent, since retention goes by the records' timestamps. */
const startMs = platform.clock.nowMs();
const unique = `${startMs}-${platform.random.uint32()}`;

/** Client and addresses that the tests share. */
interface World {
  client(): Client;
  createTopic(name: string, partitionCount: number, configs?: Record<string, string>): Promise<string>;
}

/** Suite of the client for any broker, over TCP. `address` is called when the tests run. */
export function clientSuite(address: () => string): void {
  let client: Client;
  const topics: string[] = [];

  beforeAll(() => {
    client = Client.open({ clientId: "interop", brokers: [address()] }, platform);
  });

  afterAll(async () => {
    await client.admin.deleteTopics(topics);
    await client.close();
  });

  async function createTopic(name: string, partitionCount: number, configs: Record<string, string> = {}): Promise<string> {
    const unambiguous = `${name}-${unique}`;
    topics.push(unambiguous);
    await client.admin.createTopics([{ name: unambiguous, partitionCount, replicationFactor: 1, configs }]);
    return unambiguous;
  }

  const world: World = { client: () => client, createTopic };
  writesAndReads(world);
  administers(world);
  sharesGroups(world);
}

function writesAndReads(world: World): void {
  test("writes and reads 100,000 records, once each and in order", async () => {
    const topic = await world.createTopic("hundred-thousand", 4);
    await using producer = world.client().producer();
    const opened = await producer.topic(topic);
    for (let i = 0; i < 100_000; i += 1) {
      opened.append(
        i % 4,
        startMs + i,
        `key-${i}`,
        textWriter,
        String(i),
        textWriter,
        i % 1000 === 0 ? [{ key: "h", value: Buffer.from("x") }] : [],
      );
      await (producer.whenRoom() ?? undefined);
    }
    await producer.flush();
    const read = await readAll(world.client(), topic, [0, 1, 2, 3], 100_000);
    for (let partition = 0; partition < 4; partition += 1) {
      expect(read.get(partition)).toEqual(Array.from({ length: 25_000 }, (_, i) => String(4 * i + partition)));
    }
  });

  test.each<CodecName>(["gzip", "snappy", "lz4", "zstd"])("writes and reads batches compressed with %s", async (compression) => {
    const topic = await world.createTopic(`codec-${compression}`, 1);
    await using producer = world.client().producer({ compression });
    const opened = await producer.topic(topic);
    const values = Array.from({ length: 1000 }, (_, i) => `value ${i} ${"abc".repeat(i % 50)}`);
    for (const value of values) opened.append(0, Number.NaN, null, textWriter, value, textWriter, []);
    await producer.flush();
    expect((await readAll(world.client(), topic, [0], 1000)).get(0)).toEqual(values);
  });

  test("splits batches that are larger than the topic takes", async () => {
    const topic = await world.createTopic("small", 1, { "max.message.bytes": "2000" });
    await using producer = world.client().producer({ lingerMs: 1000 });
    const opened = await producer.topic(topic);
    const values = Array.from({ length: 300 }, (_, i) => `value ${i}`);
    for (const value of values) opened.append(0, Number.NaN, null, textWriter, value, textWriter, []);
    await producer.flush();
    expect((await readAll(world.client(), topic, [0], 300)).get(0)).toEqual(values);
    opened.append(0, Number.NaN, null, textWriter, "x".repeat(3000), textWriter, []);
    await expect(producer.flush()).rejects.toMatchObject({ code: "CLIENT_RECORD_TOO_LARGE", topic, partition: 0 });
    opened.append(0, Number.NaN, null, textWriter, "after", textWriter, []);
    await producer.flush();
    expect((await readAll(world.client(), topic, [0], 301)).get(0)?.at(-1)).toBe("after");
  });
}

function administers(world: World): void {
  test("describes topics, configs and offsets, and deletes records", async () => {
    const topic = await world.createTopic("admin", 2, { "retention.ms": "123456789" });
    const { admin } = world.client();
    await expect(admin.createTopics([{ name: topic }])).rejects.toMatchObject({
      code: "CLIENT_BROKER_ERROR",
      errorName: "TOPIC_ALREADY_EXISTS",
    });
    expect(await admin.createTopics([{ name: topic }], { tolerateExisting: true })).toEqual([{ name: topic, created: false }]);
    expect((await admin.describeTopics([topic]))[0]).toMatchObject({
      name: topic,
      internal: false,
      partitions: [{ partition: 0 }, { partition: 1 }],
    });
    expect((await admin.listTopics()).map(({ name }) => name)).toContain(topic);
    expect((await admin.describeConfigs("topic", topic)).find(({ name }) => name === "retention.ms")).toMatchObject({
      value: "123456789",
      source: 1,
    });
    await using producer = world.client().producer();
    const opened = await producer.topic(topic);
    for (let i = 0; i < 10; i += 1) opened.append(1, startMs + i, null, bytesWriter, Buffer.from([i]), bytesWriter, []);
    await producer.flush();
    const both = [
      { topic, partition: 0 },
      { topic, partition: 1 },
    ];
    expect((await admin.listOffsets(both, "latest")).map(({ partition, offset }) => `${partition}: ${offset}`).sort()).toEqual([
      "0: 0",
      "1: 10",
    ]);
    expect(await admin.listOffsets([{ topic, partition: 1 }], startMs + 4)).toMatchObject([
      { offset: 4, timestampMs: startMs + 4 },
    ]);
    expect(await admin.listOffsets([{ topic, partition: 1 }], startMs + 100)).toMatchObject([{ offset: null }]);
    expect(await admin.deleteRecords([{ topic, partition: 1, beforeOffset: 6 }])).toEqual([
      { topic, partition: 1, logStartOffset: 6 },
    ]);
    expect(await admin.listOffsets([{ topic, partition: 1 }], "earliest")).toMatchObject([{ offset: 6 }]);
    await using fetcher = world.client().fetcher();
    fetcher.assign(topic, 1, 2);
    await fetcher.whenData();
    expect(fetcher.take()).toMatchObject({ topic, partition: 1, error: { code: "CLIENT_OFFSET_OUT_OF_RANGE", offset: 2 } });
    fetcher.seek(topic, 1, 6);
    await fetcher.whenData();
    // The log still holds the batch whole: what is below the position is the reader's to drop.
    expect(fetcher.take()).toMatchObject({ error: null, fetchOffset: 6, nextOffset: 10, highWatermark: 10, logStartOffset: 6 });
  });

  test("names a topic that does not exist", async () => {
    await expect(world.client().metadata.topic(`missing-${unique}`)).rejects.toThrow(UnknownTopicError);
  });
}

function sharesGroups(world: World): void {
  test("joins, rebalances, commits and leaves", async () => {
    const topic = await world.createTopic("group", 1);
    const events: string[] = [];
    const group = (name: string): GroupMember =>
      world.client().group({
        groupId: `group-${unique}`,
        sessionTimeoutMs: 10_000,
        heartbeatIntervalMs: 100,
        protocols: () => [{ name: "by-name", metadata: Buffer.from(name) }],
        assign: (_protocol, members) =>
          new Map(members.map(({ memberId, metadata }) => [memberId, Buffer.from(`${metadata.toString()}/${members.length}`)])),
        onAssigned: (assignment) => void events.push(assignment.toString()),
        onRebalance: async () => {
          events.push(`${name} rebalances`);
          if (name === "a") await first.commit([{ topic, partition: 0, offset: 7, metadata: "position" }]);
        },
        onLost: (error) => void events.push(error.code),
      });
    const first = group("a");
    const second = group("b");
    await first.join();
    expect(events).toEqual(["a/1"]);
    await second.join();
    // Whose assignment is told first is the network's to decide.
    await expect.poll(() => events.length, { timeout: 20_000 }).toBe(4);
    expect(events.slice(0, 2)).toEqual(["a/1", "a rebalances"]);
    expect(events.slice(2).sort()).toEqual(["a/2", "b/2"]);
    expect(await second.committed([{ topic, partition: 0 }])).toEqual([
      { topic, partition: 0, offset: 7, leaderEpoch: -1, metadata: "position" },
    ]);
    await first.leave();
    await expect.poll(() => events.slice(4), { timeout: 20_000 }).toEqual(["b rebalances", "b/1"]);
    await second.commit([{ topic, partition: 0, offset: 9 }]);
    expect(await second.committed([{ topic, partition: 0 }])).toMatchObject([{ offset: 9 }]);
    await second.leave();
  });

  test("keeps a static member's place", async () => {
    const assignments: string[] = [];
    const open = (): GroupMember =>
      world.client().group({
        groupId: `static-${unique}`,
        groupInstanceId: "instance-1",
        protocols: () => [{ name: "p", metadata: Buffer.from("m") }],
        assign: (_protocol, members: readonly JoinedMember[]) =>
          new Map(members.map(({ memberId }) => [memberId, Buffer.from("mine")])),
        onAssigned: (assignment, generation) => void assignments.push(`${assignment.toString()} ${generation}`),
        onRebalance: async () => {},
        onLost: () => {},
      });
    const before = open();
    await before.join();
    await before.leave();
    const after = open();
    await after.join();
    expect(assignments).toEqual(["mine 1", "mine 1"]);
    await after.leave();
  });
}

/** The values of `count` records, by partition, in the order of the log. */
async function readAll(
  client: Client,
  topic: string,
  partitions: readonly number[],
  count: number,
): Promise<Map<number, string[]>> {
  await using fetcher = client.fetcher();
  const values = new Map<number, string[]>();
  for (const partition of partitions) {
    values.set(partition, []);
    fetcher.assign(topic, partition, 0);
  }
  const cursor = new RecordCursor();
  for (let seen = 0; seen < count;) {
    const fetched = fetcher.take();
    if (fetched === null) {
      await fetcher.whenData();
      continue;
    }
    if (fetched.error !== null) throw fetched.error;
    const into = values.get(fetched.partition)!;
    for (let at = cursor.open(fetched.buffer, 0); at >= 0; at = cursor.open(fetched.buffer, at)) {
      while (cursor.next()) {
        into.push(cursor.buffer.toString("utf8", cursor.valueStart, cursor.valueEnd));
        seen += 1;
      }
    }
  }
  return values;
}
