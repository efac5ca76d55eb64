import { bytes, int64, string, type Checkpoint, type Engine, type Topology } from "@millrace/core";
import { StreamsBuilder, TimeWindows } from "@millrace/dsl";
import type { StreamsConfig } from "@millrace/runtime";
import { expect, test } from "vitest";
import { happens, type Disk, type Instance, type Scene } from "../../../../test/support/scene.ts";

const changelog = "app-counts-changelog";

function counting(logging: boolean | Record<string, string> = true): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream("in", { key: string, value: string })
    .groupByKey()
    .count({ as: "counts", logging })
    .toStream()
    .to("out", { key: string, value: int64 });
  return builder.build();
}

/** Starts an instance whose stores lie on the disk; `restored` gets its messages of restorations. */
async function start(
  scene: Scene,
  state: Disk,
  { topology = counting(), restored = [], ...config }: Partial<StreamsConfig> & { topology?: Topology; restored?: string[] } = {},
  host = "app",
): Promise<Instance> {
  const instance = scene.instance(
    topology,
    {
      cacheBytesMax: 0,
      log: (_level, text) => {
        if (/^restoring|^discarding/.test(text)) restored.push(text);
      },
      ...config,
    },
    host,
    { openEngine: (directory) => state.open(directory) },
  );
  await instance.streams.start();
  return instance;
}

async function sendWords(scene: Scene, text: string): Promise<void> {
  await scene.send(
    "in",
    text.split(" ").map((key, index) => ({ key, value: "", timestampMs: index })),
    string,
    string,
  );
}

const counts = async (scene: Scene): Promise<string[]> =>
  (await scene.read("out", string, int64)).map(({ key, value }) => `${key ?? "null"}=${String(value)}`);

/** Looks at the content of the disk, as a program would after the last one. */
async function onDisk(state: Disk, look: (engine: Engine) => void): Promise<void> {
  const [directory] = state.directories();
  const engine = state.open(directory!);
  look(engine);
  await engine.close();
}

function content(engine: Engine): string[] {
  const scan = engine.space("counts", 0).scan(null, null, false);
  const found: string[] = [];
  while (scan.next()) found.push(`${scan.key.copy().toString()}=${String(scan.value.copy().readBigInt64BE(8))}`);
  return found;
}

test("after a stop everything is on the disk, and the next start restores nothing", () =>
  happens(async (scene) => {
    const state = scene.disk();
    await scene.topics(["in", "out"]);
    await sendWords(scene, "a b a");
    const first = await start(scene, state, { cacheBytesMax: 1_000_000 });
    await scene.processed(first, 3);
    await first.streams.close();
    expect(state.directories()[0]).toMatch(/millrace-streams\/app$/);
    await onDisk(state, (engine) => {
      expect(content(engine)).toEqual(["a=2", "b=1"]);
      expect(engine.space("counts", 0).checkpoint()).toMatchObject({ offset: 2 });
    });
    const restored: string[] = [];
    const second = await start(scene, state, { restored });
    await sendWords(scene, "a c");
    await scene.processed(second, 2);
    await second.streams.close();
    expect(restored).toEqual([]);
    expect((await counts(scene)).slice(2)).toEqual(["a=3", "c=1"]);
  }));

test("writes reach the disk when they are acknowledged, without any commit", () =>
  happens(async (scene) => {
    const state = scene.disk();
    await scene.topics(["in", "out"]);
    await sendWords(scene, "a b a");
    const app = await start(scene, state);
    let writes = 0;
    state.onWrite = () => void (writes += 1);
    await scene.cluster.when(() => writes > 0);
    expect(app.streams.metrics()).toMatchObject({ recordsProcessed: 3, commits: 0 });
    await scene.sleep(500);
    // the process ends without a farewell
    state.kill();
    await onDisk(state, (engine) => {
      expect(content(engine)).toEqual(["a=2", "b=1"]);
      expect(engine.space("counts", 0).checkpoint()).toMatchObject({ offset: 3 });
    });
    expect(await scene.committed("app", "in")).toMatchObject({ offset: null });
  }));

const day = 86_400_000;

