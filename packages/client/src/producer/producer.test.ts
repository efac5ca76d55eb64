import {
  BatchHeader,
  type CodecName,
  ErrorCode,
  initProducerId,
  partitionForKey,
  produce,
  type ProduceRequest,
} from "@millrace/protocol";
import { describe, expect, test } from "vitest";

import {
  ClosedError,
  InvalidConfigError,
  ProduceError,
  RecordTooLargeError,
  UnknownPartitionError,
  UnknownTopicError,
} from "../errors.ts";
import { recordValues } from "../testing/test-topic.ts";
import { TestCluster } from "../testing/test-cluster.ts";
import { textWriter } from "../testing/text-writer.ts";
import type { Producer } from "./producer.ts";
import type { ProducerOptions } from "./producer-options.ts";
import type { ProducerTopic } from "./producer-topic.ts";

interface Opened {
  readonly cluster: TestCluster;
  readonly producer: Producer;
  readonly topic: ProducerTopic;
}

async function open(
  options: ProducerOptions = {},
  partitionCount = 1,
  configs: Readonly<Record<string, string>> = {},
): Promise<Opened> {
  const cluster = await TestCluster.start(1);
  cluster.createTopic("t", partitionCount, configs);
  const producer = cluster.client({ retryBackoffMs: 10 }).producer(options);
  return { cluster, producer, topic: await cluster.settle(producer.topic("t")) };
}

function append(topic: ProducerTopic, value: string, partition = 0, key: string | null = null): void {
  topic.append(partition, 1_000, key, textWriter, value, textWriter, []);
}

function pass(cluster: TestCluster, delayMs: number): Promise<void> {
  return cluster.settle(new Promise((resolve) => void cluster.simulation.timers.after(delayMs, resolve)));
}

function log(cluster: TestCluster, partition = 0): string[] {
  return cluster.topics.get("t")!.partitions[partition]!.log.values();
}

function batchesOf(
  requests: readonly { readonly body: ProduceRequest }[],
): { sequence: number; epoch: number; values: string[] }[] {
  const header = new BatchHeader();
  return requests.flatMap(({ body }) =>
    body.topicData.flatMap(({ partitionData }) =>
      partitionData.map(({ records }) => {
        header.open(records!, 0);
        return { sequence: header.baseSequence, epoch: header.producerEpoch, values: recordValues(records!) };
      }),
    ),
  );
}

describe("levels of compression", () => {
  async function bytesWritten(options: ProducerOptions): Promise<number> {
    const { cluster, topic, producer } = await open(options);
    let state = 1;
    for (let i = 0; i < 1_000; i += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      append(topic, `{"user":${String((state >>> 8) % 1009)},"page":"/item/${String((state >>> 18) * 7919)}"}`);
    }
    await cluster.settle(producer.flush());
    expect(log(cluster).length).toBe(1_000);
    const batches = cluster.received(produce).flatMap(({ body }) => body.topicData[0]!.partitionData);
    return batches.reduce((bytes, { records }) => bytes + records!.length, 0);
  }

  test.each([
    ["gzip", "compressionGzipLevel", 1, 9],
    ["zstd", "compressionZstdLevel", -100, 19],
  ] as const)("of %s reach the batches: a higher %s gives fewer bytes", async (compression, name, low, high) => {
    const usual = await bytesWritten({ compression });
    expect(await bytesWritten({ compression, [name]: low })).toBeGreaterThan(usual);
    expect(await bytesWritten({ compression, [name]: high })).toBeLessThan(usual);
  });

  test("of a codec that is not used change nothing", async () => {
    const usual = await bytesWritten({ compression: "gzip" });
    expect(await bytesWritten({ compression: "gzip", compressionZstdLevel: 19 })).toBe(usual);
  });

  test.each([
    ["compressionGzipLevel", [-2, 0, 10, 1.5, Number.NaN], [-1, 1, 9]],
    ["compressionZstdLevel", [-131_073, 23, 0.5, Infinity], [-131_072, 0, 3, 22]],
  ] as const)("%s has bounds", async (name, wrong, right) => {
    const cluster = await TestCluster.start(1);
    for (const value of wrong)
      expect(() => cluster.client().producer({ [name]: value }), String(value)).toThrow(InvalidConfigError);
    for (const value of right) expect(() => cluster.client().producer({ [name]: value }), String(value)).not.toThrow();
  });
});

