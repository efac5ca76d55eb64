import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Broker } from "@millrace/broker-lite";
import { nodePlatform } from "@millrace/platform/node";
import { CompressionTypes, Kafka, logLevel, Partitioners } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasJavaTools, javaTool } from "./java-tools.ts";

const topic = "words";
const partitions = 2;
const batches = 120;
const recordsPerBatch = 5;
const startMs = 1_700_000_000_000;
/** Several tools run in a test, and each starts a virtual machine. */
const timeoutMs = 180_000;

/** Payloads by partition, in the order in which they were sent. */
const sent: string[][] = Array.from({ length: partitions }, () => []);
let directory = "";
let broker: Broker | null = null;

function start(): Promise<Broker> {
  // Segments and index intervals small enough that there are many of both.
  const config = {
    flush: "commit",
    groupInitialRebalanceDelayMs: 0,
    logSegmentBytes: 20_000,
    logIndexIntervalBytes: 1_000,
  } as const;
  return Broker.start({ host: "127.0.0.1", port: 0, dataDirectory: directory, config }, nodePlatform());
}

function address(): string {
  return `127.0.0.1:${String(broker!.address.port)}`;
}

function kafka(): Kafka {
  return new Kafka({ clientId: "tools", brokers: [address()], logLevel: logLevel.NOTHING });
}

/** Batches with and without compression, of timestamps that go back now and then. */
async function produce(): Promise<void> {
  const producer = kafka().producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true });
  await producer.connect();
  for (let batch = 0; batch < batches; batch += 1) {
    const partition = batch % partitions;
    const messages = Array.from({ length: recordsPerBatch }, (_, i) => {
      const value = `${String(batch)}.${String(i)} `.padEnd(40 + ((batch * 37) % 300), "x");
      sent[partition]!.push(value);
      return { partition, key: `k${String(i)}`, value, timestamp: String(startMs + batch * 100 - ((batch * 7_919) % 500)) };
    });
    await producer.send({ topic, messages, compression: batch % 3 === 0 ? CompressionTypes.GZIP : CompressionTypes.None });
  }
  await producer.disconnect();
}

/** Paths of a partition's files with this ending, as the tools take them. */
function filesOf(partition: number, ...endings: string[]): string[] {
  const path = join(directory, `${topic}-${String(partition)}`);
  return readdirSync(path)
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => join(path, name));
}

function allFiles(...endings: string[]): string {
  return [...sent.keys()].flatMap((partition) => filesOf(partition, ...endings)).join(",");
}

/** Without a flag for it the tool prints an index's entries, and whatever in them does not agree with the log. */
async function checkFolder(): Promise<void> {
  const files = allFiles(".log", ".index", ".timeindex", ".snapshot");
  const dumped = await javaTool("dump-log", "--deep-iteration", "--print-data-log", "--files", files);
  expect(dumped).not.toMatch(/isvalid: false|mismatch|error|corrupt|not found/i);
  const payloads: (readonly [offset: number, value: string])[][] = sent.map(() => []);
  for (const part of dumped.split(/^Dumping /m)) {
    const partition = /^\S*words-(\d+)\/\d{20}\.log\n/.exec(part)?.[1];
    if (partition === undefined) continue;
    for (const [, offset, value] of part.matchAll(/^\| offset: (\d+) .* payload: (.*)$/gm))
      payloads[Number(partition)]!.push([Number(offset), value!]);
  }
  expect(payloads).toEqual(sent.map((values) => values.map((value, offset) => [offset, value])));
  expect(dumped.match(/^offset: \d+ position: \d+$/gm)!.length).toBeGreaterThan(30);
  expect(dumped.match(/^timestamp: \d+ offset: \d+$/gm)!.length).toBeGreaterThan(30);
  expect(dumped).toMatch(/^producerId: \d+ producerEpoch: 0 .* lastSequence: \d+/m);
}

