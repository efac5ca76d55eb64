import { Simulation } from "@millrace/platform/sim";
import {
  ErrorCode,
  findCoordinator,
  heartbeat,
  listOffsets,
  metadata,
  produce,
  Reader,
  saslHandshake,
  Writer,
  zeroUuid,
} from "@millrace/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { Cluster } from "../cluster/cluster.ts";
import { handlers } from "../handlers/handlers.ts";
import { batchOf } from "../testing/sim-broker.ts";
import { connectTo, startCluster } from "../testing/sim-cluster.ts";
import type { WireClient } from "../testing/wire-client.ts";
import type { ReceivedRequest, Verdict } from "./intercept.ts";

let simulation: Simulation;
let cluster: Cluster;
let client: WireClient;

beforeEach(async () => {
  simulation = new Simulation(13);
  cluster = await startCluster(simulation, 1);
  await simulation.settle(cluster.createTopic({ name: "t", partitions: 1 }));
  client = await connectTo(simulation, 1);
});

function write(value: string, connection: WireClient = client) {
  const topicData = [{ name: "t", partitionData: [{ index: 0, records: batchOf([value], 0) }] }];
  return connection
    .send(produce, 9, { acks: -1, timeoutMs: 1_000, topicData })
    .then(({ responses }) => responses[0]!.partitionResponses[0]!);
}

async function endOffset(): Promise<number> {
  const other = await connectTo(simulation, 1);
  const topics = [{ name: "t", partitions: [{ partitionIndex: 0, timestamp: -1n }] }];
  const answer = await simulation.settle(other.send(listOffsets, 7, { replicaId: -1, isolationLevel: 0, topics }));
  other.close();
  return Number(answer.topics[0]!.partitions[0]!.offset);
}

/** How a promise stands after some virtual time: its value, its error's code, or "waits". */
async function after(durationMs: number, promise: Promise<unknown>): Promise<unknown> {
  let state: unknown = "waits";
  promise.then(
    (value) => (state = value),
    (error: { code: string }) => (state = error.code),
  );
  await simulation.settle(new Promise<void>((resolve) => void simulation.timers.after(durationMs, resolve)));
  return state;
}

