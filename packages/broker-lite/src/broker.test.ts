import { sleep } from "@millrace/platform";
import { Simulation } from "@millrace/platform/sim";
import {
  createTopics,
  deleteRecords,
  deleteTopics,
  describeCluster,
  describeConfigs,
  ErrorCode,
  fetch,
  findCoordinator,
  initProducerId,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  produce,
  zeroUuid,
} from "@millrace/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Broker } from "./broker.ts";
import type { BrokerOptions } from "./broker.ts";
import { DataDirectoryError, InvalidConfigError, ListenFailedError, TopicRefusedError } from "./errors.ts";
import { batchOf, connect, startBroker } from "./testing/sim-broker.ts";
import type { WireClient } from "./testing/wire-client.ts";

const startMs = Date.UTC(2025, 0, 1);
const onDisk: Partial<BrokerOptions> = { dataDirectory: "/data" };
const syncedAtOnce: Partial<BrokerOptions> = { ...onDisk, config: { flush: "commit" } };

async function write(
  simulation: Simulation,
  client: WireClient,
  topic: string,
  values: readonly string[],
  producer: object = {},
): Promise<bigint> {
  const records = batchOf(values, startMs, producer);
  const response = await simulation.settle(
    client.send(produce, 9, { acks: -1, timeoutMs: 1_000, topicData: [{ name: topic, partitionData: [{ index: 0, records }] }] }),
  );
  const [partition] = response.responses[0]!.partitionResponses;
  expect(partition!.errorCode).toBe(0);
  return partition!.baseOffset;
}

async function endOf(simulation: Simulation, client: WireClient, topic: string, timestamp: bigint = -1n): Promise<bigint> {
  const { topics } = await simulation.settle(
    client.send(listOffsets, 7, {
      replicaId: -1,
      isolationLevel: 0,
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp }] }],
    }),
  );
  return topics[0]!.partitions[0]!.offset;
}

describe("starting", () => {
  test("refuses settings that cannot be", async () => {
    await expect(startBroker(new Simulation(1), { config: { numPartitions: 0 } })).rejects.toThrow(InvalidConfigError);
  });

  test("tells that the address is taken, and leaves its data closed", async () => {
    const simulation = new Simulation(1);
    await startBroker(simulation);
    const error = await startBroker(simulation, onDisk).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ListenFailedError);
    expect((error as Error).message).toContain("broker:9092");
  });

  test("refuses the data of another node", async () => {
    const simulation = new Simulation(1);
    const broker = await startBroker(simulation, onDisk);
    await simulation.settle(broker.close());
    await expect(startBroker(simulation, { ...onDisk, nodeId: 2 })).rejects.toThrow(DataDirectoryError);
  });

  test("takes a free port for port 0", async () => {
    const broker = await startBroker(new Simulation(1), { port: 0 });
    expect(broker.address.port).toBeGreaterThan(0);
  });
});

