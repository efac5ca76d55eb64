import { bytes, int64, list, string, windowed, type Serde, type Topology } from "@millrace/core";
import { StreamsBuilder, TimeWindows } from "@millrace/dsl";
import { describe, expect, test } from "vitest";
import { happens, type Scene } from "../../../test/support/scene.ts";
import { SchemaClient, SchemaServer, withId } from "../../../test/support/schema-server.ts";

/** Copies texts whose bytes name their schema, from "in" to "out". */
function copying(texts: Serde<string>): Topology {
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: { ...texts, bind: undefined as never } }).to("out", { key: string, value: string });
  return builder.build();
}

/** A registry, and the topics of a program. */
async function prepared(scene: Scene, partitions = 1): Promise<SchemaServer> {
  await scene.topics(["in", "out"], partitions);
  const server = new SchemaServer(scene);
  await server.open();
  return server;
}

/** Sends texts with the id of a schema to a partition of "in". */
async function send(scene: Scene, partition: number, id: number, ...values: string[]): Promise<void> {
  const records = values.map((value) => ({ key: "k", value: withId(id, value), partition }));
  await scene.send("in", records, string, bytes);
}

describe("a record whose serde looks something up", () => {
  test("waits for a slow answer, while other tasks go on", () =>
    happens(async (scene) => {
      const server = await prepared(scene, 2);
      const app = await scene.start(copying(new SchemaClient(scene).texts));
      const [fast, slow] = [server.register("fast"), server.register("slow")];
      await send(scene, 0, fast, "warm up");
      await scene.processed(app, 1);
      server.delayMs = 60_000;
      await send(scene, 1, slow, "a", "b");
      await scene.sleep(1_000);
      await send(scene, 0, fast, "c");
      await scene.processed(app, 2);
      await scene.sleep(35_000);
      expect((await scene.committed("app", "in", 0)).offset).toBe(2);
      expect((await scene.committed("app", "in", 1)).offset).toBe(null);
      await scene.processed(app, 4);
      await app.streams.close();
      expect(await scene.readTexts("out")).toEqual(["k=warm up", "k=c", "k=a", "k=b"]);
      expect((await scene.committed("app", "in", 1)).offset).toBe(2);
      expect(server.asked).toEqual([`get ${String(fast)}`, `get ${String(slow)}`]);
      await server.close();
    }));

  test("is read again when the registry is back, which the log tells", () =>
    happens(async (scene) => {
      const server = await prepared(scene);
      await server.close();
      const app = await scene.start(copying(new SchemaClient(scene).texts));
      await send(scene, 0, server.register("s"), "a", "b");
      await scene.sleep(20_000);
      expect(app.logs.filter((line) => line.startsWith('warn: waiting for serde "texts"')).length).toBeGreaterThan(3);
      await server.open();
      await scene.processed(app, 2);
      await app.streams.close();
      expect(await scene.readTexts("out")).toEqual(["k=a", "k=b"]);
      await server.close();
    }));

  test("goes to the handler when the registry stays away, and the task goes on", () =>
    happens(async (scene) => {
      const server = await prepared(scene);
      const failures: string[] = [];
      const app = await scene.start(copying(new SchemaClient(scene).texts), {
        taskTimeoutMs: 10_000,
        deserializationErrors: (error, { topic, offset }) => {
          failures.push(`${(error as { code: string }).code} ${String(topic)} ${String(offset)}`);
          return "continue";
        },
      });
      const known = server.register("known");
      await send(scene, 0, known, "a");
      await scene.processed(app, 1);
      await server.close();
      await send(scene, 0, server.register("unknown"), "lost");
      await send(scene, 0, known, "b");
      const beganMs = scene.cluster.simulation.elapsedMs;
      await scene.processed(app, 2);
      expect(scene.cluster.simulation.elapsedMs - beganMs).toBeGreaterThan(9_000);
      expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(12_000);
      await app.streams.close();
      expect(failures).toEqual(["STREAMS_LOOK_UP_TIMEOUT in 1"]);
      expect(await scene.readTexts("out")).toEqual(["k=a", "k=b"]);
      expect((await scene.committed("app", "in")).offset).toBe(3);
    }));

  test("that can never be read goes to the handler at once", () =>
    happens(async (scene) => {
      const server = await prepared(scene);
      const app = await scene.start(copying(new SchemaClient(scene).texts), { deserializationErrors: "continue" });
      await send(scene, 0, 77, "lost");
      await send(scene, 0, server.register("s"), "a");
      await scene.processed(app, 1);
      expect(app.streams.metrics().recordsDropped).toBe(1);
      await app.streams.close();
      expect(await scene.readTexts("out")).toEqual(["k=a"]);
      await server.close();
    }));

  test("is read by the next instance, if this one crashes before the answer", () =>
    happens(async (scene) => {
      const server = await prepared(scene);
      const first = await scene.start(copying(new SchemaClient(scene).texts), { sessionTimeoutMs: 6_000 });
      const [early, late] = [server.register("early"), server.register("late")];
      await send(scene, 0, early, "a");
      await scene.processed(first, 1);
      server.delayMs = 1_000_000;
      await send(scene, 0, late, "b", "c");
      await scene.sleep(40_000);
      expect((await scene.committed("app", "in")).offset).toBe(1);
      scene.cluster.simulation.host("app").crash({ peersSee: "reset" });
      server.delayMs = 10;
      const second = await scene.start(copying(new SchemaClient(scene, "other").texts), {}, "other");
      await scene.processed(second, 2);
      await second.streams.close();
      expect(await scene.readTexts("out")).toEqual(["k=a", "k=b", "k=c"]);
      await server.close();
    }));
});

