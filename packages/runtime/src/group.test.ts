import { int64, string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens, type Scene } from "../../../test/support/scene.ts";

const quick = { cacheBytesMax: 0, sessionTimeoutMs: 6_000, heartbeatIntervalMs: 500, commitIntervalMs: 1_000 };

function counting(): Topology {
  const builder = new StreamsBuilder();
  const words = builder.stream("in", { key: string, value: string });
  words.groupByKey().count({ as: "counts" }).toStream().to("out", { key: string, value: int64 });
  return builder.build();
}

const counts = async (scene: Scene): Promise<(number | null)[]> =>
  (await scene.read("out", string, int64)).map(({ value }) => value);
const texts = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

test("a second instance of an application with one task waits as a spare, and takes over with the state when the first leaves", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const first = await scene.start(counting(), quick, "one");
    await scene.sendTexts("in", texts(3));
    await scene.processed(first, 3);
    const spare = await scene.start(counting(), quick, "two");
    expect(spare.streams.state).toBe("running");
    await scene.sendTexts("in", texts(2));
    await scene.processed(first, 5);
    await scene.sleep(5_000);
    expect(first.states).toEqual(["rebalancing", "running", "rebalancing", "running"]);
    expect(spare.streams.metrics()).toMatchObject({ recordsProcessed: 0, recordsLag: null, tasks: 0 });
    await first.streams.close();
    await scene.sendTexts("in", texts(1));
    await scene.processed(spare, 1);
    await spare.streams.close();
    expect(await counts(scene)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(spare.states).toEqual(["rebalancing", "running", "rebalancing", "running", "pendingShutdown", "notRunning"]);
  }));

test("a spare takes over from an instance that vanished, from the last commit on", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const first = await scene.start(counting(), quick, "one");
    await scene.sendTexts("in", texts(3));
    await scene.processed(first, 3);
    await scene.cluster.when(() => first.streams.metrics().commits === 1);
    const spare = await scene.start(counting(), quick, "two");
    await scene.sendTexts("in", texts(2));
    await scene.processed(first, 5);
    scene.cluster.simulation.host("one").crash({ peersSee: "reset" });
    await scene.cluster.when(() => spare.streams.metrics().recordsProcessed === 2);
    await scene.sendTexts("in", texts(1));
    await scene.processed(spare, 3);
    await spare.streams.close();
    // Records without a commit are counted again only if their counts had reached the changelog.
    expect([6, 8]).toContain((await counts(scene)).at(-1));
  }));

test("a rebalance in the middle of the work loses nothing and repeats nothing", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await scene.sendTexts("in", texts(20_000));
    const first = await scene.start(counting(), { ...quick, commitIntervalMs: 60_000 }, "one");
    await scene.processed(first, 1);
    const spare = scene.instance(counting(), quick, "two");
    await spare.streams.start();
    await scene.sendTexts("in", texts(1_000));
    await scene.processed(first, 21_000);
    await first.streams.close();
    await scene.sendTexts("in", texts(10));
    await scene.processed(spare, 10);
    await spare.streams.close();
    expect(first.streams.metrics().recordsProcessed).toBe(21_000);
    expect(await counts(scene)).toEqual(texts(21_010).map((_, index) => index + 1));
  }));

test("an instance that the group gave up gets back in, and goes on from the last commit", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(counting(), quick);
    await scene.sendTexts("in", texts(3));
    await scene.processed(app, 3);
    await scene.cluster.when(() => app.streams.metrics().commits === 1);
    scene.cluster.simulation.partition("app", "broker");
    await scene.sendTexts("in", texts(2));
    await scene.sleep(20_000);
    scene.cluster.simulation.healAll();
    await scene.cluster.when(() => app.states.length === 4);
    await scene.sendTexts("in", texts(1));
    await scene.sleep(3_000);
    await app.streams.close();
    expect(app.streams.failure).toBe(null);
    expect((await scene.committed("app", "in")).offset).toBe(6);
    expect(app.states).toEqual(["rebalancing", "running", "rebalancing", "running", "pendingShutdown", "notRunning"]);
    // The two records after the commit may have been processed before the loss was known, and again after it.
    expect([6, 8]).toContain((await counts(scene)).at(-1));
  }));

