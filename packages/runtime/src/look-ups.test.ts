import { bytes, string, type Serde, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
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
