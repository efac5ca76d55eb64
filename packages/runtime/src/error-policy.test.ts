import { json, string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
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
