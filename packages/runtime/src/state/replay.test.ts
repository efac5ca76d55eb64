import { bytes, int64, MemoryEngine, string, windowed, type Engine, type Topology } from "@millrace/core";
import { StreamsBuilder, TimeWindows } from "@millrace/dsl";
import { expect, test } from "vitest";
import { markControl } from "../../../../test/support/log-file.ts";
import { happens, type Scene } from "../../../../test/support/scene.ts";
import type { RestoreEvent } from "../index.ts";

const changelog = "app-counts-changelog";

/** Records of a compacted topic cannot be deleted by offset, those of this one can. */
const trimmable = { "cleanup.policy": "delete" };

function counting(logging: true | Record<string, string> = true): Topology {
  const builder = new StreamsBuilder();
  const words = builder.stream("in", { key: string, value: string });
  words.groupByKey().count({ as: "counts", logging }).toStream().to("out", { key: string, value: int64 });
  return builder.build();
}

function countingInWindows(): Topology {
  const builder = new StreamsBuilder();
  const windows = TimeWindows.of({ size: "10s", grace: "1m" });
  const words = builder.stream("in", { key: string, value: string });
  words.groupByKey().windowedBy(windows).count({ as: "counts" }).toStream().to("out", { value: int64 });
  return builder.build();
}

const counts = async (scene: Scene): Promise<string[]> =>
  (await scene.read("out", string, int64)).map(({ key, value }) => `${key ?? "null"}=${String(value)}`);

async function sendWords(scene: Scene, text: string): Promise<void> {
  await scene.send(
    "in",
    text.split(" ").map((key, index) => ({ key, value: "", timestampMs: index })),
    string,
    string,
  );
}

test("counts go on after a stop where they were", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await sendWords(scene, "a b a");
    const first = await scene.start(counting(), { cacheBytesMax: 0 });
    await scene.processed(first, 3);
    await first.streams.close();
    expect(await counts(scene)).toEqual(["a=1", "b=1", "a=2"]);
    await sendWords(scene, "a c b");
    const second = await scene.start(counting(), { cacheBytesMax: 0 });
    await scene.processed(second, 3);
    await second.streams.close();
    expect(await counts(scene)).toEqual(["a=1", "b=1", "a=2", "a=3", "c=1", "b=2"]);
    expect(second.streams.metrics().recordsProcessed).toBe(3);
  }));

test("what is restored is not written to the changelog again", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await sendWords(scene, "a b a");
    const first = await scene.start(counting(), { cacheBytesMax: 0 });
    await scene.processed(first, 3);
    await first.streams.close();
    expect(await scene.count(changelog)).toBe(3);
    const second = await scene.start(counting(), { cacheBytesMax: 0 });
    await scene.sleep(1_000);
    await second.streams.close();
    expect(await scene.count(changelog)).toBe(3);
  }));

test("windows go on after a stop, and their late records are late still", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const at = (...timesMs: number[]) => timesMs.map((timestampMs) => ({ key: "k", value: "", timestampMs }));
    await scene.send("in", at(1_000, 12_000, 100_000), string, string);
    const first = await scene.start(countingInWindows(), { cacheBytesMax: 0 });
    await scene.processed(first, 3);
    await first.streams.close();
    // The windows [0, 10) and [10, 20) are closed; [40, 50) is not.
    await scene.send("in", at(101_000, 2_000, 45_000), string, string);
    const second = await scene.start(countingInWindows(), { cacheBytesMax: 0 });
    await scene.processed(second, 3);
    await second.streams.close();
    const out = await scene.read("out", windowed(string, 10_000), int64);
    expect(out.map(({ key, value }) => `${String(key?.start)}=${String(value)}`)).toEqual([
      "0=1",
      "10000=1",
      "100000=1",
      "100000=2",
      "40000=1",
    ]);
    expect(second.streams.metrics().recordsDropped).toBe(1);
  }));

test("a changelog whose beginning is deleted is restored from what is left", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await sendWords(scene, "a b c b");
    const first = await scene.start(counting(trimmable), { cacheBytesMax: 0 });
    await scene.processed(first, 4);
    await first.streams.close();
    await scene.cluster.user.client.admin.deleteRecords([{ topic: changelog, partition: 0, beforeOffset: 2 }]);
    await sendWords(scene, "a b c");
    const second = await scene.start(counting(trimmable), { cacheBytesMax: 0 });
    await scene.processed(second, 3);
    await second.streams.close();
    expect((await counts(scene)).slice(4)).toEqual(["a=1", "b=3", "c=2"]);
  }));

test("a changelog all of whose records are deleted restores to nothing", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await sendWords(scene, "a b");
    const first = await scene.start(counting(trimmable), { cacheBytesMax: 0 });
    await scene.processed(first, 2);
    await first.streams.close();
    await scene.cluster.user.client.admin.deleteRecords([{ topic: changelog, partition: 0, beforeOffset: -1 }]);
    await sendWords(scene, "a");
    const second = await scene.start(counting(trimmable), { cacheBytesMax: 0 });
    await scene.processed(second, 1);
    await second.streams.close();
    expect((await counts(scene)).slice(2)).toEqual(["a=1"]);
  }));

/** More than a fetch brings, each with a key of its own. */
const many = Array.from({ length: 3_000 }, (_, index) => ({ key: `key ${String(index)}`.padEnd(1_000), value: 1 }));

function keysOf(engine: Engine): string[] {
  const scan = engine.space("counts", 0).scan(null, null, false);
  const keys: string[] = [];
  while (scan.next()) keys.push(scan.key.copy().toString().trim());
  return keys;
}