/** Content of the store in the end if the checkpoint on its disk is changed, the changelog being a=1, b=1, a=2. */
async function resumed(
  scene: Scene,
  change: (checkpoint: Checkpoint, nowMs: number) => Checkpoint | null,
): Promise<{ content: string[]; restored: string[] }> {
  const state = scene.disk();
  await scene.topics(["in", "out"]);
  await sendWords(scene, "a b a");
  const first = await start(scene, state);
  await scene.processed(first, 3);
  await first.streams.close();
  await onDisk(state, (engine) => {
    const space = engine.space("counts", 0);
    const batch = engine.batch();
    batch.put(space, Buffer.from("x"), Buffer.alloc(16));
    batch.checkpoint(space, change(space.checkpoint()!, scene.cluster.simulation.platform("app").clock.nowMs()));
    engine.write(batch);
  });
  const restored: string[] = [];
  const second = await start(scene, state, { restored });
  await second.streams.close();
  const result: string[] = [];
  await onDisk(state, (engine) => result.push(...content(engine)));
  return { content: result, restored };
}

const flaws: readonly (readonly [
  name: string,
  change: (checkpoint: Checkpoint, nowMs: number) => Checkpoint | null,
  why: RegExp,
])[] = [
  ["no checkpoint", () => null, /^restoring/],
  [
    "a checkpoint of another topic of the same name",
    (checkpoint) => ({ ...checkpoint, origin: "another topic" }),
    /created again/,
  ],
  ["a checkpoint beyond the log's end", (checkpoint) => ({ ...checkpoint, offset: 4 }), /outside the changelog/],
  ["a checkpoint before the log's beginning", (checkpoint) => ({ ...checkpoint, offset: -1 }), /outside the changelog/],
  [
    "a checkpoint older than tombstones",
    (checkpoint, nowMs) => ({ ...checkpoint, offset: 2, writtenMs: nowMs - day - 60_000 }),
    /tombstones/,
  ],
  ["a checkpoint of unknown age", (checkpoint) => ({ ...checkpoint, offset: 2, writtenMs: Number.NaN }), /tombstones/],
];

test.for(flaws)("with %s the store is emptied and restored from the beginning", ([, change, why]) =>
  happens(async (scene) => {
    const { content: found, restored } = await resumed(scene, change);
    expect(found).toEqual(["a=2", "b=1"]);
    expect(restored[0]).toMatch(why);
    expect(restored.at(-1)).toMatch(/^restoring .* 3 of 3$/);
  }),
);

const sound: readonly (readonly [name: string, change: (checkpoint: Checkpoint, nowMs: number) => Checkpoint])[] = [
  ["at the log's end, however old", (checkpoint) => ({ ...checkpoint, writtenMs: 0 })],
  ["a day old", (checkpoint, nowMs) => ({ ...checkpoint, offset: 2, writtenMs: nowMs - day + 60_000 })],
];

test.for(sound)("with a checkpoint that is %s the store keeps what it has", ([, change]) =>
  happens(async (scene) => {
    const { content: found } = await resumed(scene, change);
    expect(found).toEqual(["a=2", "b=1", "x=0"]);
  }),
);

function inWindows(grace: "1m" | "10m"): Topology {
  const builder = new StreamsBuilder();
  const windows = TimeWindows.of({ size: "10s", grace });
  const words = builder.stream("in", { key: string, value: string }).groupByKey();
  words.windowedBy(windows).count({ as: "counts" }).toStream().to("out", { value: int64 });
  return builder.build();
}

test("windows that are on the disk go on where they were, though nothing is restored", () =>
  happens(async (scene) => {
    const state = scene.disk();
    await scene.topics(["in", "out"]);
    const word = { key: "a", value: "", timestampMs: 1_000_000 };
    await scene.send("in", [word, word], string, string);
    const first = await start(scene, state, { topology: inWindows("1m") });
    await scene.processed(first, 2);
    await first.streams.close();
    await scene.send("in", [word, { ...word, key: "b" }], string, string);
    const restored: string[] = [];
    const second = await start(scene, state, { topology: inWindows("1m"), restored });
    await scene.processed(second, 2);
    await second.streams.close();
    expect((await scene.read("out", bytes, int64)).map(({ value }) => value)).toEqual([1, 2, 3, 1]);
    expect(restored).toEqual([]);
  }));