describe("topics", () => {
  const made = { numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] };

  test("are refused for reasons that their error codes tell", async () => {
    const simulation = new Simulation(1);
    await startBroker(simulation);
    const client = await connect(simulation);
    const errorOf = async (topic: object): Promise<number> =>
      (await simulation.settle(client.send(createTopics, 7, { topics: [{ name: "t", ...made, ...topic }] }))).topics[0]!
        .errorCode;
    expect(await errorOf({ name: "a b" })).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION);
    expect(await errorOf({ numPartitions: 0 })).toBe(ErrorCode.INVALID_PARTITIONS);
    expect(await errorOf({ replicationFactor: 3 })).toBe(ErrorCode.INVALID_REPLICATION_FACTOR);
    expect(await errorOf({ configs: [{ name: "retention.mss", value: "1" }] })).toBe(ErrorCode.INVALID_CONFIG);
    expect(await errorOf({ configs: [{ name: "retention.ms", value: "soon" }] })).toBe(ErrorCode.INVALID_CONFIG);
    expect(await errorOf({ configs: [{ name: "cleanup.policy", value: "burn" }] })).toBe(ErrorCode.INVALID_CONFIG);
    expect(await errorOf({ assignments: [{ partitionIndex: 0, brokerIds: [1] }] })).toBe(ErrorCode.INVALID_REQUEST);
    const assigned = { numPartitions: -1, replicationFactor: -1 };
    expect(await errorOf({ ...assigned, assignments: [{ partitionIndex: 0, brokerIds: [7] }] })).toBe(
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
    );
    expect(await errorOf({ ...assigned, assignments: [{ partitionIndex: 0, brokerIds: [1] }] })).toBe(0);
    expect(await errorOf({})).toBe(ErrorCode.TOPIC_ALREADY_EXISTS);
    await simulation.settle(client.send(createTopics, 7, { topics: [{ name: "a.b", ...made }] }));
    expect(await errorOf({ name: "a_b" })).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION);
    const twice = await simulation.settle(
      client.send(createTopics, 7, {
        topics: [
          { name: "u", ...made },
          { name: "u", ...made },
        ],
      }),
    );
    expect(twice.topics).toMatchObject([{ name: "u", errorCode: ErrorCode.INVALID_REQUEST }]);
  });

  test("are only checked where that was asked", async () => {
    const simulation = new Simulation(1);
    await startBroker(simulation);
    const client = await connect(simulation);
    const checked = await simulation.settle(
      client.send(createTopics, 7, { topics: [{ name: "t", ...made, numPartitions: -1 }], validateOnly: true }),
    );
    expect(checked.topics[0]).toMatchObject({ errorCode: 0, numPartitions: 1, replicationFactor: 1, topicId: zeroUuid });
    expect((await simulation.settle(client.send(metadata, 12, { topics: null }))).topics).toEqual([]);
  });

  test("are made when they are asked for, where both sides allow it", async () => {
    const simulation = new Simulation(1);
    await startBroker(simulation, { config: { numPartitions: 4 } });
    const client = await connect(simulation);
    const ask = async (name: string, allowAutoTopicCreation: boolean) =>
      (await simulation.settle(client.send(metadata, 12, { topics: [{ topicId: zeroUuid, name }], allowAutoTopicCreation })))
        .topics[0]!;
    expect((await ask("t", false)).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect((await ask("t", true)).partitions).toHaveLength(4);
    expect((await ask("bad name", true)).errorCode).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION);
    const { topicId } = await ask("t", false);
    const byId = await simulation.settle(client.send(metadata, 12, { topics: [{ topicId, name: null }] }));
    expect(byId.topics[0]).toMatchObject({ errorCode: 0, name: "t" });
    const unknown = await simulation.settle(
      client.send(metadata, 12, { topics: [{ topicId: "abcdefghijklmnopqrstuA", name: null }] }),
    );
    expect(unknown.topics[0]).toMatchObject({ errorCode: ErrorCode.UNKNOWN_TOPIC_ID, name: null });
  });

  test("of a version 0 request without names are all there are", async () => {
    const simulation = new Simulation(1);
    const broker = await startBroker(simulation);
    await simulation.settle(broker.createTopic({ name: "t" }));
    const client = await connect(simulation);
    expect((await simulation.settle(client.send(metadata, 0, { topics: [] }))).topics).toHaveLength(1);
    expect((await simulation.settle(client.send(metadata, 1, { topics: [] }))).topics).toHaveLength(0);
  });

  test("that were deleted are gone with their offsets, and a new one has another id", async () => {
    const simulation = new Simulation(1);
    const broker = await startBroker(simulation, onDisk);
    await simulation.settle(broker.createTopic({ name: "t" }));
    const client = await connect(simulation);
    const idOf = async () => (await simulation.settle(client.send(metadata, 12, { topics: null }))).topics[0]?.topicId;
    const first = await idOf();
    await write(simulation, client, "t", ["a"]);
    await simulation.settle(
      client.send(offsetCommit, 8, {
        groupId: "g",
        memberId: "",
        topics: [{ name: "t", partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: "" }] }],
      }),
    );
    const deleted = await simulation.settle(
      client.send(deleteTopics, 6, {
        topics: [
          { name: null, topicId: first! },
          { name: "u", topicId: zeroUuid },
        ],
        timeoutMs: 1_000,
      }),
    );
    expect(deleted.responses.map(({ errorCode }) => errorCode)).toEqual([0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]);
    expect(await idOf()).toBeUndefined();
    const directories = (): string[] =>
      simulation
        .platform("broker")
        .files.list("/data")
        .filter((name) => name.startsWith("t-"));
    expect(directories()).toEqual([]);
    await simulation.settle(broker.createTopic({ name: "t" }));
    expect(await idOf()).not.toBe(first);
    expect(await endOf(simulation, client, "t")).toBe(0n);
    expect((await simulation.settle(client.send(offsetFetch, 7, { groupId: "g", topics: null }))).topics).toEqual([]);
    expect(directories()).toEqual(["t-0"]);
    await expect(simulation.settle(broker.createTopic({ name: "t" }))).rejects.toThrow(TopicRefusedError);
  });

  test("lose records from the front on request", async () => {
    const simulation = new Simulation(1);
    const broker = await startBroker(simulation);
    await simulation.settle(broker.createTopic({ name: "t" }));
    await simulation.settle(broker.createTopic({ name: "compacted", configs: { "cleanup.policy": "compact" } }));
    const client = await connect(simulation);
    await write(simulation, client, "t", ["a", "b", "c"]);
    const remove = async (name: string, offset: bigint) =>
      (
        await simulation.settle(
          client.send(deleteRecords, 2, {
            topics: [{ name, partitions: [{ partitionIndex: 0, offset }] }],
            timeoutMs: 1_000,
          }),
        )
      ).topics[0]!.partitions[0]!;
    expect(await remove("t", 4n)).toMatchObject({ errorCode: ErrorCode.OFFSET_OUT_OF_RANGE });
    expect(await remove("t", 2n)).toMatchObject({ errorCode: 0, lowWatermark: 2n });
    expect(await remove("t", 1n)).toMatchObject({ errorCode: 0, lowWatermark: 2n });
    expect(await remove("t", -1n)).toMatchObject({ errorCode: 0, lowWatermark: 3n });
    expect(await remove("compacted", 0n)).toMatchObject({ errorCode: ErrorCode.POLICY_VIOLATION });
    expect(await endOf(simulation, client, "t", -2n)).toBe(3n);
  });
});

