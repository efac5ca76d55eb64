import { ErrorCode, fetch, type FetchRequest, type FetchResponse, metadata } from "@millrace/protocol";
import { describe, expect, test } from "vitest";

import type { Client } from "../client.ts";
import { ClientError, ClosedError } from "../errors.ts";
import { addFollowers, type TestFollower } from "../testing/followers.ts";
import { type Received, TestCluster } from "../testing/test-cluster.ts";
import { batchesIn, recordValues, type TestTopic } from "../testing/test-topic.ts";
import { textWriter } from "../testing/text-writer.ts";
import type { Fetched, FetchedPartition, FetcherOptions } from "./fetched.ts";
import type { Fetcher } from "./fetcher.ts";

interface World {
  readonly cluster: TestCluster;
  readonly topic: TestTopic;
  readonly fetcher: Fetcher;
  /** Writes batches, each a list of values, to a partition. */
  write(partition: number, ...batches: readonly (readonly string[])[]): Promise<void>;
  pause(delayMs: number): Promise<void>;
  next(): Promise<Fetched>;
  nextData(): Promise<FetchedPartition>;
  fetches(): FetchRequest[];
}

interface Options extends FetcherOptions {
  readonly partitionCount?: number;
  readonly brokerCount?: number;
  readonly metadataMaxAgeMs?: number;
}

/** Runs a scenario in virtual time. */
async function scenario(
  { partitionCount = 1, brokerCount = 1, metadataMaxAgeMs = 300_000, ...options }: Options,
  run: (world: World) => Promise<void>,
): Promise<void> {
  const cluster = await TestCluster.start(5, brokerCount);
  const topic = cluster.createTopic("t", partitionCount);
  const client = cluster.client({ retryBackoffMs: 10, metadataMaxAgeMs });
  const producer = client.producer({ lingerMs: 1_000_000 });
  const fetcher = client.fetcher(options);
  const next = async (): Promise<Fetched> => {
    for (;;) {
      const fetched = fetcher.take();
      if (fetched !== null) return fetched;
      await fetcher.whenData();
    }
  };
  const world: World = {
    cluster,
    topic,
    fetcher,
    async write(partition, ...batches) {
      const opened = await producer.topic("t");
      for (const values of batches) {
        for (const value of values) opened.append(partition, 0, null, textWriter, value, textWriter, []);
        await producer.flush();
      }
    },
    pause: (delayMs) => new Promise((resolve) => void cluster.simulation.timers.after(delayMs, resolve)),
    next,
    async nextData() {
      const fetched = await next();
      if (fetched.error !== null) throw fetched.error;
      return fetched;
    },
    fetches: () => cluster.received(fetch).map(({ body }) => body),
  };
  await cluster.settle(closing(client, run(world)));
}

type AskedPartition = FetchRequest["topics"][number]["partitions"][number];
const noBytes = Buffer.alloc(0);

/** Changes the records of all fetches on their way to the client. They are copies. */
function changeRecords(cluster: TestCluster, change: (records: Buffer, asked: AskedPartition) => Buffer): void {
  for (const broker of cluster.brokers) {
    broker.on(fetch, async ({ body, serve }) => {
      const answer = await serve();
      const responses = answer.responses.map((topic: FetchResponse["responses"][number], i: number) => ({
        ...topic,
        partitions: topic.partitions.map((partition, j) => {
          const records = Buffer.concat([partition.records!].flat());
          return { ...partition, records: records.length === 0 ? records : change(records, body.topics[i]!.partitions[j]!) };
        }),
      }));
      return { ...answer, responses };
    });
  }
}

async function closing(client: Client, running: Promise<void>): Promise<void> {
  try {
    await running;
  } finally {
    await client.close();
  }
}

