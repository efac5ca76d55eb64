import { bytes, int64, string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import type { Timers } from "@millrace/platform";
import { expect, test } from "vitest";
import { happens, type Instance, type Scene } from "../../../test/support/scene.ts";
import type { RestoreEvent } from "./index.ts";

const quick = { cacheBytesMax: 0, sessionTimeoutMs: 6_000, commitIntervalMs: 1_000 };
const partitions = 6;

/** Counts words: one sub-topology splits lines, the other counts. */
function counting(): Topology {
  const builder = new StreamsBuilder();
  const lines = builder.stream("in", { key: string, value: string });
  const words = lines.flatMapValues((line) => line.split(" ")).groupBy((word) => word, { key: string, value: string });
  words.count({ as: "counts" }).toStream().to("out", { key: string, value: int64 });
  return builder.build();
}

/** Lines over all partitions. */
async function sendLines(scene: Scene, count: number, line = "a b c d e f g h i j"): Promise<void> {
  const records = Array.from({ length: count }, (_, index) => ({ key: null, value: line, partition: index % partitions }));
  await scene.send("in", records, string, string);
}

async function totals(scene: Scene): Promise<Record<string, number>> {
  const records = await scene.read("out", string, int64);
  return Object.fromEntries(records.map(({ key, value }) => [key ?? "", value ?? 0]));
}

const everyWord = (count: number): Record<string, number> =>
  Object.fromEntries("a b c d e f g h i j".split(" ").map((word) => [word, count]));
const running = (...instances: Instance[]): number[] =>
  instances.map(({ streams }) => streams.metrics().tasks - streams.metrics().tasksRestoring);
const processed = (...instances: Instance[]): number =>
  instances.reduce((sum, { streams }) => sum + streams.metrics().recordsProcessed, 0);

async function shared(scene: Scene, ...instances: Instance[]): Promise<void> {
  await scene.cluster.when(() => {
    const counts = running(...instances);
    return counts.reduce((sum, count) => sum + count, 0) === 2 * partitions && Math.max(...counts) - Math.min(...counts) <= 1;
  });
}

test("two, then three instances share the tasks, and count what one would", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const first = await scene.start(counting(), quick, "one");
    await sendLines(scene, 60);
    await scene.cluster.when(() => processed(first) === 60 * 11);
    const second = await scene.start(counting(), quick, "two");
    await shared(scene, first, second);
    await sendLines(scene, 60);
    await scene.cluster.when(() => processed(first, second) === 120 * 11);
    const third = await scene.start(counting(), quick, "three");
    await shared(scene, first, second, third);
    await sendLines(scene, 60);
    await scene.cluster.when(() => processed(first, second, third) === 180 * 11);
    for (const { streams } of [first, second, third]) await streams.close();
    expect(await totals(scene)).toEqual(everyWord(180));
    expect([first, second, third].map(({ streams }) => streams.metrics().membershipsLost)).toEqual([0, 0, 0]);
  }));

test("an instance that is cut off in the middle of a hand-over is back as soon as it is told that it is out", () =>
  happens(async (scene) => {
    const { simulation } = scene.cluster;
    await scene.topics(["in", "out"], partitions);
    const first = await scene.start(counting(), { ...quick, commitIntervalMs: 60_000, lingerMs: 900 }, "one");
    await sendLines(scene, 60);
    await scene.processed(first, 60);
    const second = scene.instance(counting(), quick, "two");
    const started = second.streams.start();
    // The commit of what it gives up waits for records that cannot be sent any more.
    await scene.cluster.when(() => first.streams.state === "rebalancing");
    simulation.partition("one", "broker");
    await started;
    await scene.cluster.when(() => running(second)[0] === 2 * partitions);
    simulation.healAll();
    const healedMs = simulation.elapsedMs;
    await shared(scene, first, second);
    expect(simulation.elapsedMs - healedMs).toBeLessThan(5_000);
    expect(first.streams.metrics().membershipsLost).toBe(1);
    await sendLines(scene, 60);
    await scene.cluster.when(() => processed(first, second) >= 120 * 11);
    for (const { streams } of [first, second]) await streams.close();
    for (const count of Object.values(await totals(scene))) expect(count).toBeGreaterThanOrEqual(120);
  }));

