import { string } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens } from "../../../../test/support/scene.ts";
import { limits } from "../limits.ts";

const partitions = 3;
const recordsEach = 1_600;

test("tasks have their turns one after the other, a few records at a time", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"], partitions);
    const records = Array.from({ length: partitions * recordsEach }, (_, index) => {
      return { key: "k", value: String(index % partitions), partition: index % partitions };
    });
    await scene.send("in", records, string, string);
    const seen: string[] = [];
    const builder = new StreamsBuilder();
    builder
      .stream("in", { key: string, value: string })
      .peek((value) => seen.push(value))
      .to("out", { key: string, value: string });
    const app = await scene.start(builder.build());
    await scene.processed(app, records.length);
    const turns = seen.flatMap((task, at) => (task === seen[at - 1] ? [] : [{ task, at }]));
    const lengths = turns.map(({ at }, index) => (turns[index + 1]?.at ?? seen.length) - at);
    expect(seen.length).toBe(records.length);
    // Before it is known how fast the records are there are fewer, and at the end of a task's records.
    expect(Math.max(...lengths)).toBe(limits.recordsPerClockLook);
    expect(lengths.filter((length) => length === limits.recordsPerClockLook).length).toBeGreaterThan(lengths.length / 2);
    expect(turns.slice(0, 60).map(({ task }) => task)).toEqual(
      Array.from({ length: 60 }, (_, at) => turns[at % partitions]?.task),
    );
  }));