test("who was cut off claims nothing, when another works in its place", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const first = await scene.start(counting(), quick, "one");
    const second = await scene.start(counting(), quick, "two");
    await scene.sendTexts("in", texts(3));
    await scene.processed(first, 3);
    await scene.cluster.when(() => first.streams.metrics().commits === 1);
    scene.cluster.simulation.partition("one", "broker");
    await scene.sendTexts("in", texts(2));
    await scene.processed(second, 2);
    scene.cluster.simulation.healAll();
    await scene.sleep(10_000);
    await scene.sendTexts("in", texts(1));
    await scene.processed(second, 3);
    await scene.sleep(5_000);
    expect([first.streams.metrics().recordsProcessed, first.streams.state]).toEqual([3, "running"]);
    // Back where the state of a former life would be, were it kept.
    await second.streams.close();
    await scene.sendTexts("in", texts(1));
    await scene.processed(first, 4);
    await first.streams.close();
    expect(await counts(scene)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  }));

test("who comes back after another worked in its place begins with what that one left", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const first = await scene.start(counting(), quick, "one");
    const second = await scene.start(counting(), quick, "two");
    await scene.sendTexts("in", texts(3));
    await scene.processed(first, 3);
    await scene.cluster.when(() => first.streams.metrics().commits === 1);
    scene.cluster.simulation.partition("one", "broker");
    await scene.sendTexts("in", texts(2));
    await scene.processed(second, 2);
    await second.streams.close();
    scene.cluster.simulation.healAll();
    // Its long fetch brings it the two records before it knows that it lost them; nothing of that may stay.
    await scene.cluster.when(() => first.states.filter((state) => state === "running").length === 3);
    await scene.sendTexts("in", texts(1));
    await scene.cluster.when(() => first.streams.metrics().recordsLag === 0);
    await scene.sleep(2_000);
    await first.streams.close();
    expect((await counts(scene)).at(-1)).toBe(6);
    expect((await scene.committed("app", "in")).offset).toBe(6);
  }));

test("what was not sent when another took over is never sent", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const first = await scene.start(counting(), { ...quick, lingerMs: 60_000, commitIntervalMs: 60_000 }, "one");
    const second = await scene.start(counting(), quick, "two");
    await scene.sendTexts("in", texts(3));
    await scene.processed(first, 3);
    scene.cluster.simulation.partition("one", "broker");
    await scene.processed(second, 3);
    await scene.sendTexts("in", texts(1));
    await scene.processed(second, 4);
    scene.cluster.simulation.healAll();
    await scene.cluster.when(() => first.streams.metrics().membershipsLost === 1 && first.states.at(-1) === "running");
    await scene.sleep(70_000);
    await first.streams.close();
    await second.streams.close();
    expect(await counts(scene)).toEqual([1, 2, 3, 4]);
  }));

test("what is under way when the session ends never arrives", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const first = await scene.start(counting(), { ...quick, commitIntervalMs: 60_000 }, "one");
    const second = await scene.start(counting(), quick, "two");
    await scene.sendTexts("in", texts(1));
    await scene.cluster.when(() => first.streams.metrics().recordsProduced === 2);
    // From here on what it sends takes half a second.
    scene.cluster.simulation.host("one").latencyMs = { min: 500, max: 500 };
    await scene.sendTexts("in", texts(2));
    await scene.processed(first, 3);
    await scene.sleep(100);
    scene.cluster.simulation.partition("one", "broker");
    await scene.processed(second, 3);
    await scene.sendTexts("in", texts(1));
    await scene.processed(second, 4);
    scene.cluster.simulation.healAll();
    await scene.cluster.when(() => first.streams.metrics().membershipsLost === 1 && first.states.at(-1) === "running");
    await scene.sleep(5_000);
    await first.streams.close();
    await second.streams.close();
    // The first count came before the fault, and comes again with the rest of what was not committed.
    expect(await counts(scene)).toEqual([1, 2, 3, 4, 5]);
  }));

