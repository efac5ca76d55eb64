import { string, type Processor, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens } from "../../../test/support/scene.ts";

type Texts = Processor<string, string, string, string>;

/** Passes records on, with whatever else the processor does. */
function processing(processor: Partial<Texts>): Topology {
  const process: Texts["process"] = (record, context) => context.forward(record);
  const builder = new StreamsBuilder();
  builder
    .stream("in", { key: string, value: string })
    .process<string, string>({ create: () => ({ process, ...processor }) }, { name: "p" })
    .to("out", { key: string, value: string });
  return builder.build();
}

test("a schedule by the wall clock wakes an idle application at its time", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const lateMs: number[] = [];
    const app = await scene.start(
      processing({
        init(context) {
          const firstMs = context.currentSystemTimeMs() + 250;
          context.schedule(250, "wallClock", (at) => {
            lateMs.push((at - firstMs) % 250);
            context.forward({ key: "tick", value: "tock" });
          });
        },
      }),
    );
    await scene.sleep(5_000);
    await app.streams.close();
    expect(lateMs.length).toBeGreaterThanOrEqual(19);
    expect(Math.max(...lateMs)).toBeLessThanOrEqual(5);
    expect((await scene.readTexts("out")).filter((text) => text === "tick=tock")).toHaveLength(lateMs.length);
  }));

test("a schedule by stream time runs with the records, and goes on after a restart", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const topology = processing({
      init: (context) => void context.schedule(100, "streamTime", (at) => context.forward({ key: "at", value: String(at) })),
    });
    const first = await scene.start(topology);
    await scene.sendTexts("in", ["a"], "k", 150);
    await scene.sendTexts("in", ["b"], "k", 320);
    await scene.processed(first, 2);
    await first.streams.close();
    const second = await scene.start(topology);
    await scene.sendTexts("in", ["c"], "k", 330);
    await scene.sendTexts("in", ["d"], "k", 400);
    await scene.processed(second, 2);
    await second.streams.close();
    // Schedules begin anew with their task, and stream time is what was committed.
    expect(await scene.readTexts("out")).toEqual(["k=a", "at=150", "k=b", "at=320", "at=320", "k=c", "k=d", "at=400"]);
  }));

test("a processor that asks for a commit has it long before it is due", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const process: Texts["process"] = (record, context) => {
      if (record.value === "commit") context.commit();
      context.forward(record);
    };
    const app = await scene.start(processing({ process }), { commitIntervalMs: 600_000 });
    await scene.sendTexts("in", ["a"]);
    await scene.processed(app, 1);
    await scene.sleep(1_000);
    expect(app.streams.metrics().commits).toBe(0);
    await scene.sendTexts("in", ["commit"]);
    await scene.processed(app, 2);
    await scene.sleep(1_000);
    expect(app.streams.metrics().commits).toBe(1);
  }));

test("a processor that fails to end is told of, and keeps nobody from closing", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(
      processing({
        close() {
          throw new RangeError("the file is gone");
        },
      }),
    );
    await scene.sendTexts("in", ["a"]);
    await scene.processed(app, 1);
    await app.streams.close();
    expect(app.streams.failure).toBeNull();
    expect(await scene.readTexts("out")).toEqual(["k=a"]);
  }));
