import { sleep } from "@millrace/platform";
import { Simulation } from "@millrace/platform/sim";
import {
  createTopics,
  deleteRecords,
  deleteTopics,
  ErrorCode,
  fetch,
  listOffsets,
  metadata,
  produce,
  Reader,
  Writer,
  zeroUuid,
} from "@millrace/protocol";
import type { FetchRequestInput, FetchResponse } from "@millrace/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { memoryState } from "../state/cluster-state.ts";
import { MovablePlacement } from "../placement/placement.ts";
import { brokerConfig } from "../config/broker-config.ts";
import { GroupCoordinator } from "../coordinator/group-coordinator.ts";
import { batchOf, connect, startBroker } from "../testing/sim-broker.ts";
import type { WireClient } from "../testing/wire-client.ts";
import { fetchHandler } from "./fetch.ts";

const startMs = Date.UTC(2025, 0, 1);
let simulation: Simulation;
let client: WireClient;
let other: WireClient;
let topicId: string;

beforeEach(async () => {
  simulation = new Simulation(1);
  await startBroker(simulation);
  client = await connect(simulation);
  other = await connect(simulation, "other");
  const made = await simulation.settle(
    client.send(createTopics, 7, {
      topics: [{ name: "t", numPartitions: 3, replicationFactor: 1, assignments: [], configs: [] }],
    }),
  );
  topicId = made.topics[0]!.topicId;
});

interface Asked {
  readonly partition: number;
  readonly fetchOffset: bigint;
  readonly partitionMaxBytes?: number;
  readonly currentLeaderEpoch?: number;
}

function request(partitions: readonly Asked[], more: Partial<FetchRequestInput> = {}): FetchRequestInput {
  return {
    maxWaitMs: 0,
    minBytes: 1,
    topics: [{ topic: "t", topicId, partitions: partitions.map((asked) => ({ partitionMaxBytes: 1_000_000, ...asked })) }],
    ...more,
  };
}

function ask(partitions: readonly Asked[], more: Partial<FetchRequestInput> = {}, version: number = 18): Promise<FetchResponse> {
  return simulation.settle(client.send(fetch, version, request(partitions, more)));
}

async function write(partition: number, values: readonly string[], via: WireClient = client): Promise<void> {
  const response = await simulation.settle(
    via.send(produce, 9, {
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ name: "t", partitionData: [{ index: partition, records: batchOf(values, startMs) }] }],
    }),
  );
  expect(response.responses[0]!.partitionResponses[0]!.errorCode).toBe(0);
}

function sizes(response: FetchResponse): number[] {
  return response.responses.flatMap(({ partitions }) => partitions.map(({ records }) => records!.length));
}