describe("batches", () => {
  test("wait for more records until they have lingered", async () => {
    const { cluster, topic, producer } = await open({ lingerMs: 50 });
    append(topic, "a");
    const startMs = cluster.simulation.elapsedMs;
    append(topic, "b");
    await cluster.simulation.run(() => producer.bytesPending === 0);
    expect(cluster.simulation.elapsedMs - startMs).toBeGreaterThanOrEqual(50);
    expect(batchesOf(cluster.received(produce)).map(({ values }) => values)).toEqual([["a", "b"]]);
  });

  test("are sealed before the next record would make them too large", async () => {
    const { cluster, topic, producer } = await open({ lingerMs: 1_000_000, batchBytesMax: 300 });
    for (let i = 0; i < 6; i += 1) append(topic, String(i).repeat(80));
    await cluster.settle(producer.flush());
    const sizes = cluster
      .received(produce)
      .flatMap(({ body }) => body.topicData[0]!.partitionData.map(({ records }) => records!.length));
    expect(sizes.length).toBe(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(300);
  });

  test("of several partitions share a request", async () => {
    const { cluster, topic, producer } = await open({}, 3);
    for (const partition of [0, 1, 2]) append(topic, `p${partition}`, partition);
    await cluster.settle(producer.flush());
    expect(cluster.received(produce).map(({ body }) => body.topicData[0]!.partitionData.length)).toEqual([3]);
  });

  test.each<CodecName>(["none", "gzip", "snappy", "lz4", "zstd"])("are compressed with %s", async (compression) => {
    const { cluster, topic, producer } = await open({ compression });
    const value = "abc".repeat(1000);
    append(topic, value);
    append(topic, value);
    await cluster.settle(producer.flush());
    expect(log(cluster)).toEqual([value, value]);
    const { buffer } = cluster.topics.get("t")!.partitions[0]!.log.batches[0]!;
    expect(buffer.length < 1000).toBe(compression !== "none");
  });

  test("are split in two when the broker finds them too large", async () => {
    const { cluster, topic, producer } = await open({ lingerMs: 1_000_000 }, 1, { "max.message.bytes": "120" });
    const values = Array.from({ length: 13 }, (_, i) => `value ${i}`);
    for (const value of values) append(topic, value);
    await cluster.settle(producer.flush());
    expect(log(cluster)).toEqual(values);
    expect(producer.bytesPending).toBe(0);
  });

  test("carry the clock's time for records without a timestamp", async () => {
    const { cluster, topic, producer } = await open();
    topic.append(0, Number.NaN, null, textWriter, "a", textWriter, [{ key: "h", value: null }]);
    const nowMs = cluster.simulation.platform("client").clock.nowMs();
    await cluster.settle(producer.flush());
    const header = new BatchHeader();
    header.open(cluster.topics.get("t")!.partitions[0]!.log.batches[0]!.buffer, 0);
    expect(header.maxTimestamp).toBe(nowMs);
  });
});

describe("the partitioner", () => {
  test("chooses by the murmur2 of the key's bytes", async () => {
    const { cluster, topic, producer } = await open({}, 5);
    const keys = Array.from({ length: 50 }, (_, i) => `key-${i}`);
    for (const key of keys) append(topic, key, -1, key);
    await cluster.settle(producer.flush());
    for (let partition = 0; partition < 5; partition += 1) {
      const expected = keys.filter((key) => partitionForKey(Buffer.from(key), 0, key.length, 5) === partition);
      expect(log(cluster, partition)).toEqual(expected);
    }
  });

  test("keeps to one partition for records without a key until its batch is sealed", async () => {
    const { cluster, topic, producer } = await open({ batchBytesMax: 200, lingerMs: 1_000_000 }, 4);
    for (let i = 0; i < 40; i += 1) append(topic, "x".repeat(50), -1);
    await cluster.settle(producer.flush());
    const batches = batchesOf(cluster.received(produce));
    expect(batches.every(({ values }) => values.length === 2)).toBe(true);
    const used = [0, 1, 2, 3].filter((partition) => log(cluster, partition).length > 0);
    expect(used.length).toBeGreaterThan(1);
  });
});

describe("idempotence", () => {
  test("asks for a producer id once, as a new producer does", async () => {
    const { cluster, topic, producer } = await open();
    append(topic, "a");
    await cluster.settle(producer.flush());
    append(topic, "b");
    await cluster.settle(producer.flush());
    const asked = cluster.received(initProducerId);
    expect(asked.map(({ body }) => body)).toMatchObject([{ transactionalId: null, producerId: -1n, producerEpoch: -1 }]);
    expect(batchesOf(cluster.received(produce)).map(({ sequence }) => sequence)).toEqual([0, 1]);
  });

  test("goes on under the next epoch when the broker has forgotten the producer (KIP-360)", async () => {
    const { cluster, topic, producer } = await open({ lingerMs: 0 });
    append(topic, "a");
    await cluster.settle(producer.flush());
    let answers = 0;
    const original = cluster.broker.answerOf(produce);
    cluster.broker.on(produce, (received) => {
      answers += 1;
      return answers === 1 ? refuseAll(received.body, ErrorCode.UNKNOWN_PRODUCER_ID) : original(received);
    });
    append(topic, "b");
    await cluster.settle(producer.flush());
    expect(log(cluster)).toEqual(["a", "b"]);
    expect(batchesOf(cluster.received(produce)).map(({ sequence, epoch }) => [epoch, sequence])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
  });

  test("takes a duplicate for success", async () => {
    const { cluster, topic, producer } = await open();
    cluster.broker.on(produce, ({ body }) => refuseAll(body, ErrorCode.DUPLICATE_SEQUENCE_NUMBER));
    const acknowledged: number[] = [];
    producer.onAcknowledged = (_topic, _partition, baseOffset, count) => acknowledged.push(baseOffset, count);
    append(topic, "a");
    await cluster.settle(producer.flush());
    expect(acknowledged).toEqual([-1, 1]);
  });

  test("ends the producer when it is fenced", async () => {
    const { cluster, topic, producer } = await open();
    cluster.broker.on(produce, ({ body }) => refuseAll(body, ErrorCode.INVALID_PRODUCER_EPOCH));
    append(topic, "a");
    await expect(cluster.settle(producer.flush())).rejects.toMatchObject({
      code: "CLIENT_PRODUCER_FENCED",
      fatal: true,
      errorName: "INVALID_PRODUCER_EPOCH",
    });
    append(topic, "b");
    await expect(cluster.settle(producer.flush())).rejects.toMatchObject({ code: "CLIENT_PRODUCER_FENCED" });
    expect(producer.bytesPending).toBe(0);
  });

  test("keeps five requests under way, and no more", async () => {
    const { cluster, topic, producer } = await open({ lingerMs: 0, batchBytesMax: 1 });
    append(topic, "first");
    await cluster.settle(producer.flush());
    let open_ = 0;
    let openMax = 0;
    const original = cluster.broker.answerOf(produce);
    cluster.broker.on(produce, async (received) => {
      open_ += 1;
      openMax = Math.max(openMax, open_);
      await new Promise<void>((resolve) => void cluster.simulation.timers.after(20, resolve));
      open_ -= 1;
      return original(received);
    });
    for (let i = 0; i < 30; i += 1) append(topic, String(i));
    await cluster.settle(producer.flush());
    expect(openMax).toBe(5);
    expect(log(cluster)).toEqual(["first", ...Array.from({ length: 30 }, (_, i) => String(i))]);
  });

  test("is off when asked: no producer id, one batch of a partition at a time", async () => {
    const { cluster, topic, producer } = await open({ idempotent: false, acks: "leader", lingerMs: 0, batchBytesMax: 1 });
    for (let i = 0; i < 5; i += 1) append(topic, String(i));
    await cluster.settle(producer.flush());
    expect(cluster.received(initProducerId)).toEqual([]);
    expect(batchesOf(cluster.received(produce)).map(({ sequence }) => sequence)).toEqual([-1, -1, -1, -1, -1]);
    expect(cluster.received(produce)[0]!.body.acks).toBe(1);
    expect(log(cluster)).toEqual(["0", "1", "2", "3", "4"]);
  });
});

describe("failures", () => {
  test("of delivery are told after the delivery timeout, with the last error", async () => {
    const { cluster, topic, producer } = await open({ deliveryTimeoutMs: 3_000 });
    cluster.broker.on(produce, ({ body }) => refuseAll(body, ErrorCode.NOT_ENOUGH_REPLICAS));
    append(topic, "a");
    const startMs = cluster.simulation.elapsedMs;
    await expect(cluster.settle(producer.flush())).rejects.toThrow(
      /"producer.deliveryTimeoutMs" \(3000\) has passed; the last attempt: NOT_ENOUGH_REPLICAS/,
    );
    expect(cluster.simulation.elapsedMs - startMs).toBeLessThan(3_200);
  });

  test("by expiry do not make a later record a duplicate", async () => {
    const { cluster, topic, producer } = await open({ deliveryTimeoutMs: 500, lingerMs: 0 });
    append(topic, "a");
    await cluster.settle(producer.flush());
    cluster.produceFault = () => "drop response";
    append(topic, "b");
    await expect(cluster.settle(producer.flush())).rejects.toMatchObject({ code: "CLIENT_DELIVERY_TIMEOUT", maybeWritten: true });
    cluster.produceFault = () => "pass";
    append(topic, "c");
    await cluster.settle(producer.flush());
    expect(log(cluster)).toEqual(["a", "b", "c"]);
  });

  test("of a record that is too large leave the other records as they were", async () => {
    const { cluster, topic, producer } = await open({ requestBytesMax: 2_000, batchBytesMax: 2_000, lingerMs: 1_000_000 });
    append(topic, "small");
    expect(() => append(topic, "x".repeat(2_000))).toThrow(RecordTooLargeError);
    append(topic, "y".repeat(1_900));
    append(topic, "last");
    await cluster.settle(producer.flush());
    expect(log(cluster)).toEqual(["small", "y".repeat(1_900), "last"]);
    expect(producer.bytesPending).toBe(0);
  });

  test("are thrown at once for a partition or topic that does not exist", async () => {
    const { cluster, topic, producer } = await open({}, 2);
    expect(() => append(topic, "a", 2)).toThrow(UnknownPartitionError);
    expect(() => append(topic, "a", -2)).toThrow('Topic "t" has 2 partitions, so there is no partition -2. Use 0 to 1.');
    await expect(cluster.settle(producer.topic("missing"))).rejects.toThrow(UnknownTopicError);
  });

  test("are each told once, and a flush after them succeeds", async () => {
    const { cluster, topic, producer } = await open();
    const original = cluster.broker.answerOf(produce);
    cluster.broker.on(produce, ({ body }) => refuseAll(body, ErrorCode.TOPIC_AUTHORIZATION_FAILED));
    const told: ProduceError[] = [];
    producer.onFailed = (error) => told.push(error);
    append(topic, "a");
    await expect(cluster.settle(producer.flush())).rejects.toMatchObject({
      topic: "t",
      partition: 0,
      errorName: "TOPIC_AUTHORIZATION_FAILED",
      retriable: false,
    });
    expect(told.length).toBe(1);
    cluster.broker.on(produce, original);
    append(topic, "b");
    await cluster.settle(producer.flush());
    expect(log(cluster)).toEqual(["b"]);
  });
});

describe("room", () => {
  test("is waited for while more than the limit is pending", async () => {
    const { cluster, topic, producer } = await open({ bufferBytesMax: 1_000 });
    expect(producer.whenRoom()).toBeUndefined();
    append(topic, "x".repeat(1_000));
    const room = producer.whenRoom();
    expect(room).toBeInstanceOf(Promise);
    await cluster.settle(room!);
    expect(producer.bytesPending).toBeLessThan(1_000);
    expect(producer.whenRoom()).toBeUndefined();
  });
});

describe("a hold", () => {
  test("keeps everything back while it lasts, retries too", async () => {
    const { cluster, topic, producer } = await open({ lingerMs: 0 });
    append(topic, "a");
    await cluster.settle(producer.flush());
    let held = true;
    producer.isHeld = () => held;
    append(topic, "b");
    await pass(cluster, 1_000);
    expect(cluster.received(produce).length).toBe(1);
    held = false;
    await cluster.settle(producer.flush());
    expect(log(cluster)).toEqual(["a", "b"]);
  });

  test("after an interruption sends what was under way once more, with the same sequences", async () => {
    const { cluster, topic, producer } = await open({ lingerMs: 0 });
    append(topic, "a");
    await cluster.settle(producer.flush());
    // The first one does not arrive, the second one was written and is not answered.
    for (const [value, isPartitioned] of [
      ["b", true],
      ["c", false],
    ] as const) {
      let held = false;
      producer.isHeld = () => held;
      if (isPartitioned) cluster.simulation.partition("client", "broker-1");
      append(topic, value);
      if (isPartitioned) await pass(cluster, 100);
      else {
        await cluster.simulation.run(() => log(cluster).includes(value));
        cluster.simulation.partition("client", "broker-1");
      }
      held = true;
      producer.interrupt();
      cluster.simulation.healAll();
      await pass(cluster, 1_000);
      expect(log(cluster).includes(value)).toBe(!isPartitioned);
      held = false;
      await cluster.settle(producer.flush());
    }
    expect(log(cluster)).toEqual(["a", "b", "c"]);
    const sequences = batchesOf(cluster.received(produce)).map(({ sequence, values }) => `${sequence} ${values.join()}`);
    expect(sequences).toEqual(["0 a", "1 b", "2 c", "2 c"]);
  });

  test("does not keep a batch beyond its delivery timeout", async () => {
    const { cluster, topic, producer } = await open({ lingerMs: 0, deliveryTimeoutMs: 500 });
    producer.isHeld = () => true;
    append(topic, "a");
    await expect(cluster.settle(producer.flush())).rejects.toMatchObject({
      code: "CLIENT_DELIVERY_TIMEOUT",
      maybeWritten: false,
    });
  });
});

describe("closing", () => {
  test("rejects a pending flush with a typed error, twice without harm", async () => {
    const { cluster, topic, producer } = await open();
    cluster.broker.on(produce, () => null);
    append(topic, "a");
    const flush = expect(producer.flush()).rejects.toThrow(ClosedError);
    await cluster.settle(producer.close());
    await cluster.settle(producer.close());
    await flush;
    expect(() => append(topic, "b", 0)).toThrow(ClosedError);
  });
});

describe("topic ids", () => {
  test("are used when broker and topic have them", async () => {
    const { cluster, topic, producer } = await open();
    append(topic, "a");
    await cluster.settle(producer.flush());
    expect(cluster.received(produce).map(({ version, body }) => [version, body.topicData[0]!.topicId])).toEqual([
      [13, cluster.topics.get("t")!.topicId],
    ]);
  });

  test("give way to names with an older broker", async () => {
    const cluster = await TestCluster.start(1);
    cluster.createTopic("t", 1);
    cluster.broker.limit([produce, 7]);
    const producer = cluster.client().producer();
    const topic = await cluster.settle(producer.topic("t"));
    append(topic, "a");
    await cluster.settle(producer.flush());
    expect(cluster.received(produce).map(({ version, body }) => [version, body.topicData[0]!.name])).toEqual([[7, "t"]]);
    expect(log(cluster)).toEqual(["a"]);
  });
});

function refuseAll(body: ProduceRequest, errorCode: number) {
  return {
    responses: body.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => ({ index, errorCode, baseOffset: -1n })),
    })),
  };
}