test.for(["in memory", "on disk"] as const)(
  "a changelog that loses its beginning while it is restored leaves nothing of that in a store %s",
  (where) =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await (await scene.start(counting(trimmable))).streams.close();
      await scene.send(changelog, many, string, int64);
      const disk = scene.disk();
      const memory = new MemoryEngine();
      const app = scene.instance(counting(trimmable), {}, "app", {
        openEngine: (directory) => (where === "in memory" ? memory : disk.open(directory)),
      });
      const events: RestoreEvent[] = [];
      app.streams.onRestore((event) => events.push(event));
      scene.cluster.simulation.host("app").latencyMs = { min: 100, max: 100 };
      const started = app.streams.start();
      await scene.cluster.when(() => events.at(-1)?.kind === "batch");
      const partition = { topic: changelog, partition: 0 };
      await scene.cluster.user.client.admin.deleteRecords([{ ...partition, beforeOffset: 2_995 }]);
      await started;
      const starts = events.flatMap((event) => (event.kind === "start" ? [[event.startingOffset, event.endingOffset]] : []));
      expect(starts).toEqual([
        [0, 3_000],
        [2_995, 3_000],
      ]);
      expect(events.at(-1)).toMatchObject({ kind: "end" });
      const left = [2_995, 2_996, 2_997, 2_998, 2_999].map((index) => `key ${String(index)}`);
      if (where === "in memory") expect(keysOf(memory)).toEqual(left);
      await app.streams.close();
      if (where === "on disk") {
        const engine = disk.open(disk.directories()[0]!);
        expect(keysOf(engine)).toEqual(left);
        expect(engine.space("counts", 0).checkpoint()).toMatchObject({ offset: 3_000 });
      }
    }),
);

test("a changelog without any record delays nothing", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    for (let run = 0; run < 2; run += 1) await (await scene.start(counting())).streams.close();
    await sendWords(scene, "a");
    const app = await scene.start(counting());
    await scene.processed(app, 1);
    await app.streams.close();
    expect(await counts(scene)).toEqual(["a=1"]);
  }));

test("a close during a restoration does not wait for its end", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    await (await scene.start(counting())).streams.close();
    // More than a fetch brings.
    const filler = Array.from({ length: 3_000 }, (_, index) => ({
      key: Buffer.from(`key ${String(index)}`.padEnd(1_000)),
      value: Buffer.alloc(8),
    }));
    await scene.send(changelog, filler, bytes, bytes);
    const closing: Promise<void>[] = [];
    const progress: string[] = [];
    const app = scene.instance(counting(), {
      log: (_level, text) => {
        if (!text.startsWith("restoring")) return;
        progress.push(text);
        if (closing.length === 0) closing.push(app.streams.close());
      },
    });
    await expect(app.streams.start()).rejects.toMatchObject({ code: "STREAMS_INVALID_STATE" });
    await Promise.all(closing);
    expect(app.states).toEqual(["rebalancing", "pendingShutdown", "notRunning"]);
    expect(progress).toHaveLength(1);
    // The next one begins at the beginning.
    const next = await scene.start(counting());
    expect(next.streams.state).toBe("running");
  }));

test("a table is restored before the stream that is joined with it goes on", () =>
  happens(async (scene) => {
    const builder = new StreamsBuilder();
    const users = builder.table("users", { key: string, value: string, as: "users" });
    builder
      .stream("clicks", { key: string, value: string })
      .join(users, (click, user) => `${click} by ${user}`)
      .to("out", { value: string });
    const topology = builder.build();
    await scene.topics(["users", "clicks", "out"]);
    await scene.sendTexts("users", ["Ann"], "1");
    const first = await scene.start(topology);
    await scene.processed(first, 1);
    await first.streams.close();
    await scene.sendTexts("clicks", ["home"], "1");
    const second = await scene.start(topology);
    await scene.processed(second, 1);
    await second.streams.close();
    expect(await scene.readTexts("out")).toEqual(["1=home by Ann"]);
  }));

test.each([0, 5, 10, 15])(
  "a broker that is away for minutes from event %d on while tasks are prepared ends no application",
  (events) =>
    happens(
      async (scene) => {
        await scene.topics(["in", "out"]);
        await sendWords(scene, "a b");
        const first = await scene.start(counting(), { cacheBytesMax: 0 });
        await scene.processed(first, 2);
        await first.streams.close();
        const second = scene.instance(counting(), { cacheBytesMax: 0 });
        const started = second.streams.start();
        await scene.cluster.when(() => second.streams.metrics().tasks > 0);
        let count = 0;
        await scene.cluster.when(() => (count += 1) > events);
        expect(second.streams.metrics().tasksRestoring).toBe(1);
        await scene.cluster.broker.close();
        await scene.sleep(150_000);
        await scene.cluster.broker.start();
        await started;
        await sendWords(scene, "a");
        await scene.processed(second, 1);
        await second.streams.close();
        expect((await counts(scene)).at(-1)).toBe("a=2");
      },
      { dataDirectory: "data" },
    ),
);

test("markers of transactions in a changelog are no entries of the store", () =>
  happens(
    async (scene) => {
      await scene.topics(["in", "out"]);
      const first = await scene.start(counting(), { cacheBytesMax: 0, lingerMs: 0 });
      await sendWords(scene, "a");
      await scene.processed(first, 1);
      await scene.cluster.when(() => first.streams.metrics().recordsProduced === 2);
      await sendWords(scene, "a");
      await scene.processed(first, 2);
      await first.streams.close();
      // As if the second entry were a marker.
      markControl(scene, changelog, 1);
      const second = await scene.start(counting(), { cacheBytesMax: 0 });
      await sendWords(scene, "a");
      await scene.processed(second, 1);
      await second.streams.close();
      expect(await counts(scene)).toEqual(["a=1", "a=2", "a=2"]);
    },
    { dataDirectory: "data" },
  ));