describe("a fetch", () => {
  test.each([4, 7, 11, 12, 13, 16, 18])("of version %i returns records and offsets", async (version) => {
    await write(0, ["a", "b"]);
    await write(0, ["c"]);
    const response = await ask([{ partition: 0, fetchOffset: 1n }], {}, version);
    const [partition] = response.responses[0]!.partitions;
    expect(partition).toMatchObject({ errorCode: 0, highWatermark: 3n, lastStableOffset: 3n, abortedTransactions: null });
    expect(partition!.records!).toHaveLength(batchOf(["a", "b"], startMs).length + batchOf(["c"], startMs).length);
    expect(response.sessionId).toBe(0);
  });

  test("returns a first batch that is larger than all limits, and no second", async () => {
    await write(0, ["x".repeat(5_000)]);
    await write(1, ["x".repeat(5_000)]);
    const response = await ask(
      [
        { partition: 0, fetchOffset: 0n, partitionMaxBytes: 10 },
        { partition: 1, fetchOffset: 0n },
      ],
      { maxBytes: 20 },
    );
    const [first, second] = sizes(response);
    expect(first).toBeGreaterThan(5_000);
    expect(second).toBe(0);
  });

  test("skips empty partitions when it looks for the first batch", async () => {
    await write(2, ["x".repeat(5_000)]);
    const response = await ask(
      [0, 1, 2].map((partition) => ({ partition, fetchOffset: 0n })),
      { maxBytes: 10 },
    );
    expect(sizes(response).map((size) => size > 0)).toEqual([false, false, true]);
  });

  test("tells of offsets that are not there, with those that are", async () => {
    await write(0, ["a", "b"]);
    await simulation.settle(
      client.send(deleteRecords, 2, {
        topics: [{ name: "t", partitions: [{ partitionIndex: 0, offset: 1n }] }],
        timeoutMs: 1_000,
      }),
    );
    for (const fetchOffset of [0n, 3n]) {
      const [partition] = (await ask([{ partition: 0, fetchOffset }])).responses[0]!.partitions;
      expect(partition).toMatchObject({ errorCode: ErrorCode.OFFSET_OUT_OF_RANGE, highWatermark: 2n, logStartOffset: 1n });
    }
    expect((await ask([{ partition: 0, fetchOffset: 2n }])).responses[0]!.partitions[0]!.errorCode).toBe(0);
  });

  test("tells of unknown topics, ids, partitions and leader epochs", async () => {
    const errorOf = async (asked: Asked, more: Partial<FetchRequestInput>, version: number): Promise<number> =>
      (await ask([asked], more, version)).responses[0]!.partitions[0]!.errorCode;
    const at = { partition: 0, fetchOffset: 0n };
    expect(await errorOf({ ...at, partition: 9 }, {}, 12)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    const unknown = {
      topics: [{ topic: "nowhere", topicId: "abcdefghijklmnopqrstuA", partitions: [{ ...at, partitionMaxBytes: 1 }] }],
    };
    expect(await errorOf(at, unknown, 12)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect(await errorOf(at, unknown, 13)).toBe(ErrorCode.UNKNOWN_TOPIC_ID);
    expect(await errorOf({ ...at, currentLeaderEpoch: 1 }, {}, 12)).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH);
    expect(await errorOf({ ...at, currentLeaderEpoch: 0 }, {}, 12)).toBe(0);
  });

  test("of a session that was never given is told so", async () => {
    expect((await ask([], { sessionId: 5, sessionEpoch: 3 })).errorCode).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
    expect((await ask([], { sessionId: 0, sessionEpoch: 0 })).sessionId).toBe(0);
  });
});

describe("a fetch that waits", () => {
  const at = [
    { partition: 0, fetchOffset: 0n },
    { partition: 1, fetchOffset: 0n },
  ];

  test("is answered when enough bytes are there", async () => {
    const size = batchOf(["a"], startMs).length;
    const waiting = client.send(fetch, 18, request(at, { maxWaitMs: 60_000, minBytes: 2 * size }));
    await write(0, ["a"], other);
    await simulation.settle(sleep(simulation.timers, 1_000));
    await write(1, ["b"], other);
    expect(sizes(await simulation.settle(waiting))).toEqual([size, size]);
    expect(simulation.elapsedMs).toBeLessThan(1_100);
  });

  test("is answered with what there is when its time is over", async () => {
    const waiting = client.send(fetch, 18, request(at, { maxWaitMs: 500, minBytes: 1_000_000 }));
    await write(0, ["a"], other);
    const response = await simulation.settle(waiting);
    expect(sizes(response)[0]).toBeGreaterThan(0);
    expect(simulation.elapsedMs).toBeGreaterThanOrEqual(500);
    expect(simulation.elapsedMs).toBeLessThan(550);
  });

  test("does not wait for bytes that would not fit", async () => {
    const size = batchOf(["a"], startMs).length;
    for (let i = 0; i < 3; i += 1) await write(0, ["a"], other);
    const partitionMaxBytes = 2 * size + 1;
    const first = { partition: 0, fetchOffset: 0n };
    const full = await ask([{ ...first, partitionMaxBytes }], { maxWaitMs: 60_000, minBytes: partitionMaxBytes });
    expect(sizes(full)).toEqual([2 * size]);
    const limited = await ask([first, { ...first, partition: 1 }], {
      maxWaitMs: 60_000,
      minBytes: 9_999,
      maxBytes: 2 * size + 1,
    });
    expect(sizes(limited)).toEqual([2 * size, 0]);
    expect(simulation.elapsedMs).toBeLessThan(1_000);
    await ask([{ ...first, partitionMaxBytes }], { maxWaitMs: 500, minBytes: 3 * size });
    expect(simulation.elapsedMs).toBeGreaterThan(500);
  });

  test("does not wait where a segment ends and the next goes on", async () => {
    const size = batchOf(["a"], startMs).length;
    const segments = [{ name: "segment.bytes", value: String(2 * size) }];
    const made = await simulation.settle(
      other.send(createTopics, 7, {
        topics: [{ name: "short", numPartitions: 1, replicationFactor: 1, assignments: [], configs: segments }],
      }),
    );
    const partitionData = [{ index: 0, records: batchOf(["a"], startMs) }];
    for (let i = 0; i < 3; i += 1) {
      await simulation.settle(
        other.send(produce, 9, { acks: -1, timeoutMs: 1_000, topicData: [{ name: "short", partitionData }] }),
      );
    }
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000 }];
    const topics = [{ topicId: made.topics[0]!.topicId, partitions }];
    expect(sizes(await ask([], { maxWaitMs: 60_000, minBytes: 3 * size, topics }))).toEqual([2 * size]);
    expect(simulation.elapsedMs).toBeLessThan(1_000);
  });

  test("does not wait where there is an error to tell", async () => {
    const response = await ask([{ partition: 7, fetchOffset: 0n }], { maxWaitMs: 60_000 });
    expect(response.responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID);
  });

  test("learns that its topic was deleted", async () => {
    const waiting = client.send(fetch, 18, request(at, { maxWaitMs: 60_000 }));
    await simulation.settle(other.send(deleteTopics, 6, { topics: [{ name: "t", topicId: zeroUuid }], timeoutMs: 1_000 }));
    expect((await simulation.settle(waiting)).responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID);
    expect(simulation.elapsedMs).toBeLessThan(1_000);
  });

  test("holds back the later answers of its connection, but not their effects", async () => {
    const waiting = client.send(fetch, 18, request(at, { maxWaitMs: 60_000 }));
    const answered: string[] = [];
    void waiting.then(() => answered.push("fetch"));
    const created = client.send(createTopics, 7, {
      topics: [{ name: "u", numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    });
    void created.then(() => answered.push("create"));
    await simulation.settle(sleep(simulation.timers, 100));
    expect(answered).toEqual([]);
    const all = await simulation.settle(other.send(metadata, 12, { topics: null }));
    expect(all.topics.map(({ name }) => name)).toEqual(["t", "u"]);
    await write(0, ["a"], other);
    await simulation.settle(created);
    expect(answered).toEqual(["fetch", "create"]);
  });

  test("ends with its connection: nothing waits for records any more", async () => {
    const platform = simulation.platform("alone");
    const config = brokerConfig({});
    const log = (): void => {};
    const state = memoryState(config, platform, log);
    state.topics.create({ name: "t", partitions: 1, replicationFactor: 1, configs: new Map() });
    const partition = state.topics.partition("t", 0)!;
    const local = { host: "alone", port: 9092 };
    const placement = new MovablePlacement([1], 0);
    placement.started({ nodeId: 1, addressFor: () => local });
    const groups = new GroupCoordinator(config, platform, state.groupLog, log);
    const { clusterId, topics, producerIds } = state;
    const services = { nodeId: 1, clusterId, placement, config, configGiven: {}, platform, topics, groups, producerIds, log };
    const onGone = new Set<() => void>();
    const written = new Writer();
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000 }];
    fetch.request.write(written, { maxWaitMs: 60_000, minBytes: 1, topics: [{ topic: "t", partitions }] }, 11);
    const asked = fetch.request.read(new Reader(written.toBuffer()), 11);
    let answered = false;
    void Promise.resolve(fetchHandler.serve(services, asked, { version: 11, clientId: null, remote: "", local, onGone })).then(
      () => {
        answered = true;
      },
    );
    expect([onGone.size, partition.listeners.size]).toEqual([1, 1]);
    for (const end of onGone) end();
    expect([onGone.size, partition.listeners.size]).toEqual([0, 0]);
    await simulation.settle(sleep(simulation.timers, 70_000));
    expect(answered).toBe(false);
  });
});

