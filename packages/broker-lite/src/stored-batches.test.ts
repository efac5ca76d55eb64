import { sleep } from "@millrace/platform";
import { Simulation } from "@millrace/platform/sim";
import { ErrorCode, fetch, listOffsets, produce, RecordCursor } from "@millrace/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { Broker, BrokerOptions } from "./broker.ts";
import { handMadeBatch } from "./testing/produced/hand-made.ts";
import type { HandMadeBatch } from "./testing/produced/hand-made.ts";
import { connect, startBroker } from "./testing/sim-broker.ts";
import type { WireClient } from "./testing/wire-client.ts";

const hourMs = 3_600_000;
const file = "/data/t-0/00000000000000000000.log";
let simulation: Simulation;
let broker: Broker;
let client: WireClient;

async function start(options: Partial<BrokerOptions> = {}): Promise<void> {
  broker = await startBroker(simulation, { dataDirectory: "/data", ...options });
  client = await connect(simulation);
}

async function restart(how: "closed" | "killed", options: Partial<BrokerOptions> = {}): Promise<void> {
  if (how === "closed") await simulation.settle(broker.close());
  else {
    simulation.host("broker").kill();
    simulation.host("broker").restart();
  }
  await start(options);
}

async function write(batch: HandMadeBatch): Promise<void> {
  const partitionData = [{ index: 0, records: handMadeBatch(batch) }];
  const sent = client.send(produce, 9, { acks: -1, timeoutMs: 1_000, topicData: [{ name: "t", partitionData }] });
  expect((await simulation.settle(sent)).responses[0]!.partitionResponses[0]!.errorCode).toBe(0);
}

async function find(timestamp: bigint): Promise<readonly [errorCode: number, offset: number, timestampMs: number]> {
  const topics = [{ name: "t", partitions: [{ partitionIndex: 0, timestamp }] }];
  const answer = await simulation.settle(client.send(listOffsets, 7, { replicaId: -1, isolationLevel: 0, topics }));
  const { errorCode, offset, timestamp: found } = answer.topics[0]!.partitions[0]!;
  return [errorCode, Number(offset), Number(found)];
}

/** Offsets that a consumer gets from `offset` on, "corrupt" in place of a batch that it cannot read; or the error code. */
async function consume(offset: number, partitionMaxBytes: number = 1_000_000): Promise<(number | "corrupt")[] | number> {
  const partitions = [{ partition: 0, fetchOffset: BigInt(offset), partitionMaxBytes }];
  const answer = await simulation.settle(
    client.send(fetch, 11, { maxWaitMs: 0, minBytes: 0, topics: [{ topic: "t", partitions }] }),
  );
  const { errorCode, records } = answer.responses[0]!.partitions[0]!;
  if (errorCode !== 0) return errorCode;
  const offsets: (number | "corrupt")[] = [];
  const cursor = new RecordCursor();
  for (let at = 0, next = 0; at < records!.length; at = next) {
    next = at + 12 + records!.readInt32BE(at + 8);
    try {
      if (cursor.open(records!, at) < 0) break;
      while (cursor.next()) offsets.push(cursor.offset);
    } catch {
      offsets.push("corrupt");
      if (next <= at) break;
    }
  }
  return offsets;
}

function damage(at: number, bytes: readonly number[]): void {
  const opened = simulation.platform("broker").files.open(file);
  opened.write([Buffer.from(bytes)], at);
  opened.close();
}

beforeEach(() => {
  simulation = new Simulation(1);
});

