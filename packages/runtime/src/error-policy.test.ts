import { int32, json, string, type FailedRecord, type Topology } from "@millrace/core";
import type { Log } from "@millrace/platform";
import { StreamsBuilder } from "@millrace/dsl";
import { describe, expect, test } from "vitest";
import { happens } from "../../../test/support/scene.ts";

function doubled(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream("in", { key: string, value: json<number>() })
    .mapValues((value) => {
      if (value === 13) throw new RangeError("13 is refused");
      return value * 2;
    })
    .to("out");
  return builder.build();
}

const readable = ["1", "2", "3"];

test("a record that cannot be read stops the application, which names it", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["1", "{", "3"]);
    const { streams, logs } = scene.instance(doubled());
    await streams.start();
    await scene.cluster.when(() => streams.state === "error");
    expect(streams.failure?.cause).toMatchObject({
      code: "STREAMS_SOURCE_RECORD_UNREADABLE",
      record: { taskId: "0_0", topic: "in", partition: 0, offset: 1 },
      cause: { code: "STREAMS_DESERIALIZATION" },
    });
    expect(logs).toHaveLength(1);
    expect(logs[0]).toMatch(
      /^error: The stream thread stopped: Source "KSTREAM-SOURCE-0000000000" cannot read the record at offset 1 of "in"-0/,
    );
  }));

test('with deserializationErrors "continue" it is dropped, and nothing else', () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["1", "{", "2", "}", "3"]);
    const app = await scene.start(doubled(), { deserializationErrors: "continue" });
    await scene.cluster.when(() => app.streams.metrics().recordsProcessed >= 3);
    expect(app.streams.metrics().recordsDropped).toBe(2);
    await app.streams.close();
    expect(await scene.readTexts("out")).toEqual(readable.map((text) => `k=${String(Number(text) * 2)}`));
    expect((await scene.committed("app", "in")).offset).toBe(5);
  }));

test("what comes last and cannot be read is committed all the same, so that it does not come again", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["{"]);
    const first = await scene.start(doubled(), { deserializationErrors: "continue" });
    await scene.cluster.when(() => first.streams.metrics().recordsDropped === 1);
    await scene.sleep(500);
    await first.streams.close();
    expect((await scene.committed("app", "in")).offset).toBe(1);
  }));

test("a record on which an operator fails stops the application, and the restarted one begins with it", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["1"]);
    const { streams } = await scene.start(doubled(), { commitIntervalMs: 500 });
    await scene.cluster.when(() => streams.metrics().commits === 1);
    await scene.sendTexts("in", ["13", "3"]);
    await scene.cluster.when(() => streams.state === "error");
    expect(streams.failure?.cause).toMatchObject({
      code: "STREAMS_PROCESSING_FAILED",
      record: { nodeName: "KSTREAM-MAPVALUES-0000000001", topic: "in", partition: 0, offset: 1 },
      cause: new RangeError("13 is refused"),
    });
    expect((await scene.committed("app", "in")).offset).toBe(1);
    const again = await scene.start(doubled(), { processingErrors: "continue" });
    await scene.processed(again, 2);
    await again.streams.close();
    expect(await scene.readTexts("out")).toEqual(["k=2", "k=6"]);
  }));

test('with processingErrors "continue" it is dropped, and nothing else', () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["1", "13", "2", "13", "3"]);
    const app = await scene.start(doubled(), { processingErrors: "continue" });
    await scene.processed(app, 5);
    expect(app.streams.metrics().recordsDropped).toBe(2);
    await app.streams.close();
    expect(await scene.readTexts("out")).toEqual(readable.map((text) => `k=${String(Number(text) * 2)}`));
  }));

