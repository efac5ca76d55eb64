import { decodeOffsetMetadata, int64, string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens } from "../../../../test/support/scene.ts";

function copy(): Topology {
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: string }).to("out");
  return builder.build();
}

function counting(): Topology {
  const builder = new StreamsBuilder();
  const words = builder.stream("in", { key: string, value: string }).groupBy((word) => word, { key: string, value: string });
  words.count({ as: "counts" }).toStream().to("out", { key: string, value: int64 });
  return builder.build();
}

test("each commit interval the next offset is committed, with the partition's time as Java notes it", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(copy(), { commitIntervalMs: 1_000 });
    await scene.send(
      "in",
      [5, 9, 7].map((timestampMs) => ({ key: "k", value: "v", timestampMs })),
      string,
      string,
    );
    await scene.processed(app, 3);
    expect((await scene.committed("app", "in")).offset).toBe(null);
    await scene.sleep(1_500);
    const first = await scene.committed("app", "in");
    expect(first.offset).toBe(3);
    // Magic 2 and the time 9: TopicPartitionMetadata.encode.
    expect(first.metadata).toBe(Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 9]).toString("base64"));
    expect(decodeOffsetMetadata(first.metadata).partitionTimeMs).toBe(9);
    expect(app.streams.metrics().commits).toBe(1);
    await scene.sleep(5_000);
    expect(app.streams.metrics().commits).toBe(1);
  }));

test("a clock that is set back puts no commit off", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const platform = scene.cluster.simulation.platform("app");
    let shiftMs = 0;
    const clock = { ...platform.clock, nowMs: () => platform.clock.nowMs() + shiftMs };
    const app = scene.instance(copy(), { commitIntervalMs: 1_000 }, "app", { platform: { ...platform, clock } });
    await app.streams.start();
    shiftMs = -3_600_000;
    await scene.sendTexts("in", ["a"]);
    await scene.processed(app, 1);
    await scene.sleep(2_000);
    expect((await scene.committed("app", "in")).offset).toBe(1);
  }));

test("a partition without records is not committed", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], 2);
    const app = await scene.start(copy());
    await scene.send("in", [{ key: "k", value: "v", partition: 1 }], string, string);
    await scene.processed(app, 1);
    await app.streams.close();
    expect((await scene.committed("app", "in", 0)).offset).toBe(null);
    expect((await scene.committed("app", "in", 1)).offset).toBe(1);
  }));

test("partition times survive a restart", () =>
  happens(async (scene) => {
    const seen: number[] = [];
    const builder = new StreamsBuilder();
    const timestampExtractor = ({ timestampMs }: { timestampMs: number }, partitionTimeMs: number): number => {
      seen.push(partitionTimeMs);
      return timestampMs;
    };
    builder.stream("in", { key: string, value: string, timestampExtractor }).to("out");
    const topology = builder.build();
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["a"], "k", 77);
    const first = await scene.start(topology);
    await scene.processed(first, 1);
    await first.streams.close();
    await scene.sendTexts("in", ["b"], "k", 5);
    const second = await scene.start(topology);
    await scene.processed(second, 1);
    expect(seen).toEqual([-1, 77]);
  }));

test("what came of the records is written before their offsets are", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    // Neither the cache nor the producer would let go of anything before the commit.
    const app = await scene.start(counting(), { commitIntervalMs: 2_000, lingerMs: 60_000 });
    await scene.sendTexts("in", ["a", "b", "a"]);
    await scene.cluster.when(() => app.streams.metrics().commits === 1);
    expect((await scene.committed("app", "in")).offset).toBe(3);
    expect(await scene.count("app-counts-repartition")).toBe(3);
    await scene.cluster.when(() => app.streams.metrics().commits === 2);
    const out = await scene.read("out", string, int64);
    expect(out.map(({ key, value }) => `${String(key)}=${String(value)}`)).toEqual(["b=1", "a=2"]);
    expect(await scene.count("app-counts-changelog")).toBe(2);
  }));

test("offsets are not committed when what came of the records cannot be written", () =>
  happens(async (scene) => {
    await scene.topics(["in"]);
    await scene.cluster.user.client.admin.createTopics([
      { name: "out", partitionCount: 1, configs: { "max.message.bytes": "200" } },
    ]);
    const app = await scene.start(copy(), { commitIntervalMs: 1_000 });
    await scene.sendTexts("in", ["x".repeat(1_000)]);
    await scene.cluster.when(() => app.streams.state === "error");
    expect(app.streams.failure?.cause).toMatchObject({ code: "CLIENT_RECORD_TOO_LARGE", topic: "out", partition: 0 });
    expect((await scene.committed("app", "in")).offset).toBe(null);
  }));

test("repartition topics are cleared of what their reader has committed", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(counting(), { commitIntervalMs: 500, repartitionPurgeIntervalMs: 1_000 });
    await scene.sendTexts("in", ["a", "b", "a"]);
    await scene.processed(app, 6);
    await scene.sleep(5_000);
    const partition = { topic: "app-counts-repartition", partition: 0 };
    const { admin } = scene.cluster.user.client;
    expect((await scene.committed("app", partition.topic)).offset).toBe(3);
    expect((await admin.listOffsets([partition], "earliest"))[0]?.offset).toBe(3);
    // The user's own topics keep everything.
    expect((await admin.listOffsets([{ topic: "in", partition: 0 }], "earliest"))[0]?.offset).toBe(0);
  }));