describe("times of records", () => {
  const headers = [-1, 0, "first", "late"] as const;
  test.each(headers.flatMap((header) => (["closed", "killed"] as const).map((how) => [header, how] as const)))(
    "count, and not those in the producers' headers (%s), also once the broker was %s",
    async (header, how) => {
      // Each batch has an entry of its own in the indexes.
      await start({ config: { logIndexIntervalBytes: 0 } });
      await simulation.settle(broker.createTopic({ name: "t", configs: { "retention.ms": "-1" } }));
      const firstMs = simulation.platform("client").clock.nowMs() - hourMs;
      for (let batch = 0; batch < 5; batch += 1) {
        const baseTimestamp = firstMs + batch * 10_000;
        const maxTimestamp =
          { first: baseTimestamp, late: baseTimestamp + 1e12 }[header as "first" | "late"] ?? (header as number);
        await write({
          records: [{}, { timestampDelta: 2_000 }, { timestampDelta: 1_000 }],
          baseTimestamp,
          maxTimestamp,
          codec: "gzip",
        });
      }
      for (const look of ["before", "after"]) {
        if (look === "after") await restart(how, { config: { logIndexIntervalBytes: 0 } });
        expect(await find(BigInt(firstMs))).toEqual([0, 0, firstMs]);
        expect(await find(BigInt(firstMs + 20_500))).toEqual([0, 7, firstMs + 22_000]);
        expect(await find(BigInt(firstMs + 22_001))).toEqual([0, 9, firstMs + 30_000]);
        expect(await find(BigInt(firstMs + 42_001))).toEqual([0, -1, -1]);
        // The largest: the second record of the last batch.
        expect(await find(-3n)).toEqual([0, 13, firstMs + 42_000]);
      }
    },
  );

  test.each(["closed", "killed"] as const)(
    "keep a segment from retention as long as they say, also once the broker was %s",
    async (how) => {
      const config = { logRetentionCheckIntervalMs: 1_000 };
      await start({ config });
      await simulation.settle(broker.createTopic({ name: "t", configs: { "retention.ms": String(hourMs) } }));
      const nowMs = simulation.platform("client").clock.nowMs();
      await write({
        records: [{ timestampDelta: 1_600_000_000_000 - nowMs }, {}],
        baseTimestamp: nowMs,
        maxTimestamp: 1_600_000_000_000,
      });
      await restart(how, { config });
      await simulation.settle(sleep(simulation.timers, hourMs - 60_000));
      client = await connect(simulation);
      expect((await find(-2n))[1]).toBe(0);
      await simulation.settle(sleep(simulation.timers, 120_000));
      client = await connect(simulation);
      expect((await find(-2n))[1]).toBe(2);
    },
  );

  test("that no record has make a segment as old as its last append, as in Kafka", async () => {
    await start({ config: { logRetentionCheckIntervalMs: 1_000 } });
    await simulation.settle(broker.createTopic({ name: "t", configs: { "retention.ms": String(hourMs) } }));
    for (const isWritten of [true, true, false]) {
      if (isWritten) await write({ baseTimestamp: -1 });
      await simulation.settle(sleep(simulation.timers, hourMs - 60_000));
      client = await connect(simulation);
      if (isWritten) expect((await find(-2n))[1]).toBe(0);
    }
    expect((await find(-2n))[1]).toBe(2);
  });

  test("that records lack are told as such", async () => {
    await start();
    await simulation.settle(broker.createTopic({ name: "t" }));
    expect(await find(-3n)).toEqual([0, -1, -1]);
    await write({ baseTimestamp: -1, records: [{}, {}] });
    expect(await find(-3n)).toEqual([0, 0, -1]);
    expect(await find(0n)).toEqual([0, -1, -1]);
  });
});

describe("a batch that was damaged on the disk", () => {
  const lines: string[] = [];
  const batchBytes = handMadeBatch({ records: [{}, {}] }).length;

  beforeEach(async () => {
    lines.length = 0;
    await start({ config: { logFlushIntervalMs: 1_000_000_000 }, log: (level, text) => lines.push(`${level} ${text}`) });
    await simulation.settle(broker.createTopic({ name: "t", configs: { "retention.ms": "-1" } }));
    for (let batch = 0; batch < 4; batch += 1) await write({ records: [{}, {}] });
  });

  test("reaches consumers as it is, and what lies before and behind it too: they tell where it is", async () => {
    damage(2 * batchBytes + 65, [0x50]);
    expect(await consume(0)).toEqual([0, 1, 2, 3, "corrupt", 6, 7]);
    expect(await consume(4)).toEqual(["corrupt", 6, 7]);
    expect(await consume(6)).toEqual([6, 7]);
    await restart("closed");
    expect(await consume(0)).toEqual([0, 1, 2, 3, "corrupt", 6, 7]);
  });

  test("is an error of the look-up by time that has to read it, and of no other", async () => {
    const [, , timestampMs] = await find(-3n);
    damage(65, [0x50]);
    expect(await find(BigInt(timestampMs))).toEqual([ErrorCode.CORRUPT_MESSAGE, -1, -1]);
    expect(await find(-1n)).toEqual([0, 8, -1]);
  });

  test("ends the log at the next start, if it had not been synced: what lies behind it goes too, and that is told", async () => {
    damage(2 * batchBytes + 65, [0x50]);
    await restart("killed", { log: (level, text) => lines.push(`${level} ${text}`) });
    expect(await consume(0)).toEqual([0, 1, 2, 3]);
    expect(lines.filter((line) => line.startsWith("warn"))).toEqual([
      expect.stringContaining(`cut ${2 * batchBytes} bytes`) as string,
    ]);
    await write({});
    expect(await consume(0)).toEqual([0, 1, 2, 3, 4]);
  });

  const lengths = [
    ["negative", [0xff, 0xff, 0xff, 0xff]],
    ["-12, with which no reader would move on", [0xff, 0xff, 0xff, 0xf4]],
    ["too small", [0, 0, 0, 10]],
    ["beyond the segment", [0x7f, 0xff, 0, 0]],
  ] as const;
  test.each(lengths)(
    "in its length, which is %s, is an error for who begins there, and for nobody before it",
    async (_, bytes) => {
      damage(2 * batchBytes + 8, bytes);
      // A budget that does not hold all of it makes the broker look at the batches.
      const budget = 3 * batchBytes + 10;
      expect(await consume(0, budget)).toEqual([0, 1, 2, 3]);
      for (let again = 0; again < 3; again += 1) expect(await consume(6, budget)).toBe(ErrorCode.CORRUPT_MESSAGE);
      expect(lines.filter((line) => line.startsWith("error"))).toEqual([
        "error t-0 cannot be read at offset 6: the disk damaged its batches",
      ]);
      expect((await find(-1n))[1]).toBe(8);
      expect(await find(-3n)).toEqual([0, 0, 1_700_000_000_000]);
    },
  );
});
