import { sleep } from "@millrace/platform";
import { Simulation } from "@millrace/platform/sim";
import {
  apiVersions,
  createTopics,
  describeCluster,
  encodeRequest,
  ErrorCode,
  fetch,
  heartbeat,
  metadata,
  produce,
} from "@millrace/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogLevel } from "../log-line.ts";
import { batchOf, connect, startBroker } from "../testing/sim-broker.ts";
import type { WireClient } from "../testing/wire-client.ts";

const lines: string[] = [];
const log = (level: LogLevel, text: string): void => void lines.push(`${level} ${text}`);

async function servesOn(simulation: Simulation, client: WireClient): Promise<void> {
  const answer = await simulation.settle(client.send(metadata, 12, { topics: null }));
  expect(answer.brokers).toHaveLength(1);
}

describe("garbage", () => {
  const header = (key: number, version: number, size: number = 100): Buffer => {
    const bytes = Buffer.alloc(size + 4);
    bytes.writeInt32BE(size, 0);
    bytes.writeInt16BE(key, 4);
    bytes.writeInt16BE(version, 6);
    return bytes;
  };
  test.each([
    ["text", Buffer.from("GET / HTTP/1.1\r\nHost: broker\r\n\r\n"), /larger than socket.request.max.bytes/],
    ["a negative size", Buffer.from([0xff, 0xff, 0xff, 0xff, 0]), /cannot hold a request/],
    ["a size too small for a header", Buffer.from([0, 0, 0, 7, 0]), /cannot hold a request/],
    ["an oversized frame", header(0, 9, 1_000_001).subarray(0, 8), /larger than socket.request.max.bytes, 1000000/],
    ["an unknown api key", header(999, 0), /api key 999/],
    ["an api that only brokers use", header(4, 0), /api key 4/],
    ["an unsupported version", header(3, 99), /Metadata in version 99/],
    ["a body that is cut short", header(1, 18, 20), /Malformed message/],
  ])("that is %s ends its connection with a log line, and no other", async (_, bytes, line) => {
    const simulation = new Simulation(1);
    await startBroker(simulation, { log, config: { socketRequestMaxBytes: 1_000_000 } });
    const good = await connect(simulation, "good");
    const bad = await connect(simulation, "bad");
    lines.length = 0;
    bad.write([bytes]);
    await simulation.settle(bad.closed);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^warn dropped connection bad:/);
    expect(lines[0]).toMatch(line);
    await servesOn(simulation, good);
    await servesOn(simulation, await connect(simulation, "bad"));
  });

  test("of any kind never stops the broker", async () => {
    const simulation = new Simulation(2);
    await startBroker(simulation);
    const good = await connect(simulation, "good");
    const requests = [
      encodeRequest(metadata, 12, { correlationId: 1, clientId: "x" }, { topics: null }),
      encodeRequest(fetch, 18, { correlationId: 1, clientId: "x" }, { maxWaitMs: 0, minBytes: 0, topics: [] }),
      encodeRequest(heartbeat, 4, { correlationId: 1, clientId: "x" }, { groupId: "g", generationId: 1, memberId: "m" }),
    ].map((chunks) => Buffer.concat(chunks));
    const mutated = fc.tuple(fc.constantFrom(...requests), fc.nat(), fc.nat(255)).map(([request, at, byte]) => {
      const bytes = Buffer.from(request);
      bytes[4 + (at % (bytes.length - 4))] = byte;
      return bytes;
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, fc.uint8Array({ minLength: 1, maxLength: 60 })), async (bytes) => {
        const bad = await connect(simulation, "bad");
        bad.write([bytes]);
        await simulation.settle(sleep(simulation.timers, 10));
        bad.close();
        await servesOn(simulation, good);
      }),
      { numRuns: 200 },
    );
  });
});