describe("fetched batches", () => {
  test("are handed over whole, with what the broker says of the partition", () =>
    scenario({}, async ({ fetcher, write, nextData }) => {
      await write(0, ["a", "b"], ["c"]);
      fetcher.assign("t", 0, 0);
      expect(fetcher.lag("t", 0)).toBeNull();
      const fetched = await nextData();
      expect(recordValues(fetched.buffer)).toEqual(["a", "b", "c"]);
      expect(fetched).toMatchObject({
        topic: "t",
        partition: 0,
        fetchOffset: 0,
        nextOffset: 3,
        highWatermark: 3,
        lastStableOffset: 3,
        logStartOffset: 0,
      });
      expect(fetcher.position("t", 0)).toBe(3);
      expect(fetcher.lag("t", 0)).toBe(0);
    }));

  test("come whole from inside a batch", () =>
    scenario({}, async ({ fetcher, write, nextData }) => {
      await write(0, ["a", "b", "c"]);
      fetcher.assign("t", 0, 2);
      const fetched = await nextData();
      expect(recordValues(fetched.buffer)).toEqual(["a", "b", "c"]);
      expect(fetched).toMatchObject({ fetchOffset: 2, nextOffset: 3 });
    }));

  test("are cut to whole ones when the broker sends a part of the last", () =>
    scenario({}, async ({ cluster, fetcher, write, nextData }) => {
      await write(0, ["a"], ["b"], ["c"]);
      changeRecords(cluster, (records, { fetchOffset }) => (fetchOffset === 0n ? records.subarray(0, -5) : records));
      fetcher.assign("t", 0, 0);
      const first = await nextData();
      expect([recordValues(first.buffer), first.nextOffset]).toEqual([["a", "b"], 2]);
      expect(recordValues((await nextData()).buffer)).toEqual(["c"]);
    }));

  test("that are written later are waited for", () =>
    scenario({}, async ({ fetcher, write, nextData, pause }) => {
      fetcher.assign("t", 0, 0);
      const later = nextData();
      await pause(2_000);
      await write(0, ["a"]);
      expect(recordValues((await later).buffer)).toEqual(["a"]);
    }));

  test("of all partitions come in turns, from all brokers", () =>
    scenario({ partitionCount: 4, brokerCount: 2 }, async (world) => {
      for (const partition of [0, 1, 2, 3]) await world.write(partition, [`p${partition}`]);
      for (const partition of [0, 1, 2, 3]) world.fetcher.assign("t", partition, 0);
      const seen = [await world.nextData(), await world.nextData(), await world.nextData(), await world.nextData()];
      expect(seen.map(({ buffer }) => String(recordValues(buffer)[0])).sort()).toEqual(["p0", "p1", "p2", "p3"]);
      expect(new Set(world.cluster.received(fetch).map(({ nodeId }) => nodeId))).toEqual(new Set([1, 2]));
    }));
});

describe("what is fetched ahead", () => {
  test("stays within the limit until it is taken", () => {
    const options = { partitionBytesMax: 100, bufferBytesMax: 250, partitionCount: 3 };
    return scenario(options, async ({ fetcher, write, nextData, pause }) => {
      const value = "x".repeat(80);
      for (const partition of [0, 1, 2]) await write(partition, ...Array.from({ length: 10 }, () => [value]));
      for (const partition of [0, 1, 2]) fetcher.assign("t", partition, 0);
      await pause(1_000);
      // One response may go over the limit, but none is asked for beyond it.
      expect(fetcher.bytesBuffered).toBeGreaterThan(0);
      expect(fetcher.bytesBuffered).toBeLessThanOrEqual(3 * 160);
      for (let i = 0; i < 30; i += 1) await nextData();
      expect([0, 1, 2].map((partition) => fetcher.position("t", partition))).toEqual([10, 10, 10]);
      expect(fetcher.bytesBuffered).toBe(0);
    });
  });

  test("goes on while what came before is processed", () =>
    scenario({ partitionBytesMax: 100 }, async ({ fetcher, write, nextData, pause, fetches }) => {
      const value = "x".repeat(80);
      await write(0, [value], [value], [value]);
      fetcher.assign("t", 0, 0);
      await pause(1_000);
      expect(
        fetches()
          .slice(0, 2)
          .map(({ topics }) => topics[0]!.partitions[0]!.fetchOffset),
      ).toEqual([0n, 1n]);
      expect((await nextData()).fetchOffset).toBe(0);
      expect((await nextData()).fetchOffset).toBe(1);
      expect((await nextData()).fetchOffset).toBe(2);
    }));
});

