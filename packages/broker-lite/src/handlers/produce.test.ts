import { sleep } from "@millrace/platform";
import { Simulation } from "@millrace/platform/sim";
import { codecs, crc32c, encodeBatch, ErrorCode, fetch, produce, RecordCursor, zeroUuid } from "@millrace/protocol";
import type { ProduceResponse } from "@millrace/protocol";
import { describe, expect, test } from "vitest";
import type { BrokerConfig } from "../config/broker-config.ts";
import { batchOf, connect, startBroker } from "../testing/sim-broker.ts";
import type { WireClient } from "../testing/wire-client.ts";

const startMs = Date.UTC(2025, 0, 1);

interface Setup {
  readonly simulation: Simulation;
  readonly client: WireClient;
}

async function setUp(config: Partial<BrokerConfig> = {}, configs: Record<string, string> = {}): Promise<Setup> {
  const simulation = new Simulation(1);
  const broker = await startBroker(simulation, { config });
  await simulation.settle(broker.createTopic({ name: "t", configs }));
  return { simulation, client: await connect(simulation) };
}

type PartitionResponse = ProduceResponse["responses"][number]["partitionResponses"][number];

async function send(
  { simulation, client }: Setup,
  records: Buffer | null,
  { version = 9, acks = -1, name = "t", index = 0 } = {},
): Promise<PartitionResponse> {
  const response = await simulation.settle(
    client.send(produce, version, {
      acks,
      timeoutMs: 1_000,
      topicData: [{ name, topicId: zeroUuid, partitionData: [{ index, records }] }],
    }),
  );
  return response.responses[0]!.partitionResponses[0]!;
}

async function fetched({ simulation, client }: Setup): Promise<Buffer> {
  const response = await simulation.settle(
    client.send(fetch, 11, {
      maxWaitMs: 0,
      minBytes: 1,
      topics: [{ topic: "t", partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000 }] }],
    }),
  );
  return response.responses[0]!.partitions[0]!.records!;
}

