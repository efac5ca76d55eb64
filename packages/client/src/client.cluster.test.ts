import { sleep } from "@millrace/platform";
import { describe, expect, test } from "vitest";

import type { Client } from "./client.ts";
import type { GroupMemberOptions } from "./group/group-options.ts";
import { TestCluster } from "./testing/test-cluster.ts";
import { recordValues } from "./testing/test-topic.ts";
import { textWriter } from "./testing/text-writer.ts";

const seeds = [1, 2, 3, 4, 5];

/** Three nodes, a topic, and a client of them. */
async function world(seed: number) {
  const cluster = await TestCluster.start(seed, 3);
  const topic = cluster.createTopic("t", 2);
  const client = cluster.client({ retryBackoffMs: 10, retryBackoffMaxMs: 50 });
  const { timers, random } = cluster.simulation;
  const pause = (durationMs: number): Promise<void> => sleep(timers, durationMs);
  const below = (limit: number): number => random.uint32() % limit;
  /** Does something to the cluster now and then, so many times. */
  const disturb = async (times: number, act: () => Promise<void> | void): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      await pause(20 + below(60));
      await act();
    }
  };
  return { cluster, topic, client, pause, below, disturb };
}

async function produceAll(
  client: Client,
  values: readonly string[],
  pause: (durationMs: number) => Promise<void>,
): Promise<void> {
  const producer = client.producer({ lingerMs: 1, batchBytesMax: 120 });
  const topic = await producer.topic("t");
  for (const [i, value] of values.entries()) {
    topic.append(i % 2, Number.NaN, null, textWriter, value, textWriter, []);
    await pause(2);
  }
  await producer.flush();
}

/** Fetches both partitions until so many records are there; by partition. */
async function fetchAll(client: Client, count: number): Promise<string[][]> {
  const read: string[][] = [[], []];
  const fetcher = client.fetcher({ fetchWaitMaxMs: 200 });
  for (const partition of [0, 1]) fetcher.assign("t", partition, 0);
  while (read[0]!.length + read[1]!.length < count) {
    const fetched = fetcher.take();
    if (fetched === null) await fetcher.whenData();
    else if (fetched.error !== null) throw fetched.error;
    else read[fetched.partition]!.push(...recordValues(fetched.buffer));
  }
  return read;
}

const values = Array.from({ length: 300 }, (_, i) => `v${i}`);
const byPartition = [values.filter((_, i) => i % 2 === 0), values.filter((_, i) => i % 2 === 1)];

describe("every record is written once, in order, and read so,", () => {
  test.each(seeds)("while leaders move (seed %i)", async (seed) => {
    const { cluster, topic, client, pause, below, disturb } = await world(seed);
    const moving = disturb(8, () => cluster.moveLeader(topic, below(2), 1 + below(3)));
    const [read] = await cluster.settle(
      Promise.all([fetchAll(client, values.length), produceAll(client, values, pause), moving]),
    );
    expect(read).toEqual(byPartition);
    expect(topic.partitions.map(({ log }) => log.values())).toEqual(byPartition);
    await cluster.settle(client.close());
  });

  test.each(seeds)("while nodes stop and start, and answers are lost (seed %i)", async (seed) => {
    const { cluster, topic, client, pause, below, disturb } = await world(seed);
    cluster.produceFault = () => (below(5) === 0 ? "drop response" : "pass");
    const restarting = disturb(4, async () => {
      const nodeId = 1 + below(3);
      await cluster.cluster.stopNode(nodeId, { handOver: below(2) === 0 });
      await pause(50 + below(100));
      await cluster.cluster.startNode(nodeId);
    });
    const [read] = await cluster.settle(
      Promise.all([fetchAll(client, values.length), produceAll(client, values, pause), restarting]),
    );
    expect(read).toEqual(byPartition);
    expect(topic.partitions.map(({ log }) => log.values())).toEqual(byPartition);
    await cluster.settle(client.close());
  });
});

describe("a group", () => {
  const options = (events: string[]): GroupMemberOptions => ({
    groupId: "g",
    heartbeatIntervalMs: 100,
    sessionTimeoutMs: 6_000,
    protocols: () => [{ name: "p", metadata: Buffer.from("me") }],
    assign: (_protocol, members) => new Map(members.map(({ memberId }, i) => [memberId, Buffer.from(String(i))])),
    onAssigned: (_assignment, generation) => void events.push(`assigned in ${generation}`),
    onRebalance: async () => void events.push("rebalance"),
    onLost: (error) => void events.push(error.code),
  });

  test.each(seeds)("goes on with its members and offsets while its coordinator moves and loads (seed %i)", async (seed) => {
    const { cluster, client, pause, below, disturb } = await world(seed);
    const events: string[] = [];
    const member = client.group(options(events));
    await cluster.settle(member.join());
    let committed = 0;
    const committing = async (): Promise<void> => {
      for (let offset = 1; offset <= 40; offset += 1) {
        await member.commit([{ topic: "t", partition: 0, offset }]);
        committed = offset;
        await pause(10);
      }
    };
    const moving = disturb(8, () => cluster.cluster.moveCoordinator("group", "g", 1 + below(3), { loadMs: below(300) }));
    await cluster.settle(Promise.all([committing(), moving]));
    expect(events).toEqual(["assigned in 1"]);
    expect(committed).toBe(40);
    const found = await cluster.settle(member.committed([{ topic: "t", partition: 0 }]));
    expect(found).toMatchObject([{ offset: 40 }]);
    await cluster.settle(client.close());
  });

  test("that loses its coordinator in the middle of a rebalance rebalances again, and all members are in the end in one generation", async () => {
    const { cluster, client, pause } = await world(6);
    const events: string[][] = [[], [], []];
    const members = events.map((each) => client.group(options(each)));
    await cluster.settle(members[0]!.join());
    const joining = Promise.all([members[1]!.join(), members[2]!.join()]);
    await cluster.settle(pause(30));
    const coordinator = cluster.cluster.coordinator("group", "g");
    cluster.cluster.moveCoordinator("group", "g", 1 + (coordinator % 3), { loadMs: 200 });
    await cluster.settle(joining);
    const settled = (): boolean =>
      members.every(({ state, generation }) => state === "stable" && generation === members[0]!.generation);
    while (!settled()) await cluster.settle(pause(50));
    await cluster.settle(pause(1_000));
    expect(settled()).toBe(true);
    expect(events.flat().filter((event) => !/^assigned|^rebalance/.test(event))).toEqual([]);
    await cluster.settle(client.close());
  });
});