describe("a paused partition", () => {
  test("is neither fetched nor handed over, and loses nothing", () =>
    scenario({ partitionCount: 2 }, async ({ fetcher, write, nextData, pause, fetches }) => {
      await write(0, ["a"]);
      await write(1, ["b"]);
      fetcher.assign("t", 0, 0);
      fetcher.assign("t", 1, 0);
      await pause(100);
      fetcher.pause("t", 0);
      expect(recordValues((await nextData()).buffer)).toEqual(["b"]);
      expect(fetcher.take()).toBeNull();
      const before = fetches().length;
      await write(0, ["c"]);
      await pause(2_000);
      expect(
        fetches()
          .slice(before + 1)
          .every(({ topics }) => topics[0]!.partitions.every(({ partition }) => partition === 1)),
      ).toBe(true);
      expect(fetcher.take()).toBeNull();
      fetcher.resume("t", 0);
      expect(recordValues((await nextData()).buffer)).toEqual(["a"]);
      expect(recordValues((await nextData()).buffer)).toEqual(["c"]);
    }));

  test("does not wait for another's long poll when it comes back soon", () => {
    return scenario(
      { partitionCount: 2, fetchWaitMaxMs: 5_000, partitionBytesMax: 100 },
      async ({ cluster, fetcher, write, nextData, pause }) => {
        const value = "x".repeat(80);
        await write(0, ...Array.from({ length: 6 }, () => [value]));
        fetcher.assign("t", 0, 0);
        fetcher.assign("t", 1, 0);
        for (let i = 0; i < 3; i += 1) await nextData();
        fetcher.pause("t", 0);
        await pause(40);
        fetcher.resume("t", 0);
        const startMs = cluster.simulation.elapsedMs;
        for (let i = 0; i < 3; i += 1) await nextData();
        expect(cluster.simulation.elapsedMs - startMs).toBeLessThan(200);
      },
    );
  });

  test("does not keep the broker busy when it stays paused", () =>
    scenario({ partitionCount: 2 }, async ({ fetcher, pause, fetches }) => {
      fetcher.assign("t", 0, 0);
      fetcher.assign("t", 1, 0);
      fetcher.pause("t", 0);
      await pause(20_000);
      expect(fetches().length).toBeLessThan(60);
    }));
});

describe("positions", () => {
  test("are changed by seek, which drops what was buffered and what is on the way", () =>
    scenario({}, async ({ fetcher, write, nextData, pause }) => {
      await write(0, ["a"], ["b"], ["c"]);
      fetcher.assign("t", 0, 0);
      await pause(50);
      fetcher.seek("t", 0, 2);
      expect(fetcher.bytesBuffered).toBe(0);
      expect(fetcher.position("t", 0)).toBe(2);
      expect(recordValues((await nextData()).buffer)).toEqual(["c"]);
      fetcher.seek("t", 0, 1);
      fetcher.seek("t", 0, 0);
      expect((await nextData()).fetchOffset).toBe(0);
    }));

  test("end with the assignment", () =>
    scenario({}, async ({ fetcher, write, pause }) => {
      await write(0, ["a"]);
      fetcher.assign("t", 0, 0);
      await pause(50);
      fetcher.unassign("t", 0);
      expect(fetcher.take()).toBeNull();
      expect(fetcher.bytesBuffered).toBe(0);
      expect(() => fetcher.position("t", 0)).toThrow(ClientError);
      expect(() => fetcher.seek("t", 0, 0)).toThrow('Topic "t", partition 0, is not assigned. Call assign() first.');
      fetcher.unassign("t", 0);
    }));
});