describe.skipIf(!hasJavaTools())("Kafka's own tools", () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "millrace-java-tools-"));
    broker = await start();
    await broker.createTopic({ name: topic, partitions });
    await produce();
  });

  afterAll(async () => {
    await broker?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test("describe topics and their ends on broker-lite", { timeout: timeoutMs }, async () => {
    const described = await javaTool("topics", "--bootstrap-server", address(), "--describe", "--topic", topic);
    expect(described).toMatch(/Topic: words\s+TopicId: \S{22}\s+PartitionCount: 2\s+ReplicationFactor: 1/);
    expect(described).toMatch(/Partition: 1\s+Leader: 1\s+Replicas: 1\s+Isr: 1/);
    const ends = await javaTool("get-offsets", "--bootstrap-server", address(), "--topic", topic);
    expect(ends.trim().split("\n")).toEqual(
      sent.map((values, partition) => `${topic}:${String(partition)}:${String(values.length)}`),
    );
  });

  test("read from broker-lite, and describe the group that did", { timeout: timeoutMs }, async () => {
    const count = String(batches * recordsPerBatch);
    const server = ["--bootstrap-server", address()];
    const asked = ["--topic", topic, "--group", "readers", "--from-beginning", "--max-messages", count];
    const read = await javaTool("console-consumer", ...server, ...asked);
    expect(read.trim().split("\n").sort()).toEqual(sent.flat().sort());
    const group = await javaTool("consumer-groups", ...server, "--describe", "--group", "readers");
    const rows = group.split("\n").filter((line) => line.startsWith("readers"));
    const ends = sent.map(({ length }, partition) => ["readers", topic, partition, length, length, 0].join(" "));
    expect(rows.map((row) => row.split(/\s+/).slice(0, 6).join(" ")).sort()).toEqual(ends);
    expect(await javaTool("consumer-groups", ...server, "--describe", "--group", "readers", "--state")).toMatch(
      /^readers\s+127\.0\.0\.1:\d+\s+\(1\)\s+\S+\s+Empty\s+0\s*$/m,
    );
  });

  test("describe a group with a member", { timeout: timeoutMs }, async () => {
    const consumer = kafka().consumer({ groupId: "live" });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({ eachMessage: () => Promise.resolve() });
    await joined;
    const server = ["--bootstrap-server", address()];
    expect(await javaTool("consumer-groups", ...server, "--describe", "--group", "live", "--members")).toMatch(
      /^live\s+tools-\S+\s+\/?127\.0\.0\.1\s+tools\s+2/m,
    );
    expect(await javaTool("consumer-groups", ...server, "--list", "--state")).toMatch(/^live\s+Stable/m);
    await consumer.disconnect();
  });

  test("read the folder that broker-lite left, and find every index right", { timeout: timeoutMs }, async () => {
    await broker!.close();
    for (const partition of sent.keys()) expect(filesOf(partition, ".log").length).toBeGreaterThan(1);
    await checkFolder();
    const indexes = allFiles(".index", ".timeindex");
    expect(await javaTool("dump-log", "--verify-index-only", "--files", indexes)).not.toMatch(
      /mismatch|error|corrupt|not found|offset:/i,
    );
    const sane = await javaTool("dump-log", "--index-sanity-check", "--files", indexes);
    expect(sane.match(/passed sanity check/g)).toHaveLength(indexes.split(",").length);
    const [path] = filesOf(0, "leader-epoch-checkpoint");
    expect(readFileSync(path!, "utf8")).toBe("0\n1\n0 0\n");
  });

  test("read the folder after a crash left a torn tail, and took indexes", { timeout: timeoutMs }, async () => {
    rmSync(join(directory, ".kafka_cleanshutdown"));
    appendFileSync(filesOf(0, ".log").at(-1)!, Buffer.alloc(700, 7));
    rmSync(filesOf(0, ".index")[0]!);
    appendFileSync(filesOf(1, ".timeindex")[0]!, Buffer.alloc(120));
    for (const path of filesOf(1, ".snapshot")) rmSync(path);
    broker = await start();
    await produce();
    await broker.close();
    await checkFolder();
    const [path] = filesOf(0, "leader-epoch-checkpoint");
    expect(readFileSync(path!, "utf8")).toBe(`0\n2\n0 0\n1 ${String(sent[0]!.length / 2)}\n`);
  });
});