describe("a function", () => {
  test("chooses record by record what becomes of those that cannot be read", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", ["1", "{", "2", "}", "3"]);
      const asked: number[] = [];
      const deserializationErrors = (_error: unknown, { offset }: FailedRecord): "fail" | "continue" => {
        asked.push(offset);
        return offset === 1 ? "continue" : "fail";
      };
      const app = scene.instance(doubled(), { deserializationErrors });
      await app.streams.start();
      await scene.cluster.when(() => app.streams.state === "error");
      expect(asked).toEqual([1, 3]);
      expect(app.streams.failure?.cause).toMatchObject({ record: { offset: 3 } });
    }));

  test("chooses for records on which an operator fails", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", ["1", "13", "3"]);
      const errors: unknown[] = [];
      const processingErrors = (error: unknown): "continue" => {
        errors.push(error);
        return "continue";
      };
      const app = await scene.start(doubled(), { processingErrors });
      await scene.processed(app, 3);
      await app.streams.close();
      expect(errors).toEqual([new RangeError("13 is refused")]);
    }));

  test("that returns a promise stops the application, which says what to return", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", ["{"]);
      const deserializationErrors = (() => Promise.reject(new RangeError("async"))) as unknown as () => "fail";
      const { streams } = scene.instance(doubled(), { deserializationErrors });
      await streams.start();
      await scene.cluster.when(() => streams.state === "error");
      expect(streams.failure?.message).toContain('A handler must return "fail" or "continue"');
    }));
});

test('with serializationErrors "continue" what a sink cannot write is dropped, and nothing else', () =>
  happens(async (scene) => {
    const builder = new StreamsBuilder();
    builder
      .stream("in", { key: string, value: string })
      .mapValues((value) => (value === "x" ? Number.NaN : Number(value)))
      .to("out", { value: int32 });
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["1", "x", "3"]);
    const app = await scene.start(builder.build(), { serializationErrors: "continue" });
    await scene.processed(app, 3);
    await app.streams.close();
    expect((await scene.read("out", string, int32)).map(({ value }) => value)).toEqual([1, 3]);
    expect(app.streams.metrics().drops).toEqual([{ nodeName: "KSTREAM-SINK-0000000002", reason: "serialization", count: 1 }]);
  }));

test("each dropped record is a warning, and is counted by node and reason", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["{", "13", "1"]);
    const lines: unknown[] = [];
    const log: Log = (level, text, fields) => level === "warn" && lines.push([text, fields]);
    const app = await scene.start(doubled(), { deserializationErrors: "continue", processingErrors: "continue", log });
    await scene.processed(app, 2);
    await app.streams.close();
    const place = { topic: "in", partition: 0, task: "0_0" };
    expect(lines).toEqual([
      [
        "dropped a record: deserialization",
        { ...place, offset: 0, node: "KSTREAM-SOURCE-0000000000", reason: "deserialization", cause: expect.any(Error) },
      ],
      [
        "dropped a record: processing",
        {
          ...place,
          offset: 1,
          node: "KSTREAM-MAPVALUES-0000000001",
          reason: "processing",
          cause: new RangeError("13 is refused"),
        },
      ],
    ]);
    expect(app.streams.metrics().drops).toEqual([
      { nodeName: "KSTREAM-SOURCE-0000000000", reason: "deserialization", count: 1 },
      { nodeName: "KSTREAM-MAPVALUES-0000000001", reason: "processing", count: 1 },
    ]);
  }));

test.each([
  ["operators", "error"],
  ["everywhere", "running"],
] as const)(
  "with processingErrorsScope %j a record that a sink behind the source cannot place leads to state %s",
  (scope, state) =>
    happens(async (scene) => {
      const builder = new StreamsBuilder();
      builder.stream("in", { key: string, value: string }).to((value) => value);
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", ["out", "nowhere", "out"]);
      const app = await scene.start(builder.build(), { processingErrors: "continue", processingErrorsScope: scope });
      await scene.cluster.when(() => app.streams.state === "error" || app.streams.metrics().recordsProcessed >= 3);
      expect(app.streams.state).toBe(state);
    }),
);