describe("a serde that is bound when a task opens", () => {
  /** Two programs in one: "in" to "out", and "in2" to "late", whose values are bound. */
  function both(texts: Serde<string>): Topology {
    const builder = new StreamsBuilder();
    builder.stream("in", { key: string, value: string }).to("out", { key: string, value: string });
    builder.stream("in2", { key: string, value: string }).to("late", { key: string, value: texts });
    return builder.build();
  }

  async function opened(scene: Scene): Promise<SchemaServer> {
    await scene.topics(["in2", "late"]);
    return prepared(scene);
  }

  test("holds up its own task alone, and is bound once", () =>
    happens(async (scene) => {
      const server = await opened(scene);
      server.delayMs = 30_000;
      const app = scene.instance(both(new SchemaClient(scene).texts));
      const starting = app.streams.start();
      await scene.sendTexts("in", ["a"]);
      await scene.sendTexts("in2", ["b"]);
      const beganMs = scene.cluster.simulation.elapsedMs;
      await scene.processed(app, 1);
      expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(10_000);
      expect([app.streams.state, app.streams.metrics().tasks]).toEqual(["rebalancing", 2]);
      await scene.processed(app, 2);
      await starting;
      expect(app.streams.state).toBe("running");
      await app.streams.close();
      expect(await scene.readTexts("out")).toEqual(["k=a"]);
      expect(await scene.read("late", string, bytes)).toMatchObject([{ key: "k", value: withId(1, "b") }]);
      expect(server.asked).toEqual(["register late-value"]);
      await server.close();
    }));

  test("is bound again when the registry is back, which the log tells", () =>
    happens(async (scene) => {
      const server = await opened(scene);
      await server.close();
      const app = scene.instance(both(new SchemaClient(scene).texts));
      const starting = app.streams.start();
      await scene.sleep(10_000);
      const told = app.logs.filter((line) => line.startsWith("warn: binding the serdes of task 1_0 again, since that failed"));
      expect(told.length).toBeGreaterThan(1);
      await server.open();
      await starting;
      await scene.sendTexts("in2", ["b"]);
      await scene.processed(app, 1);
      await app.streams.close();
      expect(await scene.count("late")).toBe(1);
      await server.close();
    }));

  test("ends the application when the registry does not answer in time", () =>
    happens(async (scene) => {
      const server = await opened(scene);
      server.delayMs = 1_000_000;
      const app = scene.instance(both(new SchemaClient(scene).texts), { taskTimeoutMs: 20_000 });
      await expect(app.streams.start()).rejects.toMatchObject({ cause: { code: "STREAMS_SERDE_BIND_TIMEOUT" } });
      await server.close();
      await scene.sleep(1_000_000);
    }));

  test("does not keep the application from closing", () =>
    happens(async (scene) => {
      const server = await opened(scene);
      server.delayMs = 1_000_000;
      const app = scene.instance(both(new SchemaClient(scene).texts));
      app.streams.start().catch(() => undefined);
      await scene.sleep(5_000);
      const beganMs = scene.cluster.simulation.elapsedMs;
      await app.streams.close();
      expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(2_000);
      expect(app.streams.failure).toBe(null);
      await server.close();
      await scene.sleep(1_000_000);
    }));

  test("is bound within windowed keys, lists and changes of a grouping, to the topics that they are written to", () =>
    happens(async (scene) => {
      const server = await opened(scene);
      const { texts } = new SchemaClient(scene);
      const lists = list(texts) as Serde<string[]>;
      const builder = new StreamsBuilder();
      builder
        .table("in", { key: string, value: string })
        .groupBy((value, key) => ({ key: value, value: [key] }), { name: "g", key: texts, value: lists })
        .reduce(
          (sum, added) => [...sum, ...added],
          (sum, gone) => sum.filter((name) => !gone.includes(name)),
          { as: "groups", key: texts, value: lists },
        )
        .toStream()
        .to("out", { key: texts, value: lists });
      builder
        .stream("in2", { key: string, value: string })
        .groupBy((value) => value, { name: "w", key: texts, value: string })
        .windowedBy(TimeWindows.of({ size: 10, grace: 0 }))
        .count({ as: "windows" })
        .toStream()
        .to("late", { key: windowed(texts, 10), value: int64 });
      const app = await scene.start(builder.build(), { cacheBytesMax: 0 });
      await scene.sendTexts("in", ["A"], "one");
      await scene.sendTexts("in", ["A"], "two");
      await scene.sendTexts("in", ["B"], "one");
      await scene.sendTexts("in2", ["x", "x"]);
      await scene.processed(app, 5 + 4 + 2);
      await app.streams.close();
      const out = await scene.read("out", plain, list(plain));
      expect(out.map(({ key, value }) => `${String(key)}=${String(value)}`)).toEqual(["A=one", "A=one,two", "A=two", "B=one"]);
      const late = await scene.read("late", windowed(plain, 10), int64);
      expect(late.map(({ key, value }) => [key?.key, key?.start, value])).toEqual([
        ["x", 0, 1],
        ["x", 0, 2],
      ]);
      expect(new Set(server.asked)).toEqual(
        new Set([
          ...["app-g-repartition", "app-groups-changelog", "out"].flatMap((topic) => both(topic)),
          ...["app-w-repartition", "app-windows-changelog", "late"].map((topic) => `register ${topic}-key`),
        ]),
      );
      await server.close();

      function both(topic: string): string[] {
        return [`register ${topic}-key`, `register ${topic}-value`];
      }
    }));
});

/** The texts without the ids of their schemas. */
const plain: Serde<string> = { ...string, read: (from, start, end) => from.toString("utf8", start + 5, end) };
