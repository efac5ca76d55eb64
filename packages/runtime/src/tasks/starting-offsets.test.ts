import { string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens } from "../../../../test/support/scene.ts";

function copy(reset?: "earliest" | "latest"): Topology {
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: string, ...(reset === undefined ? {} : { reset }) }).to("out");
  return builder.build();
}

const startAndSend =
  (config: { autoOffsetReset?: "earliest" | "latest" }, topology = copy()): (() => Promise<string[]>) =>
  async () => {
    let out: string[] = [];
    await happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", ["before"]);
      const app = await scene.start(topology, config);
      await scene.sendTexts("in", ["after"]);
      await scene.sleep(2_000);
      await app.streams.close();
      out = await scene.readTexts("out");
    });
    return out;
  };

test("without a committed offset reading begins at the beginning", async () => {
  expect(await startAndSend({})()).toEqual(["k=before", "k=after"]);
});

test('with "latest" it begins at the end', async () => {
  expect(await startAndSend({ autoOffsetReset: "latest" })()).toEqual(["k=after"]);
});

test("a topic's own policy goes before the application's", async () => {
  expect(await startAndSend({ autoOffsetReset: "latest" }, copy("earliest"))()).toEqual(["k=before", "k=after"]);
  expect(await startAndSend({ autoOffsetReset: "earliest" }, copy("latest"))()).toEqual(["k=after"]);
});

test("a repartition topic is read from its beginning whatever the policy", () =>
  happens(async (scene) => {
    const builder = new StreamsBuilder();
    builder
      .stream("in", { key: string, value: string, reset: "earliest" })
      .repartition({ name: "r" })
      .to("out", { key: string, value: string });
    await scene.topics(["in", "out"]);
    await scene.topics(["app-r-repartition"]);
    await scene.sendTexts("app-r-repartition", ["left over"]);
    const app = await scene.start(builder.build(), { autoOffsetReset: "latest" });
    await scene.processed(app, 1);
    await app.streams.close();
    expect(await scene.readTexts("out")).toEqual(["k=left over"]);
  }));

test('with "none" there must be a committed offset', () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["a"]);
    const refused = scene.instance(copy(), { autoOffsetReset: "none" });
    await expect(refused.streams.start()).rejects.toMatchObject({
      code: "STREAMS_THREAD_FAILED",
      cause: { code: "STREAMS_NO_COMMITTED_OFFSET", message: expect.stringContaining('Partition 0 of topic "in"') },
    });
    const first = await scene.start(copy());
    await scene.processed(first, 1);
    await first.streams.close();
    await scene.sendTexts("in", ["b"]);
    const second = await scene.start(copy(), { autoOffsetReset: "none" });
    await scene.processed(second, 1);
    await second.streams.close();
    expect(await scene.readTexts("out")).toEqual(["k=a", "k=b"]);
  }));

test("a committed offset that the log no longer has is replaced by the policy's, with a warning", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["a"]);
    const first = await scene.start(copy());
    await scene.processed(first, 1);
    await first.streams.close();
    await scene.sendTexts("in", ["b", "c"]);
    await scene.cluster.user.client.admin.deleteRecords([{ topic: "in", partition: 0, beforeOffset: 2 }]);
    const second = await scene.start(copy());
    await scene.processed(second, 1);
    await second.streams.close();
    expect(await scene.readTexts("out")).toEqual(["k=a", "k=c"]);
    expect(second.logs).toContain('warn: applying the reset policy to "in"-0: its position is gone from the log');
    expect((await scene.committed("app", "in")).offset).toBe(3);
  }));
