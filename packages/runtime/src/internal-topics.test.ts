import { int64, string, type Topology } from "@millrace/core";
import { StreamsBuilder, TimeWindows } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens, type Scene } from "../../../test/support/scene.ts";

function program(): Topology {
  const builder = new StreamsBuilder();
  const words = builder
    .stream("in", { key: string, value: string })
    .groupBy((word) => word, { key: string, value: string, name: "by-word" });
  words.count({ as: "counts" }).toStream().to("out", { key: string, value: int64 });
  words
    .windowedBy(TimeWindows.of({ size: "1m", grace: "30s" }))
    .count({ as: "per-minute", logging: { "segment.bytes": "1048576" } });
  builder
    .stream("other", { key: string, value: string })
    .selectKey((value) => value)
    .repartition({ name: "four", partitions: 4 })
    .to("out");
  return builder.build();
}

/** Settings that were given when the topic was created, without the broker's defaults. */
async function configsOf(scene: Scene, topic: string): Promise<Record<string, string | null>> {
  const configs = await scene.cluster.user.client.admin.describeConfigs("topic", topic);
  return Object.fromEntries(configs.filter(({ source }) => source === 1).map(({ name, value }) => [name, value]));
}

test("internal topics have Java's names, partitions and configs", () =>
  happens(async (scene) => {
    await scene.topics(["in"], 3);
    await scene.topics(["other", "out"], 2);
    await scene.start(program(), { applicationId: "shop" });
    const topics = await scene.cluster.user.client.admin.listTopics();
    const internal = topics.filter(({ name }) => name.startsWith("shop-"));
    expect(Object.fromEntries(internal.map(({ name, partitions }) => [name, partitions.length]))).toEqual({
      "shop-by-word-repartition": 3,
      "shop-counts-changelog": 3,
      "shop-four-repartition": 4,
      "shop-per-minute-changelog": 3,
    });
    const always = { "message.timestamp.type": "CreateTime" };
    const repartition = { ...always, "cleanup.policy": "delete", "retention.ms": "-1", "segment.bytes": "52428800" };
    expect(await configsOf(scene, "shop-by-word-repartition")).toEqual(repartition);
    expect(await configsOf(scene, "shop-four-repartition")).toEqual(repartition);
    expect(await configsOf(scene, "shop-counts-changelog")).toEqual({ ...always, "cleanup.policy": "compact" });
    const retentionMs = 60_000 + 30_000 + 86_400_000;
    expect(await configsOf(scene, "shop-per-minute-changelog")).toEqual({
      ...always,
      "cleanup.policy": "compact,delete",
      "retention.ms": String(retentionMs),
      "segment.bytes": "1048576",
    });
  }));

test("the setting `topic` goes before the library's configs, and behind those of an operator", () =>
  happens(async (scene) => {
    await scene.topics(["in", "other", "out"]);
    const topic = { "segment.bytes": "2097152", "retention.ms": "7", "max.message.bytes": "3000000" };
    await scene.start(program(), { applicationId: "shop", topic, windowstoreChangelogAdditionalRetentionMs: 1 });
    const always = { "message.timestamp.type": "CreateTime", "max.message.bytes": "3000000" };
    expect(await configsOf(scene, "shop-four-repartition")).toEqual({
      ...always,
      "cleanup.policy": "delete",
      "retention.ms": "7",
      "segment.bytes": "2097152",
    });
    expect(await configsOf(scene, "shop-per-minute-changelog")).toEqual({
      ...always,
      "cleanup.policy": "compact,delete",
      "retention.ms": "90001",
      "segment.bytes": "1048576",
    });
  }));

test("internal topics that exist are taken as they are", () =>
  happens(async (scene) => {
    await scene.topics(["in", "other", "out"], 2);
    await scene.topics(["app-by-word-repartition"], 2);
    await scene.start(program());
    expect(await configsOf(scene, "app-by-word-repartition")).toEqual({});
  }));

test("an internal topic with another number of partitions than needed stops the start", () =>
  happens(async (scene) => {
    await scene.topics(["in", "other", "out"], 2);
    await scene.topics(["app-counts-changelog"], 3);
    const { streams } = scene.instance(program());
    await expect(streams.start()).rejects.toMatchObject({
      code: "STREAMS_THREAD_FAILED",
      cause: {
        code: "STREAMS_INTERNAL_TOPIC_MISMATCH",
        message:
          'Internal topic "app-counts-changelog" has 3 partitions, but the topology needs 2. ' +
          "Delete the application's internal topics and local state, or give the application another id.",
      },
    });
  }));

test("instances that start at the same moment create them together", () =>
  happens(async (scene) => {
    await scene.topics(["in", "other", "out"], 2);
    const both = ["one", "two"].map((host) => scene.instance(program(), {}, host));
    await Promise.all(both.map(({ streams }) => streams.start()));
    expect(both.map(({ streams }) => streams.state)).toEqual(["running", "running"]);
  }));
