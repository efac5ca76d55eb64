import { string } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens } from "../../../test/support/scene.ts";
import { limits } from "./limits.ts";

const partitions = 3;
const recordsEach = 100;

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
    // At the end of its records a task has fewer.
    expect(Math.max(...lengths)).toBe(limits.recordsPerClockLook);
    expect(turns.length).toBe(partitions * Math.ceil(recordsEach / limits.recordsPerClockLook));
  }));