describe("a produce request", () => {
  test("is answered with the offset of its first record", async () => {
    const setup = await setUp();
    expect(await send(setup, batchOf(["a", "b"], startMs))).toMatchObject({
      errorCode: 0,
      baseOffset: 0n,
      logAppendTimeMs: -1n,
      logStartOffset: 0n,
    });
    expect(await send(setup, batchOf(["c"], startMs))).toMatchObject({ errorCode: 0, baseOffset: 2n });
  });

  test("stores the batch as it came, but for offset and leader epoch", async () => {
    const setup = await setUp();
    await send(setup, batchOf(["a"], startMs));
    const batch = batchOf(["b"], startMs, { codec: "gzip", leaderEpoch: 77 });
    await send(setup, batch);
    const stored = (await fetched(setup)).subarray(-batch.length);
    expect(stored.readBigInt64BE(0)).toBe(1n);
    expect(stored.readInt32BE(12)).toBe(0);
    expect(stored.subarray(16)).toEqual(batch.subarray(16));
    const cursor = new RecordCursor();
    cursor.open(stored, 0);
    expect(cursor.next()).toBe(true);
    expect(cursor.offset).toBe(1);
  });

  const good = batchOf(["a"], startMs);
  const refused: [
    what: string,
    records: () => Buffer | null,
    errorCode: number,
    options?: { version?: number; acks?: number; name?: string; index?: number },
  ][] = [
    ["without records", () => null, ErrorCode.INVALID_RECORD],
    ["with empty records", () => Buffer.alloc(0), ErrorCode.INVALID_RECORD],
    ["with two batches", () => Buffer.concat([good, good]), ErrorCode.INVALID_RECORD],
    ["that is cut short", () => good.subarray(0, good.length - 1), ErrorCode.INVALID_RECORD],
    ["with a flipped bit", () => flipped(good, good.length - 2), ErrorCode.CORRUPT_MESSAGE],
    ["of magic 1", () => withByte(good, 16, 1), ErrorCode.INVALID_RECORD],
    ["of an unknown magic", () => withByte(good, 16, 9), ErrorCode.CORRUPT_MESSAGE],
    [
      "with zstd in an old version",
      () => batchOf(["a"], startMs, { codec: "zstd" }),
      ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
      { version: 6 },
    ],
    ["that is too large", () => batchOf(["x".repeat(1_100_000)], startMs), ErrorCode.MESSAGE_TOO_LARGE],
    ["with control records", () => batchOf(["a"], startMs, { isControl: true }), ErrorCode.INVALID_RECORD],
    [
      "of a transaction",
      () => batchOf(["a"], startMs, { isTransactional: true, producerId: 1, producerEpoch: 0, baseSequence: 0 }),
      ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    ],
    [
      "with a producer id but no sequence",
      () => batchOf(["a"], startMs, { producerId: 1, producerEpoch: 0, baseSequence: -1 }),
      ErrorCode.INVALID_RECORD,
    ],
    ["with fewer records than offsets", () => batchOf(["a"], startMs, { lastOffset: 3 }), ErrorCode.INVALID_RECORD],
    ["from too far in the future", () => batchOf(["a"], startMs + 3_700_000), ErrorCode.INVALID_TIMESTAMP],
    ["to an unknown topic", () => good, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, { name: "nowhere" }],
    ["to an unknown partition", () => good, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, { index: 1 }],
    ["to an unknown topic id", () => good, ErrorCode.UNKNOWN_TOPIC_ID, { version: 13 }],
    ["with acks of 2", () => good, ErrorCode.INVALID_REQUIRED_ACKS, { acks: 2 }],
  ];
  test.each(refused)("%s is refused, and leaves the log as it was", async (_, records, errorCode, options) => {
    const setup = await setUp();
    expect(await send(setup, records(), options)).toMatchObject({ errorCode, baseOffset: -1n });
    expect(await send(setup, good)).toMatchObject({ errorCode: 0, baseOffset: 0n });
  });

  test.each([
    ["garbled", (batch: Buffer) => batch.fill(0xff, 61)],
    ["garbled after its codec's header", (batch: Buffer) => batch.fill(0x55, 75)],
    ["zeros", (batch: Buffer) => batch.fill(0, 61)],
  ])("whose compressed records are %s is refused with Apache Kafka's code for it", async (_, spoil) => {
    const batch = spoil(batchOf(["a", "b"], startMs, { codec: "gzip" }));
    batch.writeUInt32BE(crc32c(batch, 21, batch.length), 17);
    const setup = await setUp();
    expect(await send(setup, batch)).toMatchObject({ errorCode: ErrorCode.UNKNOWN_SERVER_ERROR });
    expect(await send(setup, batchOf(["a"], startMs))).toMatchObject({ errorCode: 0, baseOffset: 0n });
  });

  test.each(["gzip", "zstd", "lz4", "snappy"] as const)("whose %s becomes more than 128 MiB is refused", async (codec) => {
    const setup = await setUp({ messageMaxBytes: 10_000_000, socketRequestMaxBytes: 20_000_000 });
    const record = batchOf(["x".repeat(1_000)], startMs).subarray(61);
    const bomb = batchOf(["a"], startMs, { codec });
    const body = codecs[codec].compress(Buffer.concat([record, Buffer.alloc(129 * 1024 * 1024)]));
    const batch = Buffer.concat([bomb.subarray(0, 61), body]);
    batch.writeInt32BE(batch.length - 12, 8);
    batch.writeUInt32BE(crc32c(batch, 21, batch.length), 17);
    const response = await send(setup, batch);
    expect(response.errorCode).toBe(ErrorCode.MESSAGE_TOO_LARGE);
    expect(response.errorMessage).toMatch(/134217728/);
  });

  test("to a compacted topic needs keys, and is told which records lack them", async () => {
    const setup = await setUp({}, { "cleanup.policy": "compact" });
    const keys = [Buffer.from("k"), null, Buffer.from("k"), null];
    const records = encodeBatch({ records: keys.map((key, offset) => ({ offset, timestamp: startMs, key, value: null })) });
    const response = await send(setup, records);
    expect(response.errorCode).toBe(ErrorCode.INVALID_RECORD);
    expect(response.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual([1, 3]);
  });

  test("gets the broker's time where the topic wants that", async () => {
    const setup = await setUp({}, { "message.timestamp.type": "LogAppendTime" });
    const response = await send(setup, batchOf(["a", "b"], 5));
    expect(Number(response.logAppendTimeMs)).toBeGreaterThanOrEqual(startMs);
    const cursor = new RecordCursor();
    cursor.open(await fetched(setup), 0);
    while (cursor.next()) expect(BigInt(cursor.timestamp)).toBe(response.logAppendTimeMs);
  });

  test("with old records is refused where the topic wants that, record by record", async () => {
    const setup = await setUp({}, { "message.timestamp.before.max.ms": "1000" });
    const records = encodeBatch({
      records: [0, -5_000, 0].map((ms, offset) => ({ offset, timestamp: startMs + ms, key: null, value: null })),
    });
    const response = await send(setup, records);
    expect(response.errorCode).toBe(ErrorCode.INVALID_TIMESTAMP);
    expect(response.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual([1]);
  });

  test("with acks 0 is not answered, and an error closes the connection", async () => {
    const setup = await setUp();
    const { simulation, client } = setup;
    const body = (index: number) => ({
      acks: 0,
      timeoutMs: 1_000,
      topicData: [{ name: "t", partitionData: [{ index, records: good }] }],
    });
    const first = client.send(produce, 9, body(0));
    first.catch(() => {});
    const other = await connect(simulation);
    await simulation.settle(sleep(simulation.timers, 100));
    expect(await fetched({ simulation, client: other })).toHaveLength(good.length);
    const second = client.send(produce, 9, body(1));
    second.catch(() => {});
    await simulation.settle(client.closed);
  });
});

describe("an idempotent producer", () => {
  const idempotent = (baseSequence: number, epoch: number = 0) =>
    batchOf(["a", "b"], startMs, { producerId: 5, producerEpoch: epoch, baseSequence });

  test("that sends a batch again gets the same offset, and nothing is appended", async () => {
    const setup = await setUp();
    for (let i = 0; i < 5; i += 1) expect((await send(setup, idempotent(2 * i))).baseOffset).toBe(BigInt(2 * i));
    expect(await send(setup, idempotent(0))).toMatchObject({ errorCode: 0, baseOffset: 0n });
    expect(await send(setup, idempotent(10))).toMatchObject({ errorCode: 0, baseOffset: 10n });
    expect(await send(setup, idempotent(0))).toMatchObject({ errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER });
  });

  test("cannot leave a batch out, nor write in an old epoch", async () => {
    const setup = await setUp();
    await send(setup, idempotent(0));
    expect((await send(setup, idempotent(4))).errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect((await send(setup, idempotent(0, 1))).errorCode).toBe(0);
    expect((await send(setup, idempotent(2))).errorCode).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
  });
});

function flipped(batch: Buffer, at: number): Buffer {
  return withByte(batch, at, batch[at]! ^ 4);
}

function withByte(batch: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(batch);
  changed[at] = value;
  return changed;
}