describe("settings", () => {
  test("are told with where they come from", async () => {
    const simulation = new Simulation(1);
    const broker = await startBroker(simulation, { config: { logRetentionMs: 5_000, flush: "commit" } });
    await simulation.settle(broker.createTopic({ name: "t", configs: { "segment.bytes": "50000" } }));
    const client = await connect(simulation);
    const { results } = await simulation.settle(
      client.send(describeConfigs, 4, {
        includeSynonyms: true,
        includeDocumentation: true,
        resources: [
          { resourceType: 2, resourceName: "t", configurationKeys: null },
          { resourceType: 4, resourceName: "1", configurationKeys: ["flush", "log.retention.ms", "num.partitions"] },
          { resourceType: 2, resourceName: "nowhere", configurationKeys: null },
          { resourceType: 4, resourceName: "2", configurationKeys: null },
        ],
      }),
    );
    const topic = new Map(results[0]!.configs.map((config) => [config.name, config]));
    expect(topic.get("segment.bytes")).toMatchObject({ value: "50000", configSource: 1, configType: 3 });
    expect(topic.get("retention.ms")).toMatchObject({
      value: "5000",
      configSource: 4,
      synonyms: [
        { name: "log.retention.ms", value: "5000", source: 4 },
        { name: "log.retention.ms", value: "604800000", source: 5 },
      ],
    });
    expect(topic.get("flush.messages")).toMatchObject({
      value: "1",
      configSource: 4,
      synonyms: [
        { name: "log.flush.interval.messages", value: "1", source: 4 },
        { name: "log.flush.interval.messages", value: "9223372036854775807", source: 5 },
      ],
    });
    expect(topic.get("flush.ms")).toMatchObject({ value: "1000", configSource: 5 });
    expect(topic.get("cleanup.policy")!.documentation).not.toBeNull();
    expect(results[1]!.configs.map(({ name, configSource }) => [name, configSource])).toEqual([
      ["flush", 4],
      ["log.retention.ms", 4],
      ["num.partitions", 5],
    ]);
    expect(results.slice(2).map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      ErrorCode.INVALID_REQUEST,
    ]);
  });
});