describe("failures", () => {
  test("of a position out of range come out of take, once, until a seek", () =>
    scenario({}, async ({ fetcher, write, next, nextData, pause, fetches }) => {
      await write(0, ["a"]);
      fetcher.assign("t", 0, 99);
      const failed = await next();
      expect(failed.error).toMatchObject({ code: "CLIENT_OFFSET_OUT_OF_RANGE", topic: "t", partition: 0, offset: 99 });
      const before = fetches().length;
      await pause(1_000);
      expect(fetches().length).toBe(before);
      expect(fetcher.take()).toBeNull();
      fetcher.seek("t", 0, 0);
      expect(recordValues((await nextData()).buffer)).toEqual(["a"]);
    }));

  test("of a leader that moved lead to the new one", () =>
    scenario({ brokerCount: 2 }, async ({ cluster, topic, fetcher, write, nextData }) => {
      await write(0, ["a"]);
      fetcher.assign("t", 0, 0);
      await nextData();
      await cluster.moveLeader(topic, 0, 2);
      await write(0, ["b"]);
      expect(recordValues((await nextData()).buffer)).toEqual(["b"]);
      const last = cluster.received(fetch).at(-1)!;
      expect([last.nodeId, last.body.topics[0]!.partitions[0]!.currentLeaderEpoch]).toEqual([2, 1]);
    }));

  test("of the connection are got over", () =>
    scenario({}, async ({ cluster, fetcher, write, nextData }) => {
      await write(0, ["a"]);
      fetcher.assign("t", 0, 0);
      await nextData();
      cluster.broker.disconnectAll();
      await write(0, ["b"]);
      expect(recordValues((await nextData()).buffer)).toEqual(["b"]);
    }));

  test("of a topic that does not exist are told when several answers agree", () =>
    scenario({}, async ({ cluster, fetcher, next }) => {
      fetcher.assign("missing", 0, 0);
      expect((await next()).error).toMatchObject({ code: "CLIENT_FETCH_FAILED", errorName: "UNKNOWN_TOPIC_OR_PARTITION" });
      expect(cluster.received(metadata).length).toBeGreaterThanOrEqual(4);
    }));

  test("of a partition that does not exist are told", () =>
    scenario({}, async ({ fetcher, next }) => {
      fetcher.assign("t", 7, 0);
      expect((await next()).error?.message).toContain("the topic has 1 partitions");
    }));

  test("tell a topic from another with the same name", () =>
    scenario({}, async ({ cluster, fetcher, write, next, nextData }) => {
      await write(0, ["a"]);
      fetcher.assign("t", 0, 0);
      await nextData();
      const admin = cluster.client();
      await admin.admin.deleteTopics(["t"]);
      await admin.close();
      cluster.createTopic("t", 1);
      expect((await next()).error).toMatchObject({ errorName: "UNKNOWN_TOPIC_ID" });
    }));

  test("of bytes that are no batches are told", () =>
    scenario({}, async ({ cluster, fetcher, write, next }) => {
      await write(0, ["a"]);
      changeRecords(cluster, (records) => (records.writeInt32BE(3, 8), records));
      fetcher.assign("t", 0, 0);
      expect((await next()).error).toMatchObject({ code: "CLIENT_FETCH_FAILED", errorName: "CORRUPT_MESSAGE" });
    }));

  test("of a batch that is longer than the log are told with its place, once, and what lies before it is handed over", () =>
    scenario({}, async ({ cluster, fetcher, write, next, nextData, pause, fetches }) => {
      await write(0, ["a"], ["b"], ["c"]);
      changeRecords(cluster, (records) => {
        for (const { baseOffset, buffer } of batchesIn(records)) if (baseOffset === 1) buffer.writeInt32BE(0x7fff_0000, 8);
        return records;
      });
      fetcher.assign("t", 0, 0);
      expect(recordValues((await nextData()).buffer)).toEqual(["a"]);
      const failed = await next();
      expect(failed.error).toMatchObject({ code: "CLIENT_FETCH_FAILED", errorName: "CORRUPT_MESSAGE", offset: 1 });
      expect(failed.error?.message).toContain("hold no whole record batch (the first one says that it has 2147418124 bytes)");
      expect(failed.error?.message).toContain("go on from a later offset");
      const before = fetches().length;
      await pause(5_000);
      expect([fetches().length, fetcher.take()]).toEqual([before, null]);
      fetcher.seek("t", 0, 2);
      expect(recordValues((await nextData()).buffer)).toEqual(["c"]);
    }));

  test("of a batch with a wrong last offset cost no record behind it", () =>
    scenario({ partitionBytesMax: 1 }, async ({ cluster, topic, fetcher, write, nextData }) => {
      await write(0, ["a"], ["b", "c"], ["d"], ["e"]);
      const { log } = topic.partitions[0]!;
      // A broker that reads the last offset in the batch finds the batch again there.
      changeRecords(cluster, (records, { fetchOffset, partitionMaxBytes }) => {
        if (fetchOffset < 1n || fetchOffset > 500n) return records;
        const wrong = Buffer.from(log.batches[1]!.buffer);
        wrong.writeInt32BE(499, 23);
        const behind = partitionMaxBytes > wrong.length ? log.read(3, partitionMaxBytes - wrong.length) : noBytes;
        return Buffer.concat([wrong, behind]);
      });
      fetcher.assign("t", 0, 0);
      const fetched = [await nextData(), await nextData()];
      await write(0, ["f"]);
      fetched.push(await nextData());
      expect(fetched.map(({ fetchOffset, nextOffset }) => [fetchOffset, nextOffset])).toEqual([
        [0, 1],
        [1, 5],
        [5, 6],
      ]);
    }));

  test("of an answer that another partition's bytes cut are got over by asking for this one alone", () =>
    scenario({ partitionCount: 2 }, async ({ cluster, fetcher, write, nextData, fetches }) => {
      await write(0, ["a"]);
      await write(1, ["b"]);
      const original = cluster.broker.answerOf(fetch);
      cluster.broker.on(fetch, async (received) => {
        const answer = await original(received);
        const partitions = answer!.responses.flatMap((one) => one.partitions);
        const cut = partitions.slice(1).map((one) => ({ ...one, records: Buffer.concat([one.records!].flat()).subarray(0, 30) }));
        return {
          ...answer,
          responses: answer!.responses.map((one) => ({ ...one, partitions: [...partitions.slice(0, 1), ...cut] })),
        };
      });
      fetcher.assign("t", 0, 0);
      fetcher.assign("t", 1, 0);
      const values = [await nextData(), await nextData()].map(({ buffer }) => recordValues(buffer)[0]);
      expect(values).toEqual(["a", "b"]);
      const asked = fetches().map(({ topics }) => topics.flatMap((one) => one.partitions.map(({ partition }) => partition)));
      expect(asked.slice(0, 2)).toEqual([[0, 1], [1]]);
    }));

  test("of a whole response are tried again", () =>
    scenario({}, async ({ cluster, fetcher, write, nextData }) => {
      await write(0, ["a"]);
      const original = cluster.broker.answerOf(fetch);
      let answers = 0;
      cluster.broker.on(fetch, (received) => {
        answers += 1;
        return answers === 1 ? { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, responses: [] } : original(received);
      });
      fetcher.assign("t", 0, 0);
      expect(recordValues((await nextData()).buffer)).toEqual(["a"]);
    }));
});

