import { sleep } from "@millrace/platform";
import { Simulation } from "@millrace/platform/sim";
import type { DiskOperation, Host } from "@millrace/platform/sim";
import {
  createTopics,
  deleteRecords,
  deleteTopics,
  ErrorCode,
  initProducerId,
  joinGroup,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  produce,
  syncGroup,
} from "@millrace/protocol";
import { expect, test } from "vitest";
import type { Broker, BrokerOptions } from "./broker.ts";
import { batchOf, connect, startBroker } from "./testing/sim-broker.ts";
import type { WireClient } from "./testing/wire-client.ts";

const startMs = Date.UTC(2025, 0, 1);

/** A broker whose disk fails where a test says so, and a client of it. */
class World {
  readonly simulation: Simulation;
  readonly host: Host;
  readonly lines: string[] = [];
  readonly #options: Partial<BrokerOptions>;
  broker!: Broker;
  client!: WireClient;

  constructor(config: BrokerOptions["config"] = {}, seed = 3) {
    this.simulation = new Simulation(seed);
    this.host = this.simulation.host("broker");
    const log = (level: string, text: string): void => void (level === "debug" || this.lines.push(`${level} ${text}`));
    this.#options = { dataDirectory: "/data", config, log };
  }

  async start(): Promise<void> {
    this.broker = await startBroker(this.simulation, this.#options);
    this.client = await connect(this.simulation);
  }

  async crash(): Promise<void> {
    this.host.crash();
    this.host.restart();
    this.host.diskFault = () => null;
    await this.start();
  }

  fail(ending: string, ...operations: DiskOperation[]): void {
    this.host.diskFault = (asked, path) =>
      path.endsWith(ending) && operations.includes(asked) ? (asked === "sync" ? "EIO" : "ENOSPC") : null;
  }

  async createTopic(name: string): Promise<number> {
    const topics = [{ name, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }];
    return (await this.simulation.settle(this.client.send(createTopics, 7, { topics }))).topics[0]!.errorCode;
  }

  async deleteTopic(name: string): Promise<number> {
    const asked = { topicNames: [name], timeoutMs: 1_000 };
    return (await this.simulation.settle(this.client.send(deleteTopics, 5, asked))).responses[0]!.errorCode;
  }

  async topics(): Promise<(string | null)[]> {
    return (await this.simulation.settle(this.client.send(metadata, 12, { topics: null }))).topics.map(({ name }) => name);
  }

  async produce(value: string, producer: object = {}): Promise<{ errorCode: number; baseOffset: bigint }> {
    const partitionData = [{ index: 0, records: batchOf([value], startMs, producer) }];
    const asked = { acks: -1, timeoutMs: 1_000, topicData: [{ name: "t", partitionData }] };
    return (await this.simulation.settle(this.client.send(produce, 9, asked))).responses[0]!.partitionResponses[0]!;
  }

  async endOf(name: string): Promise<bigint> {
    const topics = [{ name, partitions: [{ partitionIndex: 0, timestamp: -1n }] }];
    const asked = { replicaId: -1, isolationLevel: 0, topics };
    return (await this.simulation.settle(this.client.send(listOffsets, 7, asked))).topics[0]!.partitions[0]!.offset;
  }

  async commit(offset: bigint, memberId = "", generationId = -1): Promise<number> {
    const partitions = [{ partitionIndex: 0, committedOffset: offset, committedMetadata: "" }];
    const asked = { groupId: "g", memberId, generationIdOrMemberEpoch: generationId, topics: [{ name: "t", partitions }] };
    return (await this.simulation.settle(this.client.send(offsetCommit, 8, asked))).topics[0]!.partitions[0]!.errorCode;
  }

  async committed(): Promise<bigint> {
    const topics = [{ name: "t", partitionIndexes: [0] }];
    const response = await this.simulation.settle(this.client.send(offsetFetch, 7, { groupId: "g", topics }));
    return response.topics[0]!.partitions[0]!.committedOffset;
  }

  /** A member alone in its group. */
  async join(groupId: string): Promise<string> {
    const asked = { groupId, sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000, memberId: "", protocolType: "consumer" };
    const protocols = [{ name: "range", metadata: Buffer.alloc(0) }];
    const { memberId, generationId } = await this.simulation.settle(this.client.send(joinGroup, 3, { ...asked, protocols }));
    const assignments = [{ memberId, assignment: Buffer.from("all") }];
    await this.simulation.settle(this.client.send(syncGroup, 3, { groupId, generationId, memberId, assignments }));
    return memberId;
  }
}

test("a full disk refuses topics, deletions and commits by their error codes, and takes them when there is room again", async () => {
  const world = new World();
  await world.start();
  expect(await world.createTopic("t")).toBe(0);
  expect(await world.commit(5n)).toBe(0);
  for (const ending of ["broker.journal", "u-1"]) {
    world.fail(ending, "write", "create");
    expect(await world.createTopic("u")).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
    expect(world.host.platform.files.list("/data").filter((name) => name.startsWith("u-"))).toEqual([]);
  }
  world.fail("broker.journal", "write");
  expect(await world.commit(6n)).toBe(ErrorCode.NOT_COORDINATOR);
  expect(await world.committed()).toBe(5n);
  expect(await world.deleteTopic("t")).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
  expect(await world.topics()).toEqual(["t"]);
  const id = await world.simulation.settle(
    world.client.send(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1 }),
  );
  expect(id.errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  world.host.diskFault = () => null;
  expect(await world.createTopic("u")).toBe(0);
  expect(await world.commit(7n)).toBe(0);
  await world.simulation.settle(world.broker.close());
  await world.start();
  expect([await world.topics(), await world.committed()]).toEqual([["t", "u"], 7n]);
});

test("a deletion that cannot move the directories is a deletion all the same", async () => {
  const world = new World();
  await world.start();
  await world.createTopic("t");
  await world.produce("a");
  world.fail("t-0", "rename");
  expect(await world.deleteTopic("t")).toBe(0);
  expect(await world.topics()).toEqual([]);
  expect(world.lines.filter((line) => /^warn the directory of t-0 stays behind: .*ENOSPC/.test(line))).toHaveLength(1);
  await world.crash();
  expect(await world.createTopic("t")).toBe(0);
  expect(await world.endOf("t")).toBe(0n);
});

test("producer ids that could not be reserved are not given out", async () => {
  const world = new World();
  await world.start();
  const ask = () =>
    world.simulation.settle(world.client.send(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1 }));
  world.fail("broker.journal", "write");
  expect((await ask()).errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  expect((await ask()).errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  world.host.diskFault = () => null;
  const { producerId } = await ask();
  await world.crash();
  expect((await ask()).producerId).toBeGreaterThan(producerId);
});

test("a broker on a full disk lives on: sessions end, and what it does now and then is tried again", async () => {
  const world = new World({ logFlushIntervalMs: 100 });
  await world.start();
  await world.createTopic("t");
  await world.join("g");
  await world.produce("a");
  world.fail("broker.journal", "write");
  await world.simulation.settle(sleep(world.simulation.timers, 20 * 60_000));
  expect(world.lines.filter((line) => /^error writing group g failed: .*ENOSPC/.test(line))).toHaveLength(1);
  expect(world.lines.some((line) => /^error writing down how far the logs are synced failed: .*ENOSPC/.test(line))).toBe(true);
  world.client = await connect(world.simulation);
  expect(await world.endOf("t")).toBe(1n);
  world.host.diskFault = () => null;
  expect(await world.commit(1n)).toBe(0);
  await world.simulation.settle(world.broker.close());
});

test("a log that the disk fails is told by its error code, also to whoever sends a batch again", async () => {
  const world = new World({ flush: "commit" });
  await world.start();
  await world.createTopic("t");
  const producer = { producerId: 3, producerEpoch: 0, baseSequence: 0 };
  expect(await world.produce("a", producer)).toMatchObject({ errorCode: 0 });
  world.fail(".log", "sync");
  const next = { ...producer, baseSequence: 1 };
  expect((await world.produce("b", next)).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
  expect((await world.produce("b", next)).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
  const partitions = [{ partitionIndex: 0, offset: -1n }];
  const { topics } = await world.simulation.settle(
    world.client.send(deleteRecords, 2, { topics: [{ name: "t", partitions }], timeoutMs: 1_000 }),
  );
  expect(topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
  world.host.diskFault = () => null;
  await world.simulation.settle(world.broker.close());
  expect(world.lines.filter((line) => line.startsWith("warn closing t-0 failed"))).toHaveLength(1);
  expect(world.host.platform.files.exists("/data/.kafka_cleanshutdown")).toBe(false);
  await world.start();
  // Whether the batch is there or not, it is there once.
  expect((await world.produce("b", next)).baseOffset).toBe(1n);
  expect(await world.endOf("t")).toBe(2n);
});

test("a journal whose sync failed acknowledges nothing more, until a restart tells what there is", async () => {
  const world = new World({ flush: "commit" });
  await world.start();
  await world.createTopic("t");
  expect(await world.commit(1n)).toBe(0);
  world.fail("broker.journal", "sync");
  expect(await world.commit(2n)).toBe(ErrorCode.NOT_COORDINATOR);
  world.host.diskFault = () => null;
  expect(await world.commit(3n)).toBe(ErrorCode.NOT_COORDINATOR);
  await world.crash();
  expect([1n, 2n]).toContain(await world.committed());
  expect(await world.commit(4n)).toBe(0);
});

test("a broker that cannot start leaves nothing running", async () => {
  const world = new World();
  await world.start();
  await world.createTopic("t");
  await world.join("g");
  await world.simulation.settle(world.broker.close());
  const other = await startBroker(world.simulation);
  await expect(world.start()).rejects.toMatchObject({ code: "BROKER_LISTEN_FAILED" });
  await world.simulation.settle(sleep(world.simulation.timers, 60_000));
  await world.simulation.settle(other.close());
  world.fail("broker.journal", "sync");
  await expect(world.start()).rejects.toMatchObject({ code: "BROKER_DATA_DIRECTORY" });
  await world.simulation.settle(sleep(world.simulation.timers, 60_000));
  world.host.diskFault = () => null;
  await world.start();
  expect(await world.topics()).toEqual(["t"]);
});

test("a journal that was damaged after a good end is not opened, however often that is tried", async () => {
  const world = new World();
  await world.start();
  await world.createTopic("t");
  await world.createTopic("u");
  await world.simulation.settle(world.broker.close());
  const file = world.host.platform.files.open("/data/broker.journal");
  const intact = Buffer.alloc(1);
  file.read(intact, 0, 1, 20);
  file.write([Buffer.from([intact[0]! ^ 1])], 20);
  for (let i = 0; i < 2; i += 1)
    await expect(world.start()).rejects.toThrow(/broker\.journal is damaged, although .* Put back a copy/);
  file.write([intact], 20);
  await world.start();
  expect(await world.topics()).toEqual(["t", "u"]);
});

test("a directory of a deleted topic that a crash brought back is not taken for the new topic's of that name", async () => {
  const world = new World();
  await world.start();
  await world.createTopic("t");
  await world.produce("a");
  await world.simulation.settle(world.broker.close());
  const { files } = world.host.platform;
  const metadataFile = files.open("/data/t-0/partition.metadata");
  metadataFile.write([Buffer.from("version: 0\ntopic_id: abcdefghijklmnopqrstuA")], 0);
  await world.start();
  expect(await world.endOf("t")).toBe(0n);
  expect(await world.produce("b")).toMatchObject({ errorCode: 0, baseOffset: 0n });
  expect(files.list("/data/t-0.abcdefghijklmnopqrstuA-stray")).toContain("00000000000000000000.log");
  expect(world.lines.some((line) => line.includes("put aside a directory of another topic"))).toBe(true);
});

test("a topic with the longest name can be deleted", async () => {
  const world = new World();
  await world.start();
  const name = "n".repeat(249);
  expect(await world.createTopic(name)).toBe(0);
  expect(await world.deleteTopic(name)).toBe(0);
  expect(await world.topics()).toEqual([]);
  await world.simulation.settle(world.broker.close());
  expect(world.host.platform.files.list("/data").filter((entry) => entry.startsWith("n"))).toEqual([]);
});

test("records are not acknowledged before their topic is durable, although others see it earlier", async () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const world = new World({ flush: "commit" }, seed);
    world.host.diskLatencyMs = { min: 1, max: 200 };
    await world.start();
    const maker = await connect(world.simulation, "maker");
    const topics = [{ name: "t", numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }];
    maker.send(createTopics, 7, { topics }).catch(() => {});
    while ((await world.topics()).length === 0);
    expect((await world.produce("a")).errorCode).toBe(0);
    await world.crash();
    expect(await world.endOf("t")).toBe(1n);
  }
});
