import { expect, test } from "vitest";
import type { OperatorSpec, TaskContext } from "../operator/operator-spec.ts";
import { TaskMetrics } from "../record/task-metrics.ts";
import { decodeOffsetMetadata, encodeOffsetMetadata } from "./offset-metadata.ts";
import { continueOnError, failing } from "./handlers.ts";
import { processor, sink, source, TaskFixture } from "./task-fixture.ts";

/** Gives the task to a function at each record, and hands the record on. */
function using(use: (task: TaskContext, value: string) => void): OperatorSpec {
  return {
    kind: "using",
    input: "stream",
    output: "stream",
    settings: {},
    create: ({ child, task }) => ({
      process(key, value, context) {
        use(task, value as string);
        child.process(key, value, context);
      },
    }),
  };
}

test("a time that an operator keeps is committed with every partition, and known to the next task", () => {
  const nodes = [
    source("a"),
    source("b"),
    processor(
      "p",
      ["a", "b"],
      using((task, value) => value !== "-" && task.setProcessorTime("emitted", Number(value))),
    ),
  ];
  const first = new TaskFixture(nodes, { maxTaskIdleMs: -1 });
  for (const topic of ["a", "b"]) first.task.start(topic, 0, 0, null);
  first.pipe("a", "k", "70", 5);
  const offsets = first.task.committable();
  expect(offsets.map(({ topic, offset }) => [topic, offset])).toEqual([
    ["a", 1],
    ["b", 0],
  ]);
  for (const { metadata } of offsets) expect(decodeOffsetMetadata(metadata).processorTimesMs).toEqual(new Map([["emitted", 70]]));
  first.task.committed(offsets);
  expect([first.task.commitNeeded, first.task.committable()]).toEqual([false, []]);
  first.pipe("a", "k", "-", 6);
  expect(first.task.committable().map(({ topic }) => topic)).toEqual(["a"]);

  const seen: number[] = [];
  const next = new TaskFixture([
    source("a"),
    source("b"),
    processor(
      "p",
      ["a", "b"],
      using((own) => seen.push(own.processorTime("emitted"))),
    ),
  ]);
  const older = encodeOffsetMetadata({ partitionTimeMs: 9, processorTimesMs: new Map([["emitted", 60]]) });
  next.task.start("a", 0, 1, offsets[0]!.metadata);
  next.task.start("b", 0, 0, older);
  next.add("b", "k", "v", 1);
  next.add("a", "k", "v", 1); // before its offset
  next.task.process(1);
  expect(seen).toEqual([70]);
});

test("nodes of a task share what the first of them makes; another task has its own", () => {
  const sums: number[] = [];
  const adding = using((task, value) => sums.push((task.shared("sum", () => ({ total: 0 })).total += Number(value))));
  const nodes = [source("in"), processor("p", ["in"], adding), processor("q", ["p"], adding)];
  new TaskFixture(nodes).pipe("in", "k", "1", 0);
  new TaskFixture(nodes).pipe("in", "k", "5", 0);
  expect(sums).toEqual([1, 2, 5, 10]);
});

test("operators read the wall clock of the task, and its stream time", () => {
  const seen: number[][] = [];
  const fixture = new TaskFixture([
    source("in"),
    processor(
      "p",
      ["in"],
      using((task) => seen.push([task.nowMs(), task.streamTimeMs()])),
    ),
  ]);
  fixture.nowMs = 77;
  fixture.pipe("in", "k", "v", 5);
  fixture.nowMs = 78;
  fixture.pipe("in", "k", "v", 3);
  expect(seen).toEqual([
    [77, 5],
    [78, 5],
  ]);
});

test("each node counts what reaches it, in memory that another thread can read", () => {
  const failOnX = using((_task, value) => {
    if (value === "x") throw new RangeError("x");
  });
  const nodes = [
    source("in"),
    processor("p", ["in"], failOnX),
    processor(
      "q",
      ["p", "p"],
      using(() => undefined),
    ),
    sink("out", ["q"], "out"),
  ];
  const fixture = new TaskFixture(nodes, { handlers: { ...failing, processing: continueOnError } });
  for (const value of ["a", "x", "b"]) fixture.pipe("in", "k", value, 1);
  const { names, memory } = fixture.task.metrics;
  const elsewhere = new TaskMetrics(names, memory);
  expect(elsewhere.processedRecords()).toEqual([
    { nodeName: "in", count: 3 },
    { nodeName: "p", count: 3 },
    { nodeName: "q", count: 4 },
    { nodeName: "out", count: 4 },
  ]);
  expect(elsewhere.drops()).toEqual([{ nodeName: "p", reason: "processing", count: 1 }]);
  expect(elsewhere.droppedRecords).toBe(1);
});