describe("ApiVersions", () => {
  test("in a version that is not known is answered in version 0, with the versions to ask again in", async () => {
    const simulation = new Simulation(1);
    await startBroker(simulation);
    const client = await connect(simulation);
    const bytes = Buffer.alloc(30);
    bytes.writeInt32BE(26, 0);
    bytes.writeInt16BE(18, 4);
    bytes.writeInt16BE(99, 6);
    const answered = client.send(apiVersions, 0, { clientSoftwareName: "", clientSoftwareVersion: "" });
    await simulation.settle(answered);
    // The correlation id that the client counts on next.
    bytes.writeInt32BE(2, 8);
    const refused = client.expect(apiVersions, 0);
    client.write([bytes]);
    const answer = await simulation.settle(refused);
    expect(answer.errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION);
    expect(answer.apiKeys).toMatchObject([{ apiKey: 18, minVersion: 0, maxVersion: apiVersions.maxVersion }]);
  });

  test("tells just what is served, and Produce from version 0 on as Kafka does", async () => {
    const simulation = new Simulation(1);
    await startBroker(simulation);
    const client = await connect(simulation);
    const answer = await simulation.settle(
      client.send(apiVersions, 3, { clientSoftwareName: "test", clientSoftwareVersion: "1.0" }),
    );
    const byKey = new Map(answer.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, [minVersion, maxVersion]]));
    expect(byKey.get(0)).toEqual([0, 13]);
    expect(byKey.get(1)).toEqual([4, 18]);
    expect([...byKey.keys()]).toEqual([0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 21, 22, 32, 42, 60]);
  });

  test("refuses software without a name", async () => {
    const simulation = new Simulation(1);
    await startBroker(simulation);
    const client = await connect(simulation);
    const answer = await simulation.settle(
      client.send(apiVersions, 3, { clientSoftwareName: "-", clientSoftwareVersion: "1.0" }),
    );
    expect(answer.errorCode).toBe(ErrorCode.INVALID_REQUEST);
  });

  test("sends a client away that means another broker, from version 5 on (KIP-1242)", async () => {
    const simulation = new Simulation(1);
    await startBroker(simulation);
    const client = await connect(simulation);
    const cluster = await simulation.settle(client.send(describeCluster, 0, { includeClusterAuthorizedOperations: false }));
    const { clusterId, controllerId: nodeId } = cluster;
    const software = { clientSoftwareName: "test", clientSoftwareVersion: "1.0" };
    for (const [version, meant, errorCode] of [
      [5, { clusterId, nodeId }, ErrorCode.NONE],
      [5, { clusterId: null, nodeId: nodeId + 1 }, ErrorCode.NONE],
      [5, { clusterId, nodeId: nodeId + 1 }, ErrorCode.REBOOTSTRAP_REQUIRED],
      [5, { clusterId: "another", nodeId }, ErrorCode.REBOOTSTRAP_REQUIRED],
      [4, {}, ErrorCode.NONE],
    ] as const) {
      const answer = await simulation.settle(client.send(apiVersions, version, { ...software, ...meant }));
      expect(answer.errorCode).toBe(errorCode);
      expect(answer.apiKeys.length > 0).toBe(errorCode === ErrorCode.NONE);
    }
  });
});

describe("a connection", () => {
  test("gets its answers in the order of its requests, however they arrive", async () => {
    const simulation = new Simulation(5);
    await startBroker(simulation);
    const client = await connect(simulation);
    const topic = { numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
    const answers = Array.from({ length: 30 }, (_, i) =>
      i % 3 === 0
        ? client.send(createTopics, 7, { topics: [{ name: `t${i}`, ...topic }] }).then(({ topics }) => topics[0]!.errorCode)
        : client
            .send(metadata, 12, {
              topics: [{ topicId: "AAAAAAAAAAAAAAAAAAAAAA", name: `t${i - (i % 3)}` }],
              allowAutoTopicCreation: false,
            })
            .then(({ topics }) => topics[0]!.errorCode),
    );
    expect(await simulation.settle(Promise.all(answers))).toEqual(Array.from({ length: 30 }, () => 0));
  });

  test("that does not read its answers is not read from, until it does", async () => {
    const simulation = new Simulation(5);
    const broker = await startBroker(simulation, { config: { queuedMaxResponseBytes: 100_000 } });
    await simulation.settle(broker.createTopic({ name: "t" }));
    const slow = await connect(simulation, "slow");
    const records = batchOf(["x".repeat(50_000)], Date.UTC(2025, 0, 1));
    const body = (index: number) => ({
      acks: -1,
      timeoutMs: 1_000,
      topicData: [{ name: "t", partitionData: [{ index, records }] }],
    });
    await simulation.settle(slow.send(produce, 9, body(0)));
    slow.pause();
    const ask = {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [{ topic: "t", partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1 }] }],
    };
    const answers = Array.from({ length: 200 }, () => slow.send(fetch, 11, ask));
    const later = slow.send(createTopics, 7, {
      topics: [{ name: "later", numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    });
    await simulation.settle(sleep(simulation.timers, 1_000));
    const other = await connect(simulation, "other");
    const seen = await simulation.settle(other.send(metadata, 12, { topics: null }));
    expect(seen.topics.map(({ name }) => name)).toEqual(["t"]);
    slow.resume();
    await simulation.settle(Promise.all([...answers, later]));
  });

  test("without requests is closed after a while", async () => {
    const simulation = new Simulation(5);
    await startBroker(simulation, { config: { connectionsMaxIdleMs: 5_000 } });
    const idle = await connect(simulation, "idle");
    const busy = await connect(simulation, "busy");
    for (let i = 0; i < 4; i += 1) {
      await simulation.settle(sleep(simulation.timers, 2_000));
      await servesOn(simulation, busy);
    }
    await simulation.settle(idle.closed);
    await servesOn(simulation, busy);
  });
});
