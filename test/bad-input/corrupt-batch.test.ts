import { int64, string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import type { StreamsConfig } from "@millrace/runtime";
import { describe, expect, test } from "vitest";
import { flip } from "../support/log-file.ts";
import { happens, type Instance, type Scene } from "../support/scene.ts";
import { codes } from "./failing.ts";

function counting(): Topology {
  const builder = new StreamsBuilder();
  const words = builder.stream("in", { key: string, value: string });
  words.groupByKey().count({ as: "counts" }).toStream().to("out", { key: string, value: int64 });
  return builder.build();
}

const onDisk = { dataDirectory: "data" };
const options = { cacheBytesMax: 0, commitIntervalMs: 500 };

test.each([
  {
    what: "in a record",
    byteInBatch: 70,
    expected: ["STREAMS_THREAD_FAILED", "STREAMS_UNREADABLE_BATCH", "PROTOCOL_CORRUPT_BATCH"],
    offset: 2,
  },
  {
    what: "in its checksum",
    byteInBatch: 17,
    expected: ["STREAMS_THREAD_FAILED", "STREAMS_UNREADABLE_BATCH", "PROTOCOL_CORRUPT_BATCH"],
    offset: 2,
  },
])(
  "a batch that is damaged $what is named by topic, partition and offset; repaired, nothing is lost",
  ({ byteInBatch, expected, offset }) =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", ["1", "2"]);
      await scene.sendTexts("in", ["3", "4"]);
      flip(scene, "in", 1, byteInBatch);
      const { streams } = await scene.start(counting(), options);
      await scene.cluster.when(() => streams.state === "error");
      expect(codes(streams.failure)).toEqual(expected);
      expect(streams.failure?.cause).toMatchObject({ topic: "in", partition: 0, offset });
      expect(streams.failure?.message).toContain('batch at offset 2 of "in"-0 cannot be read');
      flip(scene, "in", 1, byteInBatch);
      const again = await scene.start(counting(), options);
      await scene.sendTexts("in", ["5"]);
      await scene.cluster.when(() => again.streams.metrics().recordsLag === 0 && again.streams.metrics().recordsProcessed > 0);
      await scene.sleep(1_000);
      await again.streams.close();
      expect((await scene.committed("app", "in")).offset).toBe(5);
      // The first batch may have been counted, and written to the changelog, before the damage was met.
      expect([5, 7]).toContain((await scene.read("out", string, int64)).at(-1)?.value);
    }, onDisk),
);

test.each([
  ["in a record", 70],
  ["in its checksum", 17],
])("a batch that is damaged %s is left behind with continue, and what follows is counted", (_what, byteInBatch) =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["1", "2"]);
    await scene.sendTexts("in", ["3", "4"]);
    await scene.sendTexts("in", ["5"]);
    flip(scene, "in", 1, byteInBatch);
    const { streams } = await scene.start(counting(), { ...options, deserializationErrors: "continue" });
    await scene.cluster.when(() => streams.metrics().recordsLag === 0 && streams.metrics().recordsProcessed > 0);
    await scene.sleep(1_000);
    expect(streams.metrics().recordsDropped).toBe(2);
    await streams.close();
    expect((await scene.committed("app", "in")).offset).toBe(5);
    expect((await scene.read("out", string, int64)).at(-1)?.value).toBe(3);
  }, onDisk),
);

// Where the length and the last offset of a batch lie: their first bytes make them large when turned over, or negative.
test.each([
  ["too long", 9],
  ["of negative length", 8],
])("a batch that is %s ends the application with its place, whatever is to be left behind", (_what, byteInBatch) =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", ["1", "2"]);
    await scene.sendTexts("in", ["3", "4"]);
    await scene.sendTexts("in", ["5"]);
    flip(scene, "in", 1, byteInBatch);
    const { streams } = await scene.start(counting(), { ...options, deserializationErrors: "continue" });
    await scene.cluster.when(() => streams.state === "error");
    expect(codes(streams.failure)).toEqual(["STREAMS_THREAD_FAILED", "CLIENT_FETCH_FAILED"]);
    expect(streams.failure?.cause).toMatchObject({ topic: "in", partition: 0, offset: 2, errorName: "CORRUPT_MESSAGE" });
    expect(streams.failure?.message).toContain("so no setting leads behind it");
    flip(scene, "in", 1, byteInBatch);
    const again = await scene.start(counting(), options);
    await scene.cluster.when(() => again.streams.metrics().recordsLag === 0 && again.streams.metrics().recordsProcessed > 0);
    await again.streams.close();
    expect((await scene.committed("app", "in")).offset).toBe(5);
  }, onDisk),
);