describe("a replica in the client's rack", () => {
  /** Partition 0 is led by broker 1, of no rack; broker 2 follows it in rack r, and broker 3 may lead. */
  function near(
    run: (world: World & { readonly follower: TestFollower; readonly followers: TestFollower[] }) => Promise<void>,
    options: Options = {},
  ): Promise<void> {
    return scenario({ brokerCount: 3, rackId: "r", ...options }, async (world) => {
      const follower: TestFollower = { nodeId: 2, rack: "r" };
      const followers = [follower];
      addFollowers(world.cluster, world.topic, followers);
      await world.write(0, ["a"]);
      world.fetcher.assign("t", 0, 0);
      await run({ ...world, follower, followers });
    });
  }

  const asked = ({ cluster }: World): number[] =>
    cluster
      .received(fetch)
      .toSorted((a, b) => a.timeMs - b.timeMs)
      .map(({ nodeId }) => nodeId);

  async function values(world: World): Promise<unknown[]> {
    return recordValues((await world.nextData()).buffer);
  }

  test("is fetched from as soon as the leader names it", () =>
    near(async (world) => {
      expect(await values(world)).toEqual(["a"]);
      await world.write(0, ["b"]);
      expect(await values(world)).toEqual(["b"]);
      expect(asked(world).slice(0, 3)).toEqual([1, 2, 2]);
      expect(asked(world).filter((nodeId) => nodeId === 1)).toEqual([1]);
      expect(world.fetches().map(({ rackId }) => rackId)).toContain("r");
    }));

  test.each(["", "other"])("is left alone with the rack %j", (rackId) =>
    near(
      async (world) => {
        expect(await values(world)).toEqual(["a"]);
        await world.pause(2_000);
        expect(new Set(asked(world))).toEqual(new Set([1]));
      },
      { rackId },
    ),
  );

  test("that has not got an offset yet is left for the leader, and nothing fails", () =>
    near(async (world) => {
      expect(await values(world)).toEqual(["a"]);
      world.follower.endOffset = 1;
      await world.write(0, ["b"], ["c"]);
      await world.pause(1_000);
      expect(new Set(asked(world).slice(1))).toEqual(new Set([2]));
      world.fetcher.seek("t", 0, 2);
      expect(await values(world)).toEqual(["c"]);
      expect(asked(world).filter((nodeId) => nodeId === 1)).toEqual([1, 1]);
    }));

  test("hides no position that the leader has not got either", () =>
    near(async (world) => {
      expect(await values(world)).toEqual(["a"]);
      world.fetcher.seek("t", 0, 99);
      expect((await world.next()).error).toMatchObject({ code: "CLIENT_OFFSET_OUT_OF_RANGE", offset: 99 });
      expect(asked(world).slice(-2)).toEqual([2, 1]);
    }));

  test.each([
    ["breaks off", (received: Received) => (received.disconnect(), null)],
    ["fails", () => ({ errorCode: ErrorCode.KAFKA_STORAGE_ERROR, responses: [] })],
    ["is no replica any more", (received: Received<FetchRequest>) => refusing(received, ErrorCode.NOT_LEADER_OR_FOLLOWER)],
  ] as const)("that %s is left for the leader, which names it again", (_, answer) =>
    near(async (world) => {
      const broker = world.cluster.brokers[1]!;
      const original = broker.answerOf(fetch);
      let failures = 0;
      broker.on(fetch, (received) => {
        if (failures > 0) return original(received);
        failures += 1;
        return answer(received) as never;
      });
      expect(await values(world)).toEqual(["a"]);
      expect(asked(world).slice(0, 4)).toEqual([1, 2, 1, 2]);
    }),
  );

  test("that lags behind in what it knows of the leader is asked again", () =>
    near(async (world) => {
      const broker = world.cluster.brokers[1]!;
      const original = broker.answerOf(fetch);
      let failures = 0;
      broker.on(fetch, (received) => {
        if (failures > 0) return original(received);
        failures += 1;
        return refusing(received, ErrorCode.UNKNOWN_LEADER_EPOCH) as never;
      });
      expect(await values(world)).toEqual(["a"]);
      expect(asked(world).slice(0, 3)).toEqual([1, 2, 2]);
    }));

  test("is left when another broker leads the partition", () =>
    near(async (world) => {
      expect(await values(world)).toEqual(["a"]);
      await world.cluster.moveLeader(world.topic, 0, 3);
      // The producer finds out, and the replica would go on.
      await world.write(0, ["b"]);
      expect(await values(world)).toEqual(["b"]);
      await world.pause(2_000);
      expect(asked(world).filter((nodeId) => nodeId !== 2)).toEqual([1, 3]);
      expect(asked(world).at(-1)).toBe(2);
    }));

  test("is left when metadata has it offline", () =>
    near(
      async (world) => {
        expect(await values(world)).toEqual(["a"]);
        world.follower.offline = true;
        world.followers.push({ nodeId: 3, rack: "r" });
        // The producer asks for metadata because another partition has moved.
        await world.cluster.moveLeader(world.topic, 1, 3);
        await world.write(1, ["other"]);
        await world.pause(2_000);
        expect(asked(world).filter((nodeId) => nodeId === 1)).toEqual([1, 1]);
        expect(asked(world).at(-1)).toBe(3);
      },
      { partitionCount: 2 },
    ));

  test("is left for the leader from time to time, which may know a better one", () =>
    near(
      async (world) => {
        expect(await values(world)).toEqual(["a"]);
        world.followers.unshift({ nodeId: 3, rack: "r" });
        await world.pause(9_000);
        expect(asked(world).at(-1)).toBe(2);
        await world.pause(1_500);
        expect(asked(world).filter((nodeId) => nodeId === 1)).toEqual([1, 1]);
        expect(asked(world).at(-1)).toBe(3);
      },
      { metadataMaxAgeMs: 10_000 },
    ));

  function refusing({ body }: Received<FetchRequest>, errorCode: number): unknown {
    const responses = body.topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(({ partition }) => ({
        partitionIndex: partition,
        errorCode,
        highWatermark: -1n,
        abortedTransactions: null,
        records: null,
      })),
    }));
    return { responses };
  }
});

describe("versions", () => {
  test("with topic ids are used where all have them, names otherwise", () =>
    scenario({}, async ({ cluster, fetcher, write, nextData }) => {
      await write(0, ["a"]);
      fetcher.assign("t", 0, 0);
      await nextData();
      const [first] = cluster.received(fetch);
      expect([first!.version, first!.body.topics[0]!.topicId]).toEqual([18, cluster.topics.get("t")!.topicId]);
      cluster.broker.limit([fetch, 11]);
      cluster.broker.disconnectAll();
      await write(0, ["b"]);
      await nextData();
      const last = cluster.received(fetch).at(-1)!;
      expect([last.version, last.body.topics[0]!.topic]).toEqual([11, "t"]);
    }));
});

describe("closing", () => {
  test("wakes who waits, and forbids new assignments", () =>
    scenario({}, async ({ fetcher }) => {
      const waiting = fetcher.whenData();
      await fetcher.close();
      await fetcher.close();
      await waiting;
      expect(fetcher.take()).toBeNull();
      expect(() => fetcher.assign("t", 0, 0)).toThrow(ClosedError);
    }));
});