test("what stays goes on during the hand-over", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const first = await scene.start(counting(), quick, "one");
    let moments = 0;
    let atWork = true;
    const feeding = (async () => {
      while (atWork) {
        await sendLines(scene, partitions);
        moments += 1;
        await scene.sleep(20);
      }
    })();
    await scene.processed(first, 100);
    // The second waits for a slow operation.
    scene.cluster.simulation.host("two").latencyMs = { min: 200, max: 200 };
    const second = scene.instance(counting(), quick, "two");
    const started = second.streams.start();
    await scene.cluster.when(() => running(first)[0] === partitions);
    const before = processed(first);
    await scene.sleep(300);
    expect(running(first, second)).toEqual([partitions, 0]);
    expect(processed(first)).toBeGreaterThan(before + 50);
    await started;
    await shared(scene, first, second);
    atWork = false;
    await feeding;
    await scene.cluster.when(() => processed(first, second) === moments * partitions * 11);
    await first.streams.close();
    await second.streams.close();
    expect(await totals(scene)).toEqual(everyWord(moments * partitions));
  }));

test("who crashes is missed after its session, and its tasks go on elsewhere", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const first = await scene.start(counting(), quick, "one");
    const second = await scene.start(counting(), quick, "two");
    await shared(scene, first, second);
    await sendLines(scene, 60);
    await scene.cluster.when(() => processed(first, second) === 60 * 11);
    await scene.sleep(1_500);
    scene.cluster.simulation.host("one").crash({ peersSee: "reset" });
    const beganMs = scene.cluster.simulation.elapsedMs;
    await sendLines(scene, 60);
    await shared(scene, second);
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(quick.sessionTimeoutMs + 2_000);
    while ((await scene.cluster.user.lag("app", ["in", "app-counts-repartition"])) > 0) await scene.sleep(100);
    await second.streams.close();
    expect(await totals(scene)).toEqual(everyWord(120));
  }));

test("when all start again, each gets what lies on its disk, and restores nothing", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const disks = [scene.disk(), scene.disk()] as const;
    const start = async (index: 0 | 1): Promise<Instance> => {
      const instance = scene.instance(counting(), quick, `host${String(index)}`, {
        openEngine: (directory) => disks[index].open(directory),
      });
      await instance.streams.start();
      return instance;
    };
    // Enough words for every partition.
    const line = "a b c d e f g h i j k l m n o p q r s t u v w x y z";
    const first = await start(0);
    const second = await start(1);
    await shared(scene, first, second);
    await sendLines(scene, 60, line);
    await scene.cluster.when(() => processed(first, second) === 60 * 27);
    await second.streams.close();
    await first.streams.close();
    // The first member has all tasks for a while, and restores the other's writes from the changelogs.
    const again = [await start(1), await start(0)] as const;
    await shared(scene, ...again);
    expect(again[1].streams.metrics().recordsRestored).toBe(0);
    await sendLines(scene, 60, line);
    await scene.cluster.when(() => processed(...again) === 60 * 27);
    for (const { streams } of again) await streams.close();
    expect(await totals(scene)).toEqual(Object.fromEntries(line.split(" ").map((word) => [word, 120])));
  }));

test("who closes is replaced in less than two seconds", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const first = await scene.start(counting(), quick, "one");
    const second = await scene.start(counting(), quick, "two");
    await shared(scene, first, second);
    const beganMs = scene.cluster.simulation.elapsedMs;
    await first.streams.close();
    await shared(scene, second);
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(2_000);
  }));

test("who closes without leaving is missed after its session", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const first = await scene.start(counting(), quick, "one");
    const second = await scene.start(counting(), quick, "two");
    await shared(scene, first, second);
    await first.streams.close({ leaveGroup: false });
    const beganMs = scene.cluster.simulation.elapsedMs;
    await shared(scene, second);
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeGreaterThan(quick.sessionTimeoutMs - 1_100);
  }));

test("a start that waits for a member that did not leave says so after 3 s, and how long that may last", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const first = await scene.start(counting(), { sessionTimeoutMs: 30_000 }, "one");
    await first.streams.close({ leaveGroup: false });
    const again = await scene.start(counting(), { sessionTimeoutMs: 30_000 }, "two");
    const told = again.logs.filter((line) => line.startsWith('warn: joining group "app" has taken'));
    expect(told.map((line) => /has taken (\d+) ms/.exec(line)?.[1])).toEqual(["3000", "9000", "21000"]);
    expect(told[0]).toContain('it removes one that ended without leaving 30000 ms after its last heartbeat ("sessionTimeoutMs")');
    await again.streams.close();
    const third = await scene.start(counting(), {}, "three");
    expect(third.logs.filter((line) => line.includes("joining group"))).toEqual([]);
  }));

