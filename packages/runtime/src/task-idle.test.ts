import { string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens, type Scene } from "../../../test/support/scene.ts";

function clicksByUser(): Topology {
  const builder = new StreamsBuilder();
  const users = builder.table("users", { key: string, value: string });
  builder
    .stream("clicks", { key: string, value: string })
    .leftJoin(users, (click, user) => `${click} by ${user ?? "nobody"}`)
    .to("out", { value: string });
  return builder.build();
}

const click = (scene: Scene, timestampMs: number): Promise<void> => scene.sendTexts("clicks", ["click"], "1", timestampMs);
const user = (scene: Scene, name: string, timestampMs: number): Promise<void> =>
  scene.sendTexts("users", [name], "1", timestampMs);

test("what the broker has is joined in the order of time, whatever was written first", () =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "out"]);
    await click(scene, 10);
    await click(scene, 30);
    await user(scene, "Ann", 5);
    await user(scene, "Bob", 20);
    const app = await scene.start(clicksByUser());
    await scene.processed(app, 4);
    await app.streams.close();
    expect(await scene.readTexts("out")).toEqual(["1=click by Ann", "1=click by Bob"]);
  }));

test("a stream of many fetches waits for its table all the same", () =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "out"]);
    const many = Array.from({ length: 8_000 }, (_, index) => ({ key: "1", value: "x".repeat(500), timestampMs: 1_000 + index }));
    await scene.send("clicks", many, string, string);
    await user(scene, "Ann", 5);
    const app = await scene.start(clicksByUser());
    await scene.processed(app, 8_001);
    await app.streams.close();
    const nobodys = (await scene.readTexts("out")).filter((text) => !text.endsWith("by Ann"));
    expect(nobodys).toEqual([]);
  }));

test.each([
  { maxTaskIdleMs: -1, expected: "1=click by nobody" },
  { maxTaskIdleMs: 0, expected: "1=click by nobody" },
  { maxTaskIdleMs: 2_000, expected: "1=click by Ann" },
])("with maxTaskIdleMs $maxTaskIdleMs a user who comes half a second late gives $expected", ({ maxTaskIdleMs, expected }) =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "out"]);
    const app = await scene.start(clicksByUser(), { maxTaskIdleMs });
    await scene.sleep(2_000);
    await click(scene, 10);
    await scene.sleep(500);
    await user(scene, "Ann", 5);
    await scene.processed(app, 2);
    await app.streams.close();
    expect(await scene.readTexts("out")).toEqual([expected]);
  }),
);

test("the wait has an end", () =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "out"]);
    const app = await scene.start(clicksByUser(), { maxTaskIdleMs: 2_000 });
    await scene.sleep(2_000);
    await click(scene, 10);
    await scene.sleep(1_800);
    expect(app.streams.metrics()).toMatchObject({ recordsProcessed: 0, recordsBuffered: 1 });
    await scene.sleep(600);
    expect(app.streams.metrics()).toMatchObject({ recordsProcessed: 1, recordsBuffered: 0 });
  }));

test("a task that waits buffers only so much, and the rest stays on the broker", () =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "out"]);
    const many = Array.from({ length: 30_000 }, (_, index) => ({ key: "1", value: "x".repeat(500), timestampMs: index }));
    await scene.send("clicks", many, string, string);
    const app = await scene.start(clicksByUser(), { maxTaskIdleMs: 3_600_000 });
    await scene.sleep(10_000);
    const { recordsBuffered, recordsLag } = app.streams.metrics();
    expect(recordsBuffered).toBeGreaterThan(5_000);
    // A fetch may bring 1 MiB of a partition beyond the limit.
    expect(recordsBuffered).toBeLessThan(5_000 + 2_200);
    expect(recordsLag).toBe(30_000);
    await user(scene, "Ann", 50_000);
    await scene.processed(app, 30_000);
  }));

test.each([1, 200, 1_500])("bufferedRecordsPerPartition %d bounds what is buffered, to a batch", (bufferedRecordsPerPartition) =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "out"]);
    const many = Array.from({ length: 3_000 }, (_, index) => ({ key: "1", value: "x".repeat(500), timestampMs: index }));
    await scene.send("clicks", many, string, string);
    const app = await scene.start(clicksByUser(), {
      maxTaskIdleMs: 3_600_000,
      bufferedRecordsPerPartition,
      // One batch at a time.
      consumer: { maxPartitionFetchBytes: 1 },
    });
    await scene.sleep(10_000);
    const { recordsBuffered, recordsLag } = app.streams.metrics();
    expect(recordsBuffered).toBeGreaterThan(bufferedRecordsPerPartition);
    // A batch of 64 KiB has no more of these records.
    expect(recordsBuffered).toBeLessThanOrEqual(bufferedRecordsPerPartition + 130);
    expect(recordsLag).toBe(3_000);
    await user(scene, "Ann", 50_000);
    await scene.processed(app, 3_000);
    // The user waits for later clicks.
    expect(app.streams.metrics().recordsBuffered).toBe(1);
  }),
);
