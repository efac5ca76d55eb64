import { int64, string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import type { StreamsConfig } from "@millrace/runtime";
import { describe, expect, test } from "vitest";
import { happens, type Instance, type Scene } from "../../../test/support/scene.ts";

function counting(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream("in", { key: string, value: string })
    .groupBy((value) => value, { key: string, value: string })
    .count({ as: "counts" })
    .toStream()
    .to("out", { key: string, value: int64 });
  return builder.build();
}

async function running(scene: Scene, config: Partial<StreamsConfig> = {}): Promise<Instance> {
  await scene.topics(["in", "out"]);
  const app = await scene.start(counting(), { commitIntervalMs: 1_000, cacheBytesMax: 0, ...config });
  await scene.sendTexts("in", ["a"]);
  await scene.processed(app, 2);
  await scene.cluster.when(() => app.streams.metrics().commits > 0);
  await scene.sleep(2_000);
  return app;
}

const needed: readonly (readonly [topic: string, text: string])[] = [
  ["in", 'Topic "in", which the application reads, was deleted'],
  ["app-counts-repartition", 'Repartition topic "app-counts-repartition" was deleted'],
  ["app-counts-changelog", 'Changelog topic "app-counts-changelog" was deleted'],
];

async function failsSoon(scene: Scene, app: Instance, topic: string, text: string): Promise<void> {
  const beganMs = scene.cluster.simulation.elapsedMs;
  await scene.cluster.when(() => app.streams.failure !== null);
  expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(8_000);
  expect(app.streams.failure?.cause).toMatchObject({ code: "STREAMS_TOPIC_DELETED", topic });
  expect(app.streams.failure?.message).toContain(text);
  await scene.cluster.when(() => app.streams.state === "error");
}

describe.each([0, 1_000_000])("with a cache of %i bytes", (cacheBytesMax) => {
  test.each(needed)("an application whose topic %s is deleted fails at once, and says what to do", (topic, text) =>
    happens(async (scene) => {
      const app = await running(scene, { cacheBytesMax });
      await scene.cluster.user.client.admin.deleteTopics([topic]);
      if (topic !== "in") await scene.sendTexts("in", ["b"]);
      await failsSoon(scene, app, topic, text);
    }),
  );

  test.each(needed)("so it does with topic %s while nothing is written", (topic, text) =>
    happens(async (scene) => {
      const app = await running(scene, { cacheBytesMax, commitIntervalMs: 30_000 });
      await scene.cluster.user.client.admin.deleteTopics([topic]);
      await failsSoon(scene, app, topic, text);
    }),
  );

  test.each(needed)("so it does with topic %s while a commit waits for the sink's topic, which is deleted too", (topic, text) =>
    happens(async (scene) => {
      const app = await running(scene, { cacheBytesMax });
      const { admin } = scene.cluster.user.client;
      await admin.deleteTopics(["out"]);
      await scene.sendTexts("in", ["b"]);
      // The commit is under way by then, and waits.
      await scene.sleep(3_000);
      await admin.deleteTopics([topic]);
      await failsSoon(scene, app, topic, text);
    }),
  );
});

test.each(needed)("an application fails whose topic %s is deleted, and created again before anybody looks", (topic, text) =>
  happens(async (scene) => {
    const app = await running(scene, { commitIntervalMs: 30_000 });
    const { admin } = scene.cluster.user.client;
    await admin.deleteTopics([topic]);
    await admin.createTopics([{ name: topic, partitionCount: 1 }]);
    await failsSoon(scene, app, topic, text);
  }),
);

test("a sink topic that is deleted, and created again before anybody looks, is told, and written to", () =>
  happens(async (scene) => {
    const app = await running(scene);
    const { admin } = scene.cluster.user.client;
    await admin.deleteTopics(["out"]);
    await admin.createTopics([{ name: "out", partitionCount: 1 }]);
    await scene.cluster.when(() =>
      app.logs.includes('warn: going on with topic "out", to which the application writes: it was deleted and created again'),
    );
    await scene.sendTexts("in", ["b"]);
    while ((await scene.count("out")) < 1) await scene.sleep(100);
    await app.streams.close();
    expect(app.streams.failure).toBe(null);
  }));

test.each([100, 6_000])("a deleted topic that only records named is told within seconds, %i ms after the first one", (ageMs) =>
  happens(async (scene) => {
    await scene.topics(["in", "out", "other"]);
    const builder = new StreamsBuilder();
    builder.stream("in", { key: string, value: string }).to(() => "out", { key: string, value: string });
    const app = await scene.start(builder.build(), { commitIntervalMs: 1_000 });
    await scene.sendTexts("in", ["a"]);
    await scene.processed(app, 1);
    await scene.sleep(ageMs);
    await scene.cluster.user.client.admin.deleteTopics(["out", "other"]);
    const beganMs = scene.cluster.simulation.elapsedMs;
    await scene.cluster.when(() => app.logs.some((line) => line.startsWith('warn: holding back records for topic "out", ')));
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(6_000);
    await scene.topics(["out"]);
    await scene.cluster.when(() => app.logs.includes('info: resuming writes to topic "out", which exists again'));
    expect(app.logs.filter((line) => line.includes('"other"'))).toEqual([]);
  }),
);

test("a sink topic that is deleted is told at once, and written again when it exists again", () =>
  happens(async (scene) => {
    const app = await running(scene);
    await scene.cluster.user.client.admin.deleteTopics(["out"]);
    await scene.sendTexts("in", ["b"]);
    const beganMs = scene.cluster.simulation.elapsedMs;
    const isTold = (): boolean => app.logs.some((line) => line.startsWith('warn: holding back records for topic "out", '));
    await scene.cluster.when(isTold);
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(2_000);
    await scene.sleep(20_000);
    await scene.topics(["out"]);
    await scene.cluster.when(() => app.logs.includes('info: resuming writes to topic "out", which exists again'));
    await scene.sendTexts("in", ["c"]);
    while ((await scene.count("out")) < 2) await scene.sleep(100);
    expect((await scene.read("out", string, int64)).map(({ key, value }) => `${String(key)}=${String(value)}`)).toEqual([
      "b=1",
      "c=1",
    ]);
    await app.streams.close();
    expect([app.streams.failure, app.logs.filter((line) => line.startsWith("warn")).length]).toEqual([null, 1]);
  }));

test("a sink topic that stays deleted ends the application after the delivery timeout, by its name", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(counting(), {
      commitIntervalMs: 1_000,
      producer: { deliveryTimeoutMs: 30_100 },
      taskTimeoutMs: 1_000,
    });
    await scene.sendTexts("in", ["a"]);
    await scene.processed(app, 2);
    await scene.sleep(2_000);
    await scene.cluster.user.client.admin.deleteTopics(["out"]);
    await scene.sendTexts("in", ["b"]);
    const beganMs = scene.cluster.simulation.elapsedMs;
    await scene.cluster.when(() => app.streams.failure !== null);
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(33_000);
    expect(app.streams.failure?.message).toContain('for topic "out", partition 0, were not acknowledged');
    await scene.cluster.when(() => app.streams.state === "error");
    expect(app.logs.filter((line) => line.startsWith("error"))).toHaveLength(1);
  }));
