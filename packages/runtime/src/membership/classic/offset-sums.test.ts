import { int64, MemoryEngine, plan, resolvePartitions, string, type Engine } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { offsetSums } from "./offset-sums.ts";

const tasks = (() => {
  const builder = new StreamsBuilder();
  const words = builder.stream("in", { key: string, value: string }).groupByKey();
  words.count({ as: "counts" }).toStream().to("out", { key: string, value: int64 });
  words.reduce((sum, word) => sum + word, { as: "texts" });
  words.count({ as: "unlogged", logging: false });
  return resolvePartitions(plan(builder.build(), "app"), new Map([["in", 3]])).tasks;
})();

function engineWith(checkpoints: readonly (readonly [store: string, partition: number, offset: number])[]): Engine {
  const engine = new MemoryEngine();
  const batch = engine.batch();
  for (const [store, partition, offset] of checkpoints)
    batch.checkpoint(engine.space(store, partition), { origin: "0".repeat(32), offset, streamTimeMs: Number.NaN, writtenMs: 0 });
  engine.write(batch);
  return Object.assign(engine, { persistent: true });
}

test("a task's sum is that of its stores that have changelogs; a task of which nothing is there has none", () => {
  const engine = engineWith([
    ["counts", 0, 5],
    ["texts", 0, 7],
    ["unlogged", 0, 100],
    ["texts", 2, 3],
    ["unlogged", 1, 100],
  ]);
  expect(offsetSums(tasks, engine)).toEqual([
    { subtopologyId: 0, partition: 0, sum: 12 },
    { subtopologyId: 0, partition: 2, sum: 3 },
  ]);
});

test("an engine that ends with the process has nothing", () => {
  expect(offsetSums(tasks, new MemoryEngine())).toEqual([]);
});