describe("the cluster", () => {
  test("is this broker, its controller and the coordinator of everything", async () => {
    const simulation = new Simulation(1);
    await startBroker(simulation, { nodeId: 7 });
    const client = await connect(simulation);
    const place = { host: "broker", port: 9092 };
    expect(await simulation.settle(client.send(describeCluster, 1, { includeClusterAuthorizedOperations: false }))).toMatchObject(
      { errorCode: 0, controllerId: 7, brokers: [{ brokerId: 7, ...place }] },
    );
    expect(
      await simulation.settle(client.send(describeCluster, 1, { includeClusterAuthorizedOperations: false, endpointType: 2 })),
    ).toMatchObject({ errorCode: ErrorCode.MISMATCHED_ENDPOINT_TYPE });
    expect(await simulation.settle(client.send(findCoordinator, 2, { key: "g", keyType: 0 }))).toMatchObject({
      errorCode: 0,
      nodeId: 7,
      ...place,
    });
    const many = await simulation.settle(client.send(findCoordinator, 6, { keyType: 0, coordinatorKeys: ["g", "h"] }));
    expect(many.coordinators).toMatchObject([
      { key: "g", nodeId: 7, ...place },
      { key: "h", nodeId: 7, ...place },
    ]);
    const unknown = await simulation.settle(client.send(findCoordinator, 6, { keyType: 9, coordinatorKeys: ["g"] }));
    expect(unknown.coordinators[0]!.errorCode).toBe(ErrorCode.INVALID_REQUEST);
  });

  test("gives producer ids, but no transactions", async () => {
    const simulation = new Simulation(1);
    await startBroker(simulation);
    const client = await connect(simulation);
    const ask = (transactionalId: string | null) =>
      simulation.settle(client.send(initProducerId, 4, { transactionalId, transactionTimeoutMs: 1_000 }));
    expect(await ask(null)).toMatchObject({ errorCode: 0, producerId: 0n, producerEpoch: 0 });
    expect(await ask(null)).toMatchObject({ errorCode: 0, producerId: 1n, producerEpoch: 0 });
    expect(await ask("tx")).toMatchObject({ errorCode: ErrorCode.UNSUPPORTED_VERSION, producerId: -1n });
  });
});

test("two brokers do not share a directory, but one follows the other, however that ended", async () => {
  const simulation = new Simulation(1);
  const start = (port: number): Promise<Broker> => startBroker(simulation, { ...onDisk, port });
  const first = await start(9092);
  await expect(start(9093)).rejects.toMatchObject({ code: "BROKER_DATA_DIRECTORY" });
  await simulation.settle(first.close());
  await start(9093);
  await expect(start(9094)).rejects.toThrow(/another broker uses it/);
  simulation.host("broker").kill();
  simulation.host("broker").restart();
  await start(9092);
});