test("what an instance that fails has not sent yet is never sent, since another takes over", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const builder = new StreamsBuilder();
    const words = builder.stream("in", { key: string, value: string }).mapValues((value) => {
      if (value === "bad") throw new RangeError("no such thing");
      return value;
    });
    words.groupByKey().count({ as: "counts" }).toStream().to("out", { key: string, value: int64 });
    const first = await scene.start(builder.build(), { ...quick, lingerMs: 900, commitIntervalMs: 60_000 }, "one");
    const second = await scene.start(counting(), quick, "two");
    await scene.sendTexts("in", texts(1));
    await scene.cluster.when(() => first.streams.metrics().recordsProduced === 2);
    await scene.sendTexts("in", texts(2));
    await scene.processed(first, 3);
    // Its farewell takes so long that what lingers becomes due meanwhile.
    scene.cluster.simulation.host("one").latencyMs = { min: 1_000, max: 1_000 };
    await scene.sendTexts("in", ["bad"]);
    await scene.cluster.when(() => first.streams.state === "error");
    await scene.processed(second, 4);
    await scene.sleep(5_000);
    await second.streams.close();
    expect(await counts(scene)).toEqual([1, 2, 3, 4, 5]);
  }));

test("a store that comes back holds nothing that was deleted elsewhere", () =>
  happens(async (scene) => {
    const builder = new StreamsBuilder();
    const logging = { "cleanup.policy": "delete" };
    const users = builder.table("users", { key: string, value: string, as: "users", logging });
    builder
      .stream("clicks", { key: string, value: string })
      .leftJoin(users, (click, user) => `${click} by ${user ?? "nobody"}`)
      .to("out", { value: string });
    const topology = builder.build();
    await scene.topics(["users", "clicks", "out"]);
    const first = await scene.start(topology, quick, "one");
    const second = await scene.start(topology, quick, "two");
    await scene.sendTexts("users", ["Ann"], "1");
    await scene.processed(first, 1);
    await scene.cluster.when(() => first.streams.metrics().commits === 1);
    scene.cluster.simulation.partition("one", "broker");
    await scene.send("users", [{ key: "1", value: null, timestampMs: 1 }], string, string);
    await scene.processed(second, 1);
    await second.streams.close();
    await scene.cluster.user.client.admin.deleteRecords([{ topic: "app-users-changelog", partition: 0, beforeOffset: -1 }]);
    scene.cluster.simulation.healAll();
    await scene.cluster.when(() => first.states.filter((state) => state === "running").length === 3);
    await scene.sendTexts("clicks", ["home"], "1", 10);
    await scene.sleep(3_000);
    await first.streams.close();
    expect(await scene.readTexts("out")).toEqual(["1=home by nobody"]);
  }));

test("a rebalance that begins during the last commit does not spoil it", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(counting(), { ...quick, lingerMs: 60_000, commitIntervalMs: 60_000 }, "one");
    await scene.sendTexts("in", texts(3));
    await scene.processed(app, 3);
    const spare = scene.instance(counting(), quick, "two");
    const started = spare.streams.start();
    // From here on a request of the first takes as long as some heartbeats.
    scene.cluster.simulation.host("one").latencyMs = { min: 1_500, max: 1_500 };
    await scene.sleep(200);
    await app.streams.close();
    await started;
    expect(app.streams.failure).toBe(null);
    expect((await scene.committed("app", "in")).offset).toBe(3);
    // The ends of its connections are still on their way.
    await scene.sleep(3_000);
  }));

test("a close in the middle of a rebalance commits what was done", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], 2);
    const app = await scene.start(counting(), { ...quick, commitIntervalMs: 60_000 }, "one");
    await scene.sendTexts("in", texts(3));
    await scene.processed(app, 3);
    const spare = scene.instance(counting(), quick, "two");
    const started = spare.streams.start();
    await scene.cluster.when(() => app.streams.state === "rebalancing");
    await app.streams.close();
    expect(app.streams.failure).toBe(null);
    await started;
    await spare.streams.close();
    const committed = [await scene.committed("app", "in", 0), await scene.committed("app", "in", 1)];
    expect(committed.map(({ offset }) => offset).filter((offset) => offset !== null)).toEqual([3]);
  }));