test("a store that lays out its content otherwise than before is emptied and restored", () =>
  happens(async (scene) => {
    const state = scene.disk();
    await scene.topics(["in", "out"]);
    const word = { key: "a", value: "", timestampMs: 1_000_000 };
    await scene.send("in", [word, word], string, string);
    const first = await start(scene, state, { topology: inWindows("1m") });
    await scene.processed(first, 2);
    await first.streams.close();
    await scene.send("in", [word], string, string);
    // Longer segments: the same window has another key.
    const restored: string[] = [];
    const second = await start(scene, state, { topology: inWindows("10m"), restored });
    await scene.processed(second, 1);
    await second.streams.close();
    expect((await scene.read("out", bytes, int64)).map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(restored[0]).toMatch(/laid out otherwise/);
  }));

test("a topic that keeps its tombstones for less has younger checkpoints", () =>
  happens(async (scene) => {
    const state = scene.disk();
    const topology = counting({ "delete.retention.ms": "60000" });
    await scene.topics(["in", "out"]);
    await sendWords(scene, "a b");
    const first = await start(scene, state, { topology });
    await scene.processed(first, 2);
    await first.streams.close();
    await scene.sleep(61_000);
    await scene.send(changelog, [{ key: "b", value: null }], string, string);
    const restored: string[] = [];
    await (await start(scene, state, { topology, restored })).streams.close();
    expect(restored[0]).toMatch(/tombstones/);
  }));

test("a restoration that was interrupted goes on where it was", () =>
  happens(async (scene) => {
    const state = scene.disk();
    await scene.topics(["in", "out"]);
    await (await start(scene, scene.disk())).streams.close();
    // More than a fetch brings.
    const filler = Array.from({ length: 3_000 }, (_, index) => ({ key: String(index).padEnd(1_000), value: 1 }));
    await scene.send(changelog, filler, string, int64);
    const offsets: number[] = [];
    const note = (engine: Engine): void => void offsets.push(engine.space("counts", 0).checkpoint()!.offset);
    let writes = 0;
    state.onWrite = (moment) => {
      if (moment === "after") writes += 1;
      if (writes === 3) state.kill();
    };
    await (await start(scene, state)).streams.close();
    state.onWrite = null;
    await onDisk(state, note);
    const restored: string[] = [];
    await (await start(scene, state, { restored })).streams.close();
    await onDisk(state, note);
    expect(offsets[0]).toBeGreaterThan(0);
    expect(offsets[0]).toBeLessThan(3_000);
    expect(offsets[1]).toBe(3_000);
    expect(restored.length).toBeGreaterThan(0);
    expect(Number(/: (\d+) of/.exec(restored[0]!)![1])).toBeGreaterThan(offsets[0]!);
    await onDisk(state, (engine) => expect(content(engine)).toHaveLength(3_000));
  }));

test("a store without changelog keeps what the disk has, as in Java", () =>
  happens(async (scene) => {
    const state = scene.disk();
    await scene.topics(["in", "out"]);
    await sendWords(scene, "a b a");
    const first = await start(scene, state, { topology: counting(false) });
    await scene.processed(first, 3);
    await first.streams.close();
    const second = await start(scene, state, { topology: counting(false) });
    await sendWords(scene, "a");
    await scene.processed(second, 1);
    await second.streams.close();
    expect((await counts(scene)).at(-1)).toBe("a=3");
  }));

test("when memory for writes is full, records wait until something has drained", () =>
  happens(async (scene) => {
    const state = scene.disk();
    await scene.topics(["in", "out"]);
    await sendWords(scene, Array.from({ length: 2_000 }, (_, index) => `key${String(index)}`).join(" "));
    const config = { uncommittedBytesMax: 20_000, lingerMs: 60_000, batchSizeBytes: 1_000_000, commitIntervalMs: 600_000 };
    const app = await start(scene, state, config);
    const atWrites: number[] = [];
    let drained = 0;
    state.onWrite = (moment) => {
      if (moment === "before") atWrites.push(app.streams.metrics().recordsProcessed - drained);
      else drained = app.streams.metrics().recordsProcessed;
    };
    await scene.processed(app, 2_000);
    expect(atWrites.length).toBeGreaterThan(5);
    // A write of some 30 bytes is taken to need some 150; a slice ends within 64 records.
    expect(Math.max(...atWrites)).toBeLessThan(20_000 / 100 + 64);
    await app.streams.close();
    await onDisk(state, (engine) => expect(content(engine)).toHaveLength(2_000));
  }));

test("stores are in memory if the config says so, or if there are none", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const openEngine = (): Engine => expect.fail("an engine is opened");
    const inMemory = scene.instance(counting(), { defaultDslStore: "inMemory" }, "app", { openEngine });
    await inMemory.streams.start();
    await inMemory.streams.close();
    const builder = new StreamsBuilder();
    builder.stream("in", { key: string, value: string }).to("out");
    const stateless = scene.instance(builder.build(), { applicationId: "stateless" }, "app", { openEngine });
    await stateless.streams.start();
    await stateless.streams.close();
  }));