describe("a restart", () => {
  test("in good order keeps records, topics, settings, offsets and producer sequences", async () => {
    const simulation = new Simulation(1);
    let broker = await startBroker(simulation, onDisk);
    await simulation.settle(broker.createTopic({ name: "t", partitions: 2, configs: { "retention.ms": "1234" } }));
    let client = await connect(simulation);
    const producer = { producerId: 3, producerEpoch: 0, baseSequence: 0 };
    await write(simulation, client, "t", ["a", "b"], producer);
    await simulation.settle(
      client.send(offsetCommit, 8, {
        groupId: "g",
        memberId: "",
        topics: [{ name: "t", partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: "m" }] }],
      }),
    );
    const before = await simulation.settle(client.send(metadata, 12, { topics: null }));
    await simulation.settle(broker.close());
    await simulation.settle(client.closed);
    broker = await startBroker(simulation, onDisk);
    client = await connect(simulation);
    expect(await simulation.settle(client.send(metadata, 12, { topics: null }))).toEqual(before);
    expect(await endOf(simulation, client, "t")).toBe(2n);
    expect(await write(simulation, client, "t", ["a", "b"], producer)).toBe(0n);
    expect(await write(simulation, client, "t", ["c"], { ...producer, baseSequence: 2 })).toBe(2n);
    expect(
      (await simulation.settle(client.send(offsetFetch, 7, { groupId: "g", topics: null }))).topics[0]!.partitions,
    ).toMatchObject([{ partitionIndex: 0, committedOffset: 1n, metadata: "m" }]);
    const { results } = await simulation.settle(
      client.send(describeConfigs, 4, {
        resources: [{ resourceType: 2, resourceName: "t", configurationKeys: ["retention.ms"] }],
      }),
    );
    expect(results[0]!.configs[0]!.value).toBe("1234");
  });

  test("after crashes knows what idempotent producers wrote, from snapshots and from the batches after them", async () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const simulation = new Simulation(seed);
      const small: Partial<BrokerOptions> = { ...onDisk, config: { flush: "commit", logSegmentBytes: 700 } };
      const broker = await startBroker(simulation, small);
      await simulation.settle(broker.createTopic({ name: "t" }));
      let client = await connect(simulation);
      const producer = (baseSequence: number): object => ({ producerId: 3, producerEpoch: 0, baseSequence });
      const batches = 20 + seed;
      for (let i = 0; i < batches; i += 1) expect(await write(simulation, client, "t", ["a"], producer(i))).toBe(BigInt(i));
      for (const end of ["crash", "kill"] as const) {
        simulation.host("broker")[end]();
        simulation.host("broker").restart();
        await startBroker(simulation, small);
        client = await connect(simulation);
        for (let i = batches - 5; i < batches; i += 1)
          expect(await write(simulation, client, "t", ["a"], producer(i))).toBe(BigInt(i));
        expect(await endOf(simulation, client, "t")).toBe(BigInt(batches));
      }
      expect(await write(simulation, client, "t", ["b"], producer(batches))).toBe(BigInt(batches));
    }
  });

  test("never gives a producer id twice", async () => {
    const simulation = new Simulation(1);
    const seen = new Set<bigint>();
    for (let i = 0; i < 3; i += 1) {
      await startBroker(simulation, onDisk);
      const client = await connect(simulation);
      for (let j = 0; j < 3; j += 1)
        seen.add(
          (await simulation.settle(client.send(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1 })))
            .producerId,
        );
      simulation.host("broker").crash();
      simulation.host("broker").restart();
    }
    expect(seen.size).toBe(9);
  });

  test("after a crash raises the leader epoch, after a good end it does not", async () => {
    const simulation = new Simulation(1);
    const broker = await startBroker(simulation, onDisk);
    await simulation.settle(broker.createTopic({ name: "t" }));
    await simulation.settle(broker.close());
    const epoch = async () => {
      await startBroker(simulation, onDisk);
      const client = await connect(simulation);
      const { topics } = await simulation.settle(client.send(metadata, 12, { topics: null }));
      return topics[0]!.partitions[0]!.leaderEpoch;
    };
    expect(await epoch()).toBe(0);
    simulation.host("broker").kill();
    simulation.host("broker").restart();
    expect(await epoch()).toBe(1);
  });

  test("shows nothing that the next crash could still take", async () => {
    const simulation = new Simulation(1);
    const host = simulation.host("broker");
    const broker = await startBroker(simulation, { ...onDisk, config: { logFlushIntervalMs: 1_000_000 } });
    await simulation.settle(broker.createTopic({ name: "t" }));
    await write(simulation, await connect(simulation), "t", ["a", "b"]);
    host.kill();
    host.restart();
    for (let i = 0; i < 5; i += 1) {
      await startBroker(simulation, onDisk);
      expect(await endOf(simulation, await connect(simulation), "t")).toBe(2n);
      host.crash();
      host.restart();
    }
  });

  test("that was killed loses nothing that was written", async () => {
    const simulation = new Simulation(1);
    const broker = await startBroker(simulation, { ...onDisk, config: { logFlushIntervalMs: 1_000_000 } });
    await simulation.settle(broker.createTopic({ name: "t" }));
    let client = await connect(simulation);
    await write(simulation, client, "t", ["a", "b"]);
    simulation.host("broker").kill();
    simulation.host("broker").restart();
    await startBroker(simulation, onDisk);
    client = await connect(simulation);
    expect(await endOf(simulation, client, "t")).toBe(2n);
  });
});

type Step = "produce" | "commit" | "create" | "delete" | "crash" | "kill" | "close" | "wait";

