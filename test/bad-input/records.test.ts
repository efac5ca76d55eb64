import { bytes, json, logAndSkipOnInvalidTimestamp, string, type TimestampExtractor, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { happens } from "../support/scene.ts";
import { codes } from "./failing.ts";

const Attempt = z.object({ card: z.string(), amount: z.number() });

function attempts(timestampExtractor?: TimestampExtractor): Topology {
  const builder = new StreamsBuilder();
  const extractor = timestampExtractor === undefined ? {} : { timestampExtractor };
  builder
    .stream("in", { key: string, value: json(Attempt), ...extractor })
    .mapValues(({ card }) => card)
    .to("out", { value: string });
  return builder.build();
}

const good = (card: string): string => JSON.stringify({ card, amount: 1 });

describe.each([
  {
    what: "whose JSON does not parse",
    bad: '{"card": "2", ',
    text: /cannot read the record at offset 1 of "in"-0: Serde "json" cannot read the bytes: .*the text begins "\{\\"card\\": \\"2\\", "\)/,
  },
  {
    what: "that does not fit its schema",
    bad: '{"card": 2, "amount": 1}',
    text: /the value does not fit the zod schema: at card: /,
  },
])("a record $what", ({ bad, text }) => {
  test("stops the application, which names the place and the ways out", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", [good("1"), bad, good("3")]);
      const { streams } = await scene.start(attempts());
      await scene.cluster.when(() => streams.state === "error");
      expect(codes(streams.failure)).toEqual([
        "STREAMS_THREAD_FAILED",
        "STREAMS_SOURCE_RECORD_UNREADABLE",
        "STREAMS_DESERIALIZATION",
      ]);
      expect(streams.failure?.message).toMatch(text);
      expect(streams.failure?.message).toContain('set "deserializationErrors" to "continue"');
    }));

  test("is dropped with continue, and nothing else is lost", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", [bad, good("1"), bad, bad, good("2"), good("3"), bad]);
      const app = await scene.start(attempts(), { deserializationErrors: "continue" });
      await scene.cluster.when(() => app.streams.metrics().recordsDropped === 4);
      await scene.sleep(500);
      await app.streams.close();
      expect(await scene.readTexts("out")).toEqual(["k=1", "k=2", "k=3"]);
      expect((await scene.committed("app", "in")).offset).toBe(7);
    }));
});

describe("a negative timestamp", () => {
  const records = [5, -1, 7].map((timestampMs, index) => ({ key: "k", value: good(String(index)), timestampMs }));

  test("stops the application, which names the place and the ways out", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.send("in", records, string, string);
      const { streams } = await scene.start(attempts());
      await scene.cluster.when(() => streams.state === "error");
      expect(codes(streams.failure)).toEqual(["STREAMS_THREAD_FAILED", "STREAMS_INVALID_TIMESTAMP"]);
      expect(streams.failure?.message).toContain('The record at offset 1 of "in"-0 has the timestamp -1');
      expect(streams.failure?.message).toContain("choose the extractor logAndSkipOnInvalidTimestamp");
    }));

  test("is skipped by the extractor that skips, and nothing else is lost", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.send("in", records, string, string);
      const app = await scene.start(attempts(logAndSkipOnInvalidTimestamp));
      await scene.processed(app, 2);
      expect(app.streams.metrics().recordsDropped).toBe(1);
      await app.streams.close();
      expect(await scene.readTexts("out")).toEqual(["k=0", "k=2"]);
    }));
});

describe("a key of the wrong type", () => {
  function rekeyed(): Topology {
    const builder = new StreamsBuilder();
    // As a program without type checks would do it.
    const key = (value: string): string => (value === "2" ? (2 as unknown as string) : value);
    builder.stream("in", { key: string, value: string }).selectKey(key).to("out", { key: string, value: string });
    return builder.build();
  }

  test("stops the application before anything of the record is written", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", ["1", "2", "3"]);
      const { streams } = await scene.start(rekeyed());
      await scene.cluster.when(() => streams.state === "error");
      expect(codes(streams.failure)).toContain("STREAMS_SERIALIZATION");
      expect(streams.failure?.message).toMatch(/Serde "string" cannot write the key: expected a string, but got .*number 2/);
      expect(streams.failure?.message).toContain('the record at offset 1 of "in"-0');
    }));

  test("is dropped with continue, and nothing else is lost", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", ["1", "2", "3"]);
      const app = await scene.start(rekeyed(), { processingErrors: "continue" });
      await scene.processed(app, 3);
      expect(app.streams.metrics().recordsDropped).toBe(1);
      await app.streams.close();
      expect(await scene.readTexts("out")).toEqual(["1=1", "3=3"]);
    }));

  test("that is to be read fails as a value does", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.send("in", [{ key: Buffer.from([0xff, 0xfe]), value: Buffer.from("1") }], bytes, bytes);
      const builder = new StreamsBuilder();
      builder.stream("in", { key: json(z.string()), value: string }).to("out");
      const { streams } = await scene.start(builder.build());
      await scene.cluster.when(() => streams.state === "error");
      expect(codes(streams.failure)).toEqual([
        "STREAMS_THREAD_FAILED",
        "STREAMS_SOURCE_RECORD_UNREADABLE",
        "STREAMS_DESERIALIZATION",
      ]);
    }));
});