test.each([
  ["last offset is too large", 25, 1],
  ["last offset is negative", 23, 1],
  ["last offset is too large, at the end of the log", 25, 2],
  ["number of records is too large", 59, 1],
  ["number of records is negative", 57, 1],
])("a batch whose %s costs no other record, with continue", (_what, byteInBatch, index) =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    for (const texts of [
      ["1", "2"],
      ["3", "4"],
      ["5", "6"],
    ])
      await scene.sendTexts("in", texts);
    flip(scene, "in", index, byteInBatch);
    const { streams } = await scene.start(counting(), {
      ...options,
      deserializationErrors: "continue",
      consumer: { maxPartitionFetchBytes: 1 },
    });
    await scene.cluster.when(() => streams.metrics().recordsLag === 0 && streams.metrics().recordsProcessed > 0);
    await scene.sendTexts("in", ["7"]);
    await scene.sleep(2_000);
    expect(streams.state).toBe("running");
    expect(streams.metrics().recordsDropped).toBeGreaterThan(0);
    await streams.close();
    expect((await scene.committed("app", "in")).offset).toBe(7);
    expect((await scene.read("out", string, int64)).at(-1)?.value).toBe(5);
  }, onDisk),
);

test("a damaged batch of a changelog stops the restoration, and is named as well", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const first = await scene.start(counting(), options);
    await scene.sendTexts("in", ["1", "2"]);
    await scene.processed(first, 2);
    await first.streams.close();
    flip(scene, "app-counts-changelog", 0, 70);
    const second = scene.instance(counting(), options);
    await expect(second.streams.start()).rejects.toMatchObject({
      cause: { code: "STREAMS_UNREADABLE_BATCH", topic: "app-counts-changelog", partition: 0, offset: 0 },
    });
    flip(scene, "app-counts-changelog", 0, 70);
    const third = await scene.start(counting(), options);
    await scene.sendTexts("in", ["3"]);
    await scene.processed(third, 1);
    await third.streams.close();
    expect((await scene.read("out", string, int64)).at(-1)?.value).toBe(3);
  }, onDisk));

/** Events beside what a table knows of their key; the table's topic is its changelog. */
function looking(): Topology {
  const builder = new StreamsBuilder();
  const rows = builder.table("rows", { key: string, value: string, as: "rows" });
  builder
    .stream("events", { key: string, value: string })
    .leftJoin(rows, (event, row) => `${event} ${String(row)}`)
    .to("out", { value: string });
  return builder.build({ optimization: "all" });
}

describe("a damaged batch of a source topic that serves as changelog", () => {
  async function readThenDamaged(scene: Scene, config: Partial<StreamsConfig>): Promise<Instance> {
    await scene.topics(["rows", "events", "out"]);
    await scene.sendTexts("rows", ["1"], "a");
    await scene.sendTexts("rows", ["2"], "a");
    await scene.sendTexts("rows", ["3"], "b");
    const first = await scene.start(looking(), { ...options, ...config });
    await scene.processed(first, 3);
    await first.streams.close();
    flip(scene, "rows", 1, 66);
    await scene.sendTexts("events", ["seen"], "a");
    await scene.sendTexts("events", ["seen"], "b");
    return scene.instance(looking(), { ...options, ...config });
  }

  test("is left behind by the restoration as by processing, with continue and asProcessed", () =>
    happens(async (scene) => {
      const app = await readThenDamaged(scene, { deserializationErrors: "continue", restoreFromSource: "asProcessed" });
      await app.streams.start();
      await scene.processed(app, 2);
      await app.streams.close();
      expect([app.streams.failure, await scene.readTexts("out")]).toEqual([null, ["a=seen 1", "b=seen 3"]]);
    }, onDisk));

  test.each<[string, Partial<StreamsConfig>]>([
    ["as it was written", { deserializationErrors: "continue" }],
    ["where errors stop the application", { restoreFromSource: "asProcessed" }],
  ])("stops a restoration %s, and says what leads on", (_what, config) =>
    happens(async (scene) => {
      const app = await readThenDamaged(scene, config);
      await expect(app.streams.start()).rejects.toThrow(
        'To restore without such batches set "deserializationErrors" to "continue" and "restoreFromSource" to "asProcessed"',
      );
    }, onDisk),
  );
});
