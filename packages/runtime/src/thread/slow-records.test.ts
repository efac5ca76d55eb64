import { int64, string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { describe, expect, test } from "vitest";
import { happens, type Instance, type Scene } from "../../../../test/support/scene.ts";
import { limits } from "../limits.ts";

const session = { sessionTimeoutMs: 6_000, heartbeatIntervalMs: 1_000 };

/** Copies values, each of which takes the processor for as long as `durationMs` says. */
function working(scene: Scene, durationMs: (value: string) => number, seen: string[] = []): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream("in", { key: string, value: string })
    .mapValues((value) => {
      seen.push(value);
      scene.cluster.simulation.host("app").work(durationMs(value));
      return value;
    })
    .to("out", { key: string, value: string });
  return builder.build();
}

async function allWritten(scene: Scene, { streams }: Instance, count: number): Promise<void> {
  while ((await scene.count("out")) < count && streams.failure === null) await scene.sleep(500);
}

const values = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

describe("any number of slow records gets through without a loss of the membership", () => {
  test.each([
    ["20 of 0.5 s in a session of 6 s", 20, 500, session],
    ["5 of 2 s in a session of 6 s", 5, 2_000, session],
    ["5 of 5.5 s in a session of 6 s", 5, 5_500, session],
    ["16 of 3 s in a session of 45 s", 16, 3_000, {}],
  ])("%s", (_, count, durationMs, config) =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", values(count));
      const seen: string[] = [];
      const app = await scene.start(
        working(scene, () => durationMs, seen),
        config,
      );
      await allWritten(scene, app, count);
      expect([seen, app.streams.metrics().membershipsLost]).toEqual([values(count), 0]);
    }),
  );

  test("when slow ones come after many fast ones, each at most once", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", values(4_000));
      const app = await scene.start(
        working(scene, (value) => (value === "slow" ? 2_000 : 0)),
        session,
      );
      await allWritten(scene, app, 4_000);
      for (let round = 0; round < 3; round += 1) {
        await scene.sendTexts(
          "in",
          Array.from({ length: 20 }, () => "slow"),
        );
        await scene.sendTexts("in", values(4_000));
      }
      await allWritten(scene, app, 4_000 + 3 * 4_020);
      // The first of them come in a row, before anybody knows.
      expect(app.streams.metrics().membershipsLost).toBeLessThanOrEqual(1);
    }));

  test("when it is the flush of a cache that runs into slow functions", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.send(
        "in",
        values(30).map((key) => ({ key, value: "" })),
        string,
        string,
      );
      const builder = new StreamsBuilder();
      builder
        .stream("in", { key: string, value: string })
        .groupByKey()
        .count({ as: "counts" })
        .toStream()
        .peek(() => scene.cluster.simulation.host("app").work(500))
        .to("out", { key: string, value: int64 });
      const app = await scene.start(builder.build(), { ...session, commitIntervalMs: 1_000 });
      await allWritten(scene, app, 30);
      expect(app.streams.metrics().membershipsLost).toBe(0);
    }));
});

describe("a record that alone outlasts the session", () => {
  test("is told of by its place, and gets a longer session the second time", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", values(3));
      const app = await scene.start(
        working(scene, (value) => (value === "1" ? 8_000 : 1)),
        session,
      );
      await allWritten(scene, app, 3);
      expect(app.streams.metrics().membershipsLost).toBe(2);
      const told = app.logs.filter((line) => line.includes("ms"));
      const place = 'record at offset 1 of topic "in", partition 0, took 8000 ms, during which this instance did nothing else';
      expect(told.filter((line) => line.includes(place)).length).toBeGreaterThanOrEqual(2);
      expect(told.filter((line) => line.includes("raising the session timeout from 6000 to 16000 ms")).length).toBe(1);
      expect((await scene.readTexts("out")).slice(-2)).toEqual(["k=1", "k=2"]);
    }));

  test.each([
    ["and the time between two polls", { ...session, maxPollIntervalMs: 10_000 }, {}, 15_000],
    ["where the broker allows no longer session", session, { groupMaxSessionTimeoutMs: 7_000 }, 8_000],
  ])("%s ends in an error the third time", (_, config, broker, durationMs) =>
    happens(
      async (scene) => {
        await scene.topics(["in", "out"]);
        await scene.sendTexts("in", values(3));
        const seen: string[] = [];
        const app = await scene.start(
          working(scene, (value) => (value === "1" ? durationMs : 0), seen),
          config,
        );
        await scene.cluster.when(() => app.streams.failure !== null);
        expect(app.streams.failure?.cause).toMatchObject({
          code: "STREAMS_SLOW_RECORD",
          topic: "in",
          partition: 0,
          offset: 1,
          tookMs: durationMs,
        });
        expect(seen.filter((value) => value === "1").length).toBe(limits.slowAttemptsMax);
        await scene.cluster.when(() => app.streams.state === "error");
      },
      { broker },
    ),
  );

  test("is forgotten once it is committed", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      const app = await scene.start(
        working(scene, () => 4_000),
        { ...session, commitIntervalMs: 0 },
      );
      for (let round = 1; round <= 5; round += 1) {
        await scene.sendTexts("in", ["x"]);
        await allWritten(scene, app, round);
      }
      expect(app.logs.filter((line) => line.includes("raising"))).toEqual([]);
      // One line a minute is enough.
      expect(app.logs.filter((line) => line.includes("took 4000 ms")).length).toBe(1);
    }));
});
