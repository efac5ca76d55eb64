import { json, NotReadyError, string, type Serde, type TimestampExtractor, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { describe, expect, test } from "vitest";
import { happens, type Instance, type Scene } from "../../../../test/support/scene.ts";

/** Clicks beside the users' names; the users' topic is the table's changelog. */
function joining(): Topology {
  const builder = new StreamsBuilder();
  const users = builder.table("users", { key: string, value: string, as: "users" });
  users.toStream().to("changes", { value: string });
  builder
    .stream("clicks", { key: string, value: string })
    .join(users, (click, user) => `${click} by ${user}`)
    .to("out", { value: string });
  return builder.build({ optimization: ["reuse.ktable.source.topics"] });
}

test("a table whose source topic is its changelog has no other, and is restored from it", () =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "changes", "out"]);
    await scene.sendTexts("users", ["Ann", "Anne"], "1");
    const first = await scene.start(joining());
    await scene.processed(first, 2);
    await first.streams.close();
    const topics = await scene.cluster.user.client.admin.listTopics();
    expect(topics.map(({ name }) => name).filter((name) => name.endsWith("-changelog"))).toEqual([]);
    await scene.sendTexts("clicks", ["home"], "1");
    const second = await scene.start(joining());
    await scene.processed(second, 1);
    await second.streams.close();
    expect(await scene.readTexts("out")).toEqual(["1=home by Anne"]);
  }));

test("what of the source topic is not committed is not restored but read, and sent on with what was there before", () =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "changes", "out"]);
    await scene.sendTexts("users", ["Ann"], "1");
    const first = await scene.start(joining());
    await scene.processed(first, 1);
    await first.streams.close();
    await scene.sendTexts("users", ["Bob"], "2");
    const restored: string[] = [];
    const second = await scene.start(joining(), {
      log: (_level, text) => {
        if (text.startsWith("restoring")) restored.push(text);
      },
    });
    await scene.processed(second, 1);
    await second.streams.close();
    expect(restored).toHaveLength(1);
    expect(restored[0]).toMatch(/of 1$/);
    expect(await scene.readTexts("changes")).toEqual(["1=Ann", "2=Bob"]);
  }));

test("without a committed offset nothing is restored", () =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "changes", "out"]);
    await scene.sendTexts("users", ["Ann", "Anne"], "1");
    const restored: string[] = [];
    const app = await scene.start(joining(), {
      autoOffsetReset: "latest",
      log: (_level, text) => {
        if (text.startsWith("restoring")) restored.push(text);
      },
    });
    await scene.sendTexts("clicks", ["home"], "1");
    await scene.processed(app, 1);
    await app.streams.close();
    expect(restored).toEqual([]);
    expect(await scene.readTexts("out")).toEqual([]);
  }));

describe("a record that processing dropped", () => {
  type Row = { readonly v: number; readonly bad?: boolean };
  const row: Serde<Row> = json<Row>();

  /** The row beside each event, with its time. */
  function looking(extractor: TimestampExtractor | undefined): Topology {
    const builder = new StreamsBuilder();
    const rows = builder.table("rows", {
      key: string,
      value: row,
      as: "rows",
      ...(extractor === undefined ? {} : { timestampExtractor: extractor }),
    });
    builder
      .stream("events", { key: string, value: string })
      .leftJoin(rows, (event, found) => `${event} ${JSON.stringify(found)}`)
      .to("out", { value: string });
    return builder.build({ optimization: "all" });
  }

  const bothRead = async (scene: Scene, { streams }: Instance): Promise<void> => {
    const seen = (): number => streams.metrics().recordsProcessed + streams.metrics().recordsDropped;
    await scene.cluster.when(() => seen() >= 2);
  };

  const bad: TimestampExtractor = ({ value }) => ((value as Row).bad === true ? -1 : 5);

  test.each([
    ["because it could not be read", "{broken", undefined, { deserializationErrors: "continue" }],
    ["because its extractor gave it no time", '{"v":9,"bad":true}', bad, {}],
  ] as const)('%s, is not restored with restoreFromSource "asProcessed"', (_, second, extractor, config) =>
    happens(async (scene) => {
      await scene.topics(["rows", "events", "out"]);
      await scene.sendTexts("rows", ['{"v":1}', second], "a");
      for (let run = 0; run < 2; run += 1) {
        const app = await scene.start(looking(extractor), { ...config, restoreFromSource: "asProcessed" });
        if (run === 0) await bothRead(scene, app);
        await scene.sendTexts("events", ["seen"], "a");
        while ((await scene.count("out")) <= run) await scene.sleep(100);
        await app.streams.close();
        expect(app.streams.failure).toBe(null);
      }
      expect(await scene.readTexts("out")).toEqual(['a=seen {"v":1}', 'a=seen {"v":1}']);
    }),
  );

  test("is restored without that, as in Java", () =>
    happens(async (scene) => {
      await scene.topics(["rows", "events", "out"]);
      await scene.sendTexts("rows", ['{"v":1}', '{"v":9,"bad":true}'], "a");
      for (let run = 0; run < 2; run += 1) {
        const app = await scene.start(looking(bad));
        if (run === 0) await bothRead(scene, app);
        await scene.sendTexts("events", ["seen"], "a");
        while ((await scene.count("out")) <= run) await scene.sleep(100);
        await app.streams.close();
      }
      expect(await scene.readTexts("out")).toEqual(['a=seen {"v":1}', 'a=seen {"v":9,"bad":true}']);
    }));

  test("does not keep what a serde has to look up from being there before records are read", () =>
    happens(async (scene) => {
      await scene.topics(["rows", "events", "out"]);
      let known = 0;
      const slow: Serde<Row> = {
        ...row,
        read: (buffer, start, end) => {
          if (known > 0) return row.read(buffer, start, end);
          throw (waiting ??= new NotReadyError("slow", "everything", lookUp()));
        },
      };
      let waiting: NotReadyError | null = null;
      const lookUp = async (): Promise<void> => {
        await scene.sleep(50);
        known += 1;
      };
      const builder = new StreamsBuilder();
      const rows = builder.table("rows", { key: string, value: slow, as: "rows" });
      builder
        .stream("events", { key: string, value: string })
        .leftJoin(rows, (event, found) => `${event} ${String(found?.v)}`)
        .to("out", { value: string });
      const topology = builder.build({ optimization: "all" });
      await scene.sendTexts("rows", ['{"v":1}', '{"v":2}'], "a");
      for (let run = 0; run < 2; run += 1) {
        known = 0;
        waiting = null;
        const app = await scene.start(topology, { restoreFromSource: "asProcessed" });
        await scene.sendTexts("events", ["seen"], "a");
        await scene.processed(app, run === 0 ? 3 : 1);
        await app.streams.close();
        expect([app.streams.failure, known > 0]).toEqual([null, true]);
      }
      expect((await scene.readTexts("out")).at(-1)).toBe("a=seen 2");
    }));
});
