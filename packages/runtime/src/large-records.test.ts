import { bytes, string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { describe, expect, test } from "vitest";
import { happens, type Scene } from "../../../test/support/scene.ts";
import type { StreamsConfig } from "./settings/streams-config.ts";

const mb = 1_000_000;
const allowed = { "max.message.bytes": String(20 * mb) };

async function largeTopics(scene: Scene, names: readonly string[]): Promise<void> {
  await scene.cluster.user.client.admin.createTopics(names.map((name) => ({ name, partitionCount: 1, configs: allowed })));
}

async function sendLarge(scene: Scene, size: number, count = 1): Promise<void> {
  await using producer = scene.cluster.user.client.producer({ lingerMs: 0, requestBytesMax: 20 * mb });
  const topic = await producer.topic("in");
  for (let n = 0; n < count; n += 1) topic.append(-1, n, Buffer.from("k"), bytes, Buffer.alloc(size, n + 97), bytes, []);
  await producer.flush();
}

function through(): Topology {
  const builder = new StreamsBuilder();
  builder.stream("in", { key: bytes, value: bytes }).to("out");
  return builder.build();
}

/** Sizes of the values in a topic. */
async function sizes(scene: Scene, topic: string): Promise<number[]> {
  return (await scene.read(topic, bytes, bytes)).map(({ value }) => value?.length ?? -1);
}

describe("records above 1 MiB", () => {
  test.each<[number, Partial<StreamsConfig>]>([
    [3 * mb, { maxRequestSize: 16 * mb }],
    [12 * mb, { producer: { maxRequestSize: 16 * mb } }],
    [3 * mb, { maxRequestSize: 16 * mb, compression: "zstd" }],
    [3 * mb, { maxRequestSize: 16 * mb, batchSizeBytes: 8 * mb }],
    [3 * mb, { maxRequestSize: 16 * mb, consumer: { fetchMaxBytes: 1_000, maxPartitionFetchBytes: 1_000 } }],
    [3 * mb, { maxRequestSize: 16 * mb, consumer: { fetchMaxBytes: 50 * mb, maxPartitionFetchBytes: 50 * mb } }],
  ])("of %d bytes go through with %j", (size, config) =>
    happens(async (scene) => {
      await largeTopics(scene, ["in", "out"]);
      await sendLarge(scene, size, 3);
      const app = await scene.start(through(), config);
      await scene.processed(app, 3);
      await app.streams.close();
      expect(app.streams.failure).toBe(null);
      expect(await sizes(scene, "out")).toEqual([size, size, size]);
    }),
  );

  test("stop the application without a setting, which the error names", () =>
    happens(async (scene) => {
      await largeTopics(scene, ["in", "out"]);
      await sendLarge(scene, 3 * mb);
      const app = await scene.start(through());
      await scene.cluster.when(() => app.streams.state === "error");
      expect(app.streams.failure?.message).toContain(
        'exceeds "producer.maxRequestSize" (1048576). Raise it, and the topic\'s max.message.bytes',
      );
    }));

  test("go through repartition topics and changelogs that `topic` allows, and come back at the next start", () =>
    happens(async (scene) => {
      await largeTopics(scene, ["in", "out"]);
      const builder = new StreamsBuilder();
      builder
        .stream("in", { key: string, value: string })
        .groupBy((value) => value[0]!, { key: string, value: string })
        .reduce((all, value) => all + value, { value: string })
        .toStream()
        .mapValues((value) => String(value?.length))
        .to("out", { value: string });
      const topology = builder.build();
      const config = { maxRequestSize: 16 * mb, topic: allowed, commitIntervalMs: 100 };
      await sendLarge(scene, 3 * mb, 2);
      const first = await scene.start(topology, config);
      await scene.processed(first, 4);
      await first.streams.close();
      await sendLarge(scene, mb, 2);
      const second = await scene.start(topology, config, "other");
      expect(second.streams.metrics().recordsRestored).toBe(2);
      await scene.processed(second, 4);
      await second.streams.close();
      expect([first.streams.failure, second.streams.failure]).toEqual([null, null]);
      expect((await scene.readTexts("out")).slice(-2)).toEqual(["a=4000000", "b=4000000"]);
    }));
});
