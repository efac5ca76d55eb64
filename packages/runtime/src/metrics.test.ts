import { int64, string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens } from "../../../test/support/scene.ts";

function counting(): Topology {
  const builder = new StreamsBuilder();
  const words = builder.stream("in", { key: string, value: string }).groupBy((word) => word, { key: string, value: string });
  words.count({ as: "counts" }).toStream().to("out", { key: string, value: int64 });
  return builder.build();
}

const nothing = {
  recordsProcessed: 0,
  recordsProduced: 0,
  recordsDropped: 0,
  drops: [],
  processed: [],
  recordsBuffered: 0,
  recordsLag: null,
  commits: 0,
  tasks: 0,
  recordsRestored: 0,
  recordsToRestore: 0,
  tasksRestoring: 0,
  membershipsLost: 0,
};

test("figures count the records of all topics, the internal ones included", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = scene.instance(counting(), { cacheBytesMax: 0, commitIntervalMs: 1_000 });
    expect(app.streams.metrics()).toEqual(nothing);
    await app.streams.start();
    await scene.sendTexts("in", ["a", "b", "a", "b", "b"]);
    await scene.processed(app, 10);
    // Five in the repartition topic, five in the changelog, five in the output.
    await scene.cluster.when(() => app.streams.metrics().recordsProduced === 15);
    expect(app.streams.metrics()).toMatchObject({ recordsProcessed: 10, recordsDropped: 0, recordsBuffered: 0, recordsLag: 0 });
    // A task splits, another counts.
    expect(app.streams.metrics()).toMatchObject({ tasks: 2, tasksRestoring: 0 });
    await scene.sleep(2_500);
    expect(app.streams.metrics().commits).toBe(1);
    await app.streams.close();
    const { processed, ...figures } = app.streams.metrics();
    const { processed: _none, ...rest } = nothing;
    expect(figures).toEqual({ ...rest, recordsProcessed: 10, recordsProduced: 15, commits: 1 });
    // Each record passes all nodes of both tasks, which are gone; the mapper of a grouping is one of them.
    expect(processed.map(({ count }) => count)).toEqual(processed.map(() => 5));
    expect(processed.map(({ nodeName }) => nodeName)).toContain("KSTREAM-SOURCE-0000000000");
    expect(processed.length).toBe(8);
  }));

test("a cache saves writing", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(counting());
    await scene.sendTexts("in", ["a", "b", "a", "b", "b"]);
    await scene.processed(app, 10);
    await app.streams.close();
    expect(app.streams.metrics().recordsProduced).toBe(5 + 2 + 2);
  }));

test("dropped records are counted, also those of tasks that are gone", () =>
  happens(async (scene) => {
    const builder = new StreamsBuilder();
    builder.stream("in", { key: string, value: string }).groupByKey().count({ as: "counts" });
    await scene.topics(["in"]);
    await scene.send(
      "in",
      [
        { key: null, value: "without a key" },
        { key: "k", value: "with one" },
      ],
      string,
      string,
    );
    const app = await scene.start(builder.build());
    await scene.processed(app, 2);
    expect(app.streams.metrics().recordsDropped).toBe(1);
    await app.streams.close();
    expect(app.streams.metrics().recordsDropped).toBe(1);
  }));

test("the lag is what the broker has and what waits in the task", () =>
  happens(async (scene) => {
    const builder = new StreamsBuilder();
    const users = builder.table("users", { key: string, value: string });
    builder
      .stream("clicks", { key: string, value: string })
      .join(users, (click) => click)
      .to("out", { value: string });
    await scene.topics(["users", "clicks", "out"]);
    await scene.sendTexts("clicks", ["1", "2", "3"]);
    const app = await scene.start(builder.build(), { maxTaskIdleMs: 3_600_000 });
    await scene.sleep(2_000);
    expect(app.streams.metrics()).toMatchObject({ recordsProcessed: 0, recordsBuffered: 3, recordsLag: 3 });
    await scene.sendTexts("users", ["Ann"], "k", 100);
    await scene.processed(app, 3);
    expect(app.streams.metrics()).toMatchObject({ recordsProcessed: 3, recordsBuffered: 1, recordsLag: 1 });
  }));

test("tasks are counted, and what is restored of their stores", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], 2);
    const first = await scene.start(counting(), { cacheBytesMax: 0 });
    expect(first.streams.metrics()).toMatchObject({ tasks: 4, recordsRestored: 0, recordsToRestore: 0 });
    await scene.sendTexts("in", ["a", "b", "c", "d", "e"]);
    await scene.processed(first, 10);
    await first.streams.close();
    expect(first.streams.metrics().tasks).toBe(0);

    const second = scene.instance(counting());
    const started = second.streams.start();
    await scene.cluster.when(() => second.streams.metrics().recordsToRestore > 0);
    expect(second.streams.metrics()).toMatchObject({ tasks: 4, recordsRestored: 0, recordsToRestore: 5 });
    await started;
    expect(second.streams.metrics()).toMatchObject({ tasks: 4, recordsRestored: 5, recordsToRestore: 0 });
  }));