test("a state directory that the system may empty is warned of", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const opened: string[] = [];
    const openEngine = (directory: string): Engine => {
      opened.push(directory);
      return scene.disk().open(directory);
    };
    const temporary = scene.instance(counting(), {}, "app", { openEngine });
    await temporary.streams.start();
    await temporary.streams.close();
    expect(temporary.logs.find((line) => line.includes("stateDirectory"))).toMatch(
      /^warn: keeping stores in ".*", which the system may empty/,
    );
    const lasting = scene.instance(counting(), { stateDirectory: "/var/lib/streams" }, "app", { openEngine });
    await lasting.streams.start();
    await lasting.streams.close();
    expect(lasting.logs.filter((line) => line.startsWith("warn"))).toEqual([]);
    expect(opened[1]).toBe("/var/lib/streams/app");
  }));

test("a table is never ahead of its source topic's committed offset", () =>
  happens(async (scene) => {
    const builder = new StreamsBuilder();
    builder.table("users", { key: string, value: string, as: "counts" }).toStream().to("out", { value: string });
    const topology = builder.build({ optimization: ["reuse.ktable.source.topics"] });
    const state = scene.disk();
    await scene.topics(["users", "out"]);
    await scene.sendTexts("users", ["Ann", "Anne"], "1");
    const first = await start(scene, state, { topology });
    await scene.processed(first, 2);
    await first.streams.close();
    await scene.sendTexts("users", ["Bob"], "2");
    const second = await start(scene, state, { topology });
    await scene.processed(second, 1);
    await scene.sleep(5_000);
    state.kill();
    await onDisk(state, (engine) => {
      const space = engine.space("counts", 0);
      expect(space.checkpoint()).toMatchObject({ offset: 2 });
      expect([space.get(Buffer.from("1"))?.toString("latin1", 8), space.get(Buffer.from("2"))]).toEqual(["Anne", null]);
    });
    await second.streams.close();
  }));

test("a table that is ahead of its source topic's committed offset is emptied, and restored up to that", () =>
  happens(async (scene) => {
    const builder = new StreamsBuilder();
    builder.table("users", { key: string, value: string, as: "counts" }).toStream().to("out", { value: string });
    const topology = builder.build({ optimization: ["reuse.ktable.source.topics"] });
    const state = scene.disk();
    await scene.topics(["users", "out"]);
    await scene.sendTexts("users", ["Ann", "Anne"], "1");
    const first = await start(scene, state, { topology });
    await scene.processed(first, 2);
    await first.streams.close();
    await scene.sendTexts("users", ["Bob"], "2");
    // As if the group's offset had been set back.
    await onDisk(state, (engine) => {
      const space = engine.space("counts", 0);
      const batch = engine.batch();
      batch.put(space, Buffer.from("2"), Buffer.from("........Bob"));
      batch.checkpoint(space, { ...space.checkpoint()!, offset: 3 });
      engine.write(batch);
    });
    const restored: string[] = [];
    const second = scene.instance(topology, { log: (_level, text) => void restored.push(text) }, "app", {
      openEngine: (directory) => state.open(directory),
    });
    const held: (string | null)[] = [];
    second.streams.onRestore(({ kind }) => {
      if (kind !== "end") return;
      const engine = state.open(state.directories()[0]!);
      held.push(...["1", "2"].map((key) => engine.space("counts", 0).get(Buffer.from(key))?.toString("latin1", 8) ?? null));
    });
    await second.streams.start();
    await scene.processed(second, 1);
    await second.streams.close();
    expect(restored.find((text) => text.startsWith("discarding the local state of store"))).toMatch(
      /beyond the committed offset/,
    );
    expect(held).toEqual(["Anne", null]);
  }));