describe("list offsets", () => {
  const offsetOf = async (timestamp: bigint, version: number = 11) => {
    const response = await simulation.settle(
      client.send(listOffsets, version, {
        replicaId: -1,
        isolationLevel: 0,
        topics: [{ name: "t", partitions: [{ partitionIndex: 0, timestamp }] }],
      }),
    );
    const { errorCode, offset, timestamp: found } = response.topics[0]!.partitions[0]!;
    return { errorCode, offset, timestamp: found };
  };

  test("finds both ends, the largest timestamp, and the first record at a time", async () => {
    await write(0, ["a", "b", "c"]);
    expect(await offsetOf(-1n)).toEqual({ errorCode: 0, offset: 3n, timestamp: -1n });
    expect(await offsetOf(-2n)).toEqual({ errorCode: 0, offset: 0n, timestamp: -1n });
    expect(await offsetOf(-3n)).toEqual({ errorCode: 0, offset: 2n, timestamp: BigInt(startMs + 2) });
    expect(await offsetOf(-4n)).toMatchObject({ offset: 0n });
    expect(await offsetOf(-5n)).toMatchObject({ errorCode: 0, offset: -1n });
    expect(await offsetOf(BigInt(startMs + 1))).toEqual({ errorCode: 0, offset: 1n, timestamp: BigInt(startMs + 1) });
    expect(await offsetOf(BigInt(startMs + 3), 1)).toEqual({ errorCode: 0, offset: -1n, timestamp: -1n });
  });
});