test("static instances restart one after the other without a rebalance, and get their tasks back", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const hosts = ["one", "two", "three"];
    const start = (host: string): Promise<Instance> => scene.start(counting(), { ...quick, groupInstanceId: host }, host);
    const instances: Instance[] = [];
    for (const host of hosts) instances.push(await start(host));
    await shared(scene, ...instances);
    const before = instances.map(({ states }) => states.length);
    for (const [index, host] of hosts.entries()) {
      await instances[index]!.streams.close();
      await scene.sleep(3_000);
      const again = await start(host);
      expect(again.streams.metrics().tasks).toBe((2 * partitions) / hosts.length);
      instances.push(again);
      before.push(again.states.length);
    }
    await sendLines(scene, 60);
    await scene.cluster.when(() => processed(...instances.slice(3)) === 60 * 11);
    // Each member saw only its own start, and the stop.
    expect(instances.slice(0, 3).map(({ states }) => states.length)).toEqual(before.slice(0, 3).map((count) => count + 2));
    expect(instances.slice(3).map(({ states }) => states.length)).toEqual([2, 2, 2]);
    for (const { streams } of instances.slice(3)) await streams.close();
    expect(await totals(scene)).toEqual(everyWord(60));
  }));

test("a static instance that restarts when it should give up tasks keeps them from nobody", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const config = { ...quick, commitIntervalMs: 60_000 };
    const first = await scene.start(counting(), { ...config, groupInstanceId: "one" }, "one");
    await sendLines(scene, 60);
    await scene.cluster.when(() => processed(first) === 60 * 11);
    const second = scene.instance(counting(), { ...config, groupInstanceId: "two" }, "two");
    const started = second.streams.start();
    // It has been told what it is to give up, and commits that before it does.
    await scene.cluster.when(() => first.states.length === 3);
    expect(first.streams.metrics()).toMatchObject({ tasks: 2 * partitions, commits: 0 });
    scene.cluster.simulation.host("one").crash({ peersSee: "reset" });
    const again = await scene.start(counting(), { ...config, groupInstanceId: "one" }, "one again");
    await started;
    const beganMs = scene.cluster.simulation.elapsedMs;
    await shared(scene, again, second);
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(quick.sessionTimeoutMs);
    while ((await scene.cluster.user.lag("app", ["in", "app-counts-repartition"])) > 0) await scene.sleep(1_000);
  }));

test("a static instance that leaves is replaced at once", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const first = await scene.start(counting(), { ...quick, groupInstanceId: "one" }, "one");
    const second = await scene.start(counting(), { ...quick, groupInstanceId: "two" }, "two");
    await shared(scene, first, second);
    await first.streams.close({ leaveGroup: true });
    const beganMs = scene.cluster.simulation.elapsedMs;
    await shared(scene, second);
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(2_000);
  }));

test("of two instances with one name the first stops, and says why", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const first = await scene.start(counting(), { ...quick, groupInstanceId: "twin" }, "one");
    const second = await scene.start(counting(), { ...quick, groupInstanceId: "twin" }, "two");
    await scene.cluster.when(() => first.streams.state === "error");
    expect(first.streams.failure?.cause).toMatchObject({ code: "CLIENT_GROUP_INSTANCE_FENCED" });
    expect([second.streams.state, ...running(second)]).toEqual(["running", 2 * partitions]);
  }));

test("an instance whose thread does not come round leaves its tasks to others, and comes back with it", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    let isStuck = false;
    const held: (() => void)[] = [];
    const platform = scene.cluster.simulation.platform("one");
    const timers: Timers = {
      after: (delayMs, run) => platform.timers.after(delayMs, run),
      // The loop, which has given others a turn, does not get its own.
      soon: (run) => (isStuck ? void held.push(run) : platform.timers.soon(run)),
    };
    const config = { ...quick, maxPollIntervalMs: 10_000 };
    const first = scene.instance(copying(), config, "one", { platform: { ...platform, timers } });
    await first.streams.start();
    const second = await scene.start(copying(), { ...quick, maxPollIntervalMs: 10_000 }, "two");
    await scene.cluster.when(() => running(first, second).join() === "3,3");
    isStuck = true;
    await sendLines(scene, partitions, "x");
    await scene.cluster.when(() => held.length > 0 && running(second)[0] === partitions);
    await scene.cluster.when(() => second.streams.metrics().recordsProcessed === partitions);
    expect(first.streams.metrics().recordsProcessed).toBeGreaterThan(0);
    isStuck = false;
    for (const run of held) run();
    await scene.cluster.when(() => first.streams.metrics().membershipsLost === 1 && running(first, second).join() === "3,3");
    await second.streams.close();
    await first.streams.close();
    expect(await scene.count("out")).toBe(partitions);
  }));