/** Checks records that must survive any crash: everything was answered only when it was on the disk. */
test("whatever was acknowledged survives every crash, if the topic wants records synced", async () => {
  const steps = fc.array(
    fc.constantFrom<Step>("produce", "produce", "produce", "commit", "create", "delete", "crash", "kill", "close", "wait"),
    { maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(), steps, async (seed, plan) => {
      const simulation = new Simulation(seed);
      const host = simulation.host("broker");
      // Slower than the network, so that an answer that did not wait for the disk comes before it.
      host.diskLatencyMs = { min: 5, max: 30 };
      let broker = await startBroker(simulation, syncedAtOnce);
      let client = await connect(simulation);
      const topics = new Map<string, number>();
      let committed = -1n;
      const name = (i: number): string => `t${i % 3}`;
      for (const [i, step] of plan.entries()) {
        const topic = name(i);
        if (step === "create" && !topics.has(topic)) {
          await simulation.settle(broker.createTopic({ name: topic }));
          topics.set(topic, 0);
        } else if (step === "delete" && topics.has(topic)) {
          await simulation.settle(client.send(deleteTopics, 5, { topicNames: [topic], timeoutMs: 1_000 }));
          topics.delete(topic);
          if (topic === "t0") committed = -1n;
        } else if (step === "produce" && topics.has(topic)) {
          const before = topics.get(topic)!;
          expect(await write(simulation, client, topic, ["a", "b"])).toBe(BigInt(before));
          topics.set(topic, before + 2);
        } else if (step === "commit" && topics.has("t0")) {
          committed = BigInt(i);
          await simulation.settle(
            client.send(offsetCommit, 8, {
              groupId: "g",
              memberId: "",
              topics: [{ name: "t0", partitions: [{ partitionIndex: 0, committedOffset: committed, committedMetadata: "" }] }],
            }),
          );
        } else if (step === "wait") {
          await simulation.settle(sleep(simulation.timers, 70_000));
        } else if (step === "crash" || step === "kill" || step === "close") {
          if (step === "close") await simulation.settle(broker.close());
          else host[step]();
          if (step !== "close") host.restart();
          broker = await startBroker(simulation, syncedAtOnce);
          client = await connect(simulation);
        }
      }
      host.crash();
      host.restart();
      await startBroker(simulation, syncedAtOnce);
      client = await connect(simulation);
      const found = await simulation.settle(client.send(metadata, 12, { topics: null }));
      expect(new Set(found.topics.map((topic) => topic.name))).toEqual(new Set(topics.keys()));
      for (const [topic, end] of topics) expect(await endOf(simulation, client, topic)).toBe(BigInt(end));
      const { topics: offsets } = await simulation.settle(
        client.send(offsetFetch, 7, { groupId: "g", topics: [{ name: "t0", partitionIndexes: [0] }] }),
      );
      expect(offsets[0]!.partitions[0]!.committedOffset).toBe(committed);
    }),
    { numRuns: 40 },
  );
});

test("a fetch sees records only once they are synced, if the topic wants that", async () => {
  const simulation = new Simulation(4);
  const broker = await startBroker(simulation, syncedAtOnce);
  await simulation.settle(broker.createTopic({ name: "t" }));
  const writer = await connect(simulation, "writer");
  const reader = await connect(simulation, "reader");
  const waiting = reader.send(fetch, 11, {
    maxWaitMs: 10_000,
    minBytes: 1,
    topics: [{ topic: "t", partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000 }] }],
  });
  await write(simulation, writer, "t", ["a"]);
  expect((await simulation.settle(waiting)).responses[0]!.partitions[0]!.highWatermark).toBe(1n);
});

test("closing twice is closing once, and leaves data of which nothing must be recovered", async () => {
  const simulation = new Simulation(4);
  const lines: string[] = [];
  const broker = await startBroker(simulation, { ...onDisk, log: (level, text) => lines.push(`${level} ${text}`) });
  await simulation.settle(Promise.all([broker.close(), broker.close()]));
  expect(lines.filter((line) => line.includes("closed"))).toEqual(["info broker 1 closed"]);
  expect(simulation.platform("broker").files.exists("/data/.kafka_cleanshutdown")).toBe(true);
  await startBroker(simulation, onDisk);
  expect(simulation.platform("broker").files.exists("/data/.kafka_cleanshutdown")).toBe(false);
});