describe("an intercept", () => {
  test.each<[verdict: Verdict, answer: unknown, written: number]>([
    ["pass", { errorCode: ErrorCode.NONE, baseOffset: 0n }, 1],
    ["close", "TEST_CONNECTION_GONE", 0],
    ["drop response", "TEST_CONNECTION_GONE", 1],
    ["hang", "waits", 0],
    [{ delayMs: 50 }, { errorCode: ErrorCode.NONE, baseOffset: 0n }, 1],
    [{ delayMs: 5_000 }, "waits", 0],
    [{ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS }, { errorCode: ErrorCode.NOT_ENOUGH_REPLICAS, baseOffset: -1n }, 0],
  ])("that says %o", async (verdict, answer, written) => {
    cluster.intercept(produce, () => verdict);
    const state = await after(1_000, write("a"));
    expect(state).toEqual(typeof answer === "string" ? answer : expect.objectContaining(answer));
    expect(await endOffset()).toBe(written);
  });

  test("can answer itself, and change an answer", async () => {
    const end = cluster.intercept(heartbeat, () => ({ answer: () => ({ errorCode: ErrorCode.REBALANCE_IN_PROGRESS }) }));
    const beat = () => simulation.settle(client.send(heartbeat, 4, { groupId: "g", generationId: 1, memberId: "m" }));
    expect((await beat()).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    end();
    expect((await beat()).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    cluster.intercept(findCoordinator, () => ({ answer: async (serve) => ({ ...(await serve())!, nodeId: 7 }) }));
    expect((await simulation.settle(client.send(findCoordinator, 3, { key: "g", keyType: 0 }))).nodeId).toBe(7);
  });

  test("sees the request, and the newest that does not pass decides", async () => {
    const seen: ReceivedRequest[] = [];
    cluster.interceptAll((request) => (seen.push(request), "pass"));
    cluster.intercept(produce, () => ({ errorCode: ErrorCode.KAFKA_STORAGE_ERROR }));
    const endNewest = cluster.intercept(produce, () => Promise.resolve({ errorCode: ErrorCode.REQUEST_TIMED_OUT }));
    expect((await simulation.settle(write("a"))).errorCode).toBe(ErrorCode.REQUEST_TIMED_OUT);
    endNewest();
    cluster.intercept(produce, () => Promise.resolve("pass"));
    expect((await simulation.settle(write("a"))).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
    await simulation.settle(client.send(metadata, 12, { topics: null }));
    expect(seen.map(({ api, nodeId, version, connection }) => [api, nodeId, version, connection])).toEqual([
      ["Metadata", 1, 12, 0],
    ]);
  });

  test("can take its time with an answer: requests behind it are served meanwhile, and answered after it", async () => {
    const decided = Promise.withResolvers<void>();
    cluster.intercept(heartbeat, () => ({
      answer: async (serve) => {
        await decided.promise;
        return (await serve())!;
      },
    }));
    const beat = client.send(heartbeat, 4, { groupId: "g", generationId: 1, memberId: "m" });
    const written = write("a");
    expect(await after(100, written)).toBe("waits");
    expect(await endOffset()).toBe(1);
    decided.resolve();
    expect((await simulation.settle(beat)).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect((await simulation.settle(written)).errorCode).toBe(ErrorCode.NONE);
  });

  test("can answer an API that is not served, and break a connection while it does", async () => {
    cluster.intercept(saslHandshake, ({ body, close }) => {
      if (body.mechanism === "none") close();
      return { answer: () => ({ errorCode: ErrorCode.NONE, mechanisms: [body.mechanism] }) };
    });
    expect((await simulation.settle(client.send(saslHandshake, 1, { mechanism: "PLAIN" }))).mechanisms).toEqual(["PLAIN"]);
    expect(await after(100, client.send(saslHandshake, 1, { mechanism: "none" }))).toBe("TEST_CONNECTION_GONE");
  });

  test("that delays a request holds back those behind it on the connection, and no others", async () => {
    let delayMs = 100;
    cluster.intercept(produce, () => {
      const verdict: Verdict = { delayMs };
      delayMs = 0;
      return verdict;
    });
    const answers: string[] = [];
    const note = (name: string) => (): void =>
      void answers.push(`${name} at ${Math.floor(simulation.elapsedMs - beganMs) >= 100}`);
    const beganMs = simulation.elapsedMs;
    const first = write("a").then(note("first"));
    const second = write("b").then(note("second"));
    const behind = client
      .send(metadata, 12, { topics: null })
      .then((answer) => answer)
      .then(note("metadata"));
    const other = await connectTo(simulation, 1);
    await simulation.settle(write("c", other).then(note("other")));
    await simulation.settle(Promise.all([first, second, behind]));
    expect(answers).toEqual(["other at false", "first at true", "second at true", "metadata at true"]);
  });

  test.each([...handlers.values()].map(({ api }) => api.name))("can answer %s with an error, in every version", (name) => {
    const { api, refuse } = [...handlers.values()].find((handler) => handler.api.name === name)!;
    for (let version = api.minVersion; version <= api.maxVersion; version += 1) {
      const asked = new Writer();
      api.request.write(asked, requests[name], version);
      const answer = new Writer();
      const request: unknown = api.request.read(new Reader(asked.toBuffer()), version);
      api.response.write(answer, refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE, request, version), version);
      const told: unknown = api.response.read(new Reader(answer.toBuffer()), version);
      const text = JSON.stringify(told, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value));
      expect(text, `version ${version}`).toContain(`"errorCode":${ErrorCode.COORDINATOR_NOT_AVAILABLE}`);
    }
  });
});

const named = { name: "t", topicId: zeroUuid };
const group = { groupId: "g", memberId: "m", generationId: 1 };
/** A request of each API that asks for one thing. */
const requests: Readonly<Record<string, object>> = {
  ApiVersions: { clientSoftwareName: "test", clientSoftwareVersion: "1" },
  Produce: { acks: -1, timeoutMs: 1, topicData: [{ ...named, partitionData: [{ index: 0, records: null }] }] },
  Fetch: {
    maxWaitMs: 1,
    minBytes: 1,
    topics: [{ topic: "t", partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1 }] }],
  },
  ListOffsets: { replicaId: -1, topics: [{ name: "t", partitions: [{ partitionIndex: 0, timestamp: -1n }] }] },
  Metadata: { topics: [named] },
  OffsetCommit: {
    ...group,
    topics: [{ ...named, partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: "" }] }],
  },
  OffsetFetch: {
    groupId: "g",
    topics: [{ name: "t", partitionIndexes: [0] }],
    groups: [{ groupId: "g", topics: [{ ...named, partitionIndexes: [0] }] }],
  },
  FindCoordinator: { key: "g", coordinatorKeys: ["g"] },
  JoinGroup: { ...group, sessionTimeoutMs: 1, protocolType: "consumer", protocols: [] },
  Heartbeat: group,
  LeaveGroup: { groupId: "g", memberId: "m", members: [] },
  SyncGroup: { ...group, assignments: [] },
  ListGroups: {},
  DescribeGroups: { groups: ["g"] },
  DescribeCluster: {},
  DeleteGroups: { groupsNames: ["g"] },
  CreateTopics: { topics: [{ name: "t", numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }], timeoutMs: 1 },
  DeleteTopics: { topics: [named], topicNames: ["t"], timeoutMs: 1 },
  DeleteRecords: { topics: [{ name: "t", partitions: [{ partitionIndex: 0, offset: 1n }] }], timeoutMs: 1 },
  InitProducerId: { transactionalId: null, transactionTimeoutMs: 1 },
  DescribeConfigs: { resources: [{ resourceType: 2, resourceName: "t", configurationKeys: null }] },
};