function copying(): Topology {
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: string }).to("out", { key: string, value: string });
  return builder.build();
}

/** Changelog entries of one partition, more than a fetch brings. */
async function fillChangelog(scene: Scene, partition: number): Promise<void> {
  const filler = Array.from({ length: 3_000 }, (_, index) => ({
    key: Buffer.from(`key ${String(index)}`.padEnd(1_000)),
    value: Buffer.alloc(8),
    partition,
  }));
  await scene.send("app-counts-changelog", filler, bytes, bytes);
}

test("a long restoration keeps no other task waiting", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    await (await scene.start(counting(), quick)).streams.close();
    await fillChangelog(scene, 4);
    await sendLines(scene, 60);
    const app = scene.instance(counting(), quick);
    const events: RestoreEvent[] = [];
    app.streams.onRestore((event) => events.push(event));
    scene.cluster.simulation.host("app").latencyMs = { min: 100, max: 100 };
    const started = app.streams.start();
    await scene.cluster.when(() => running(app)[0] === 2 * partitions - 1);
    expect(app.streams.metrics()).toMatchObject({ tasksRestoring: 1, recordsLag: null });
    expect(app.streams.state).toBe("rebalancing");
    await scene.cluster.when(() => app.streams.metrics().recordsProcessed > 0);
    expect(app.streams.metrics().tasksRestoring).toBe(1);
    await started;
    expect(app.streams.metrics()).toMatchObject({ tasks: 2 * partitions, tasksRestoring: 0 });
    const long = events.filter(({ partition }) => partition === 4);
    expect(long[0]).toEqual({
      kind: "start",
      topic: "app-counts-changelog",
      partition: 4,
      storeName: "counts",
      startingOffset: 0,
      endingOffset: 3_000,
    });
    expect(long.slice(1, -1).map(({ kind }) => kind)).toEqual(long.slice(1, -1).map(() => "batch"));
    expect(long.length).toBeGreaterThan(3);
    expect(long.reduce((sum, event) => sum + (event.kind === "batch" ? event.recordCount : 0), 0)).toBe(3_000);
    expect(long.at(-1)).toMatchObject({ kind: "end", recordsRestored: 3_000 });
    await scene.cluster.when(() => processed(app) === 60 * 11);
    await app.streams.close();
    expect(await totals(scene)).toEqual(everyWord(60));
  }));

test("a restoration whose task goes elsewhere is suspended there, and done here", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    await (await scene.start(counting(), quick)).streams.close();
    for (let partition = 0; partition < partitions; partition += 1) await fillChangelog(scene, partition);
    const first = scene.instance(counting(), quick, "one");
    const events: RestoreEvent[] = [];
    first.streams.onRestore((event) => events.push(event));
    first.streams.onRestore(() => {
      throw new RangeError("no such thing");
    });
    scene.cluster.simulation.host("one").latencyMs = { min: 500, max: 500 };
    const started = first.streams.start();
    await scene.cluster.when(() => events.length === partitions);
    const second = await scene.start(counting(), quick, "two");
    await started;
    await shared(scene, first, second);
    const of = (kind: RestoreEvent["kind"]): number[] =>
      events
        .filter((event) => event.kind === kind)
        .map(({ partition }) => partition)
        .toSorted((a, b) => a - b);
    expect(of("start")).toEqual([0, 1, 2, 3, 4, 5]);
    expect([of("end"), of("suspended")]).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(first.logs.filter((line) => line.startsWith("error: a restore listener failed")).length).toBe(events.length);
    await sendLines(scene, 60);
    await scene.cluster.when(() => processed(first, second) === 60 * 11);
    await first.streams.close();
    await second.streams.close();
    expect(await totals(scene)).toEqual(everyWord(60));
  }));
