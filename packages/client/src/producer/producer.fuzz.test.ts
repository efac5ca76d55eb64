import type { Verdict } from "@millrace/broker-lite";
import { ErrorCode } from "@millrace/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ProduceError } from "../errors.ts";
import { TestCluster, timedOutAfter } from "../testing/test-cluster.ts";
import { textWriter } from "../testing/text-writer.ts";

/**
 * Goal: an idempotent producer writes every record once and in order, whatever the network and the leaders do.
 *
 * Method: random appends to a cluster whose log has Kafka's rules for sequences, under faults drawn per request (a connection lost before
 * or after the append, a moved leader, an append that is reported as timed out), then a flush, and a look at the log. Not covered:
 * batches that expire, which give up records by design; see producer.test.ts.
 */
const faults = {
  none: "pass",
  "disconnect-before": "close",
  "disconnect-after": "drop response",
  "not-leader": { errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER },
  "timed-out-after": timedOutAfter,
} as const satisfies Record<string, Verdict>;

type Fault = keyof typeof faults | "move-leader";

interface Plan {
  readonly seed: number;
  readonly partitionCount: number;
  /** Per record: its partition, and the pause before it. */
  readonly records: readonly { readonly partition: number; readonly pauseMs: number }[];
  /** Per produce request; beyond the last one nothing fails. */
  readonly faults: readonly Fault[];
  readonly inFlightMax: number;
}

const plans = fc.record({
  seed: fc.nat(),
  partitionCount: fc.integer({ min: 1, max: 3 }),
  records: fc.array(fc.record({ partition: fc.nat(2), pauseMs: fc.constantFrom(0, 0, 0, 1, 7) }), {
    minLength: 1,
    maxLength: 80,
  }),
  faults: fc.array(fc.constantFrom<Fault[]>("none", ...(Object.keys(faults) as Fault[]), "move-leader"), { maxLength: 25 }),
  inFlightMax: fc.constantFrom(1, 2, 5),
}) as fc.Arbitrary<Plan>;

async function run(plan: Plan): Promise<void> {
  const cluster = await TestCluster.start(plan.seed, 2);
  const topic = cluster.createTopic("t", plan.partitionCount);
  let requests = 0;
  cluster.produceFault = async () => {
    const fault = plan.faults[requests] ?? "none";
    requests += 1;
    if (fault !== "move-leader") return faults[fault];
    for (const [i, { leaderId }] of topic.partitions.entries()) await cluster.moveLeader(topic, i, 3 - leaderId);
    return "pass";
  };
  const client = cluster.client({ retryBackoffMs: 10, retryBackoffMaxMs: 50, requestTimeoutMs: 2_000 });
  // A batch holds about two records, so that many are in flight.
  const producer = client.producer({ lingerMs: 2, batchBytesMax: 90, inFlightMax: plan.inFlightMax });
  const expected: string[][] = Array.from({ length: plan.partitionCount }, () => []);
  let acknowledged = 0;
  producer.onAcknowledged = (_topic, partition, baseOffset, recordCount) => {
    acknowledged += recordCount;
    const { log } = topic.partitions[partition]!;
    // What is told of a batch must be where the batch lies.
    expect(
      log.batches.some((batch) => batch.baseOffset === baseOffset && batch.lastOffset === baseOffset + recordCount - 1),
    ).toBe(true);
  };
  await cluster.settle(
    (async () => {
      const opened = await producer.topic("t");
      for (const [index, { partition, pauseMs }] of plan.records.entries()) {
        if (pauseMs > 0) await new Promise<void>((resolve) => void cluster.simulation.timers.after(pauseMs, resolve));
        const chosen = partition % plan.partitionCount;
        const value = `v${index}`;
        expected[chosen]!.push(value);
        opened.append(chosen, index, null, textWriter, value, textWriter, []);
      }
      await producer.flush();
    })(),
  );
  expect(topic.partitions.map(({ log }) => log.values())).toEqual(expected);
  expect(acknowledged).toBe(plan.records.length);
  expect(producer.bytesPending).toBe(0);
  await cluster.settle(client.close());
}

describe("an idempotent producer", () => {
  test("writes each record once and in order under any faults", async () => {
    await fc.assert(fc.asyncProperty(plans, run), { numRuns: 300 });
  });

  test("tells of a failure, and goes on, when the broker refuses a batch in the middle of others", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(9), async (seed, refused) => {
        const cluster = await TestCluster.start(seed);
        const topic = cluster.createTopic("t", 1, { "max.message.bytes": "150" });
        const client = cluster.client({ retryBackoffMs: 10 });
        const producer = client.producer({ lingerMs: 0, batchBytesMax: 1 });
        // The first record that is refused is larger than what the broker takes.
        const values = Array.from({ length: 10 }, (_, index) =>
          index === refused ? `v${index}${"x".repeat(100)}` : `v${index}`,
        );
        const failures: ProduceError[] = [];
        producer.onFailed = (error) => failures.push(error);
        await cluster.settle(
          (async () => {
            const opened = await producer.topic("t");
            for (const [index, value] of values.entries()) opened.append(0, index, null, textWriter, value, textWriter, []);
            await expect(producer.flush()).rejects.toThrow('1 records for topic "t", partition 0');
            await producer.flush();
          })(),
        );
        expect(topic.partitions[0]!.log.values()).toEqual(values.filter((_, index) => index !== refused));
        expect(failures.map(({ code, errorName }) => [code, errorName])).toEqual([
          ["CLIENT_RECORD_TOO_LARGE", "MESSAGE_TOO_LARGE"],
        ]);
        await cluster.settle(client.close());
      }),
      { numRuns: 20 },
    );
  });
});
