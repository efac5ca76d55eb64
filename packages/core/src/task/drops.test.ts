import { expect, test } from "vitest";
import { mapValues } from "../operator/map-values.ts";
import { peek } from "../operator/peek.ts";
import { streamReduce } from "../operator/stream-reduce.ts";
import { streamTableJoin } from "../operator/stream-table-join.ts";
import { storeGetter } from "../operator/table-getter.ts";
import { tableSource } from "../operator/table-source.ts";
import { windowedReduce } from "../operator/windowed-reduce.ts";
import { int64 } from "../serde/int64.ts";
import { string } from "../serde/string.ts";
import type { DroppedRecord } from "./drops.ts";
import { continueOnError, failing } from "./handlers.ts";
import { keyValueSpec, processor, sink, source, TaskFixture, windowSpec, type FixtureOptions } from "./task-fixture.ts";
import { logAndSkipOnInvalidTimestamp } from "./timestamp-extractors.ts";

const continuing = {
  handlers: { deserialization: continueOnError, processing: continueOnError, serialization: continueOnError },
};

function withDrops(
  nodes: ConstructorParameters<typeof TaskFixture>[0],
  options: FixtureOptions = {},
): { task: TaskFixture; drops: DroppedRecord[] } {
  const drops: DroppedRecord[] = [];
  return { task: new TaskFixture(nodes, { onDropped: (drop) => void drops.push(drop), ...options }), drops };
}

const at = (offset: number, timestampMs: number): object => ({ taskId: "0_0", topic: "in", partition: 0, offset, timestampMs });

test("a record that is dropped is told with its place, node, reason and cause", () => {
  const failure = new RangeError("x is refused");
  const failOnX = mapValues<string, string, string>((value) => {
    if (value === "x") throw failure;
    return value;
  });
  const { task, drops } = withDrops([source("in"), processor("map", ["in"], failOnX)], continuing);
  for (const value of ["a", "x", "b", "x"]) task.pipe("in", "k", value, 7);
  const drop = { nodeName: "map", reason: "processing", recordCount: 1, cause: failure };
  expect(drops).toEqual([
    { ...at(1, 7), ...drop },
    { ...at(3, 7), ...drop },
  ]);
  expect(task.task.drops()).toEqual([{ nodeName: "map", reason: "processing", count: 2 }]);
  expect(task.task.droppedRecords).toBe(2);
});

test("bytes that a source cannot read are told by the record's own place", () => {
  const { task, drops } = withDrops([source("in", ["in"], { valueSerde: int64 })], continuing);
  task.pipe("in", "k", "\0\0\0\0\0\0\0\u0001", 3);
  task.pipe("in", "k", "no", 4);
  const cause = expect.objectContaining({ code: "STREAMS_DESERIALIZATION" });
  expect(drops).toEqual([{ ...at(1, 4), nodeName: "in", reason: "deserialization", recordCount: 1, cause }]);
});

test("a record without a time, and one that no partition gets, have no cause", () => {
  const skip = source("in", ["in"], { timestampExtractor: logAndSkipOnInvalidTimestamp });
  const { task, drops } = withDrops([skip, sink("out", ["in"], "out", { partitioner: () => [] })]);
  task.pipe("in", "k", "a", -5);
  task.pipe("in", "k", "a", 6);
  expect(drops).toEqual([
    { ...at(0, -5), nodeName: "in", reason: "invalid timestamp", recordCount: 1, cause: null },
    { ...at(1, 6), nodeName: "out", reason: "no partition", recordCount: 1, cause: null },
  ]);
});

test("what a sink cannot write is told at the sink", () => {
  const { task, drops } = withDrops([source("in"), sink("out", ["in"], "out", { valueSerde: int64 })], continuing);
  task.pipe("in", "k", "a", 6);
  expect(drops).toMatchObject([{ nodeName: "out", reason: "serialization", cause: { code: "STREAMS_SERIALIZATION" } }]);
});

test("null keys, null values and late records are told apart, by node", () => {
  const reducer = (aggregate: string, value: string): string => aggregate + value;
  const nodes = [
    source("in"),
    processor("table", ["in"], tableSource({ store: "rows", sendOldValues: false }), ["rows"]),
    processor("reduce", ["in"], streamReduce<string>({ store: "sums", reducer, sendOldValues: false }), ["sums"]),
    processor(
      "window",
      ["in"],
      windowedReduce<string>({
        store: "windows",
        windows: { sizeMs: 10, advanceMs: 10, graceMs: 0 },
        reducer,
        sendOldValues: false,
      }),
      ["windows"],
    ),
    processor(
      "join",
      ["in"],
      streamTableJoin<string, string, string, string>({ getter: storeGetter("rows"), joiner: (l) => l, left: false }),
      ["rows"],
    ),
    processor(
      "see",
      ["join"],
      peek(() => undefined),
    ),
  ];
  const windows = { ...windowSpec("windows", 10, 100), valueSerde: string };
  const { task } = withDrops(nodes, { stores: [keyValueSpec("rows"), keyValueSpec("sums"), windows] });
  task.pipe("in", "k", "a", 100);
  task.pipe("in", null, "a", 100);
  task.pipe("in", "k", null, 100);
  task.pipe("in", "k", "b", 50);
  expect(task.task.drops()).toEqual([
    { nodeName: "table", reason: "null key", count: 1 },
    { nodeName: "reduce", reason: "null key", count: 1 },
    { nodeName: "reduce", reason: "null value", count: 1 },
    { nodeName: "window", reason: "null key", count: 1 },
    { nodeName: "window", reason: "late", count: 1 },
    { nodeName: "join", reason: "null key", count: 1 },
    { nodeName: "join", reason: "null value", count: 1 },
  ]);
});

test("a handler that fails the record leaves nothing told as dropped", () => {
  const { task, drops } = withDrops([source("in", ["in"], { valueSerde: int64 })], { handlers: failing });
  expect(() => task.pipe("in", "k", "no", 4)).toThrow(expect.objectContaining({ code: "STREAMS_SOURCE_RECORD_UNREADABLE" }));
  expect(drops).toEqual([]);
});
