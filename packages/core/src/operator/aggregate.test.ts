import { describe, expect, test } from "vitest";
import { int64 } from "../serde/int64.ts";
import { keyValueSpec, processor, sink, source, TaskFixture, windowedSink, windowSpec } from "../task/task-fixture.ts";
import { keyValueStoreOf } from "../store/kinds/key-value.ts";
import type { RecordContext } from "../record/record-context.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import type { TableOperator } from "./operator.ts";
import { streamAggregate } from "./stream-aggregate.ts";
import { streamReduce } from "./stream-reduce.ts";
import { tableToStream } from "./table-to-stream.ts";
import { windowedAggregate } from "./windowed-aggregate.ts";
import { windowedReduce } from "./windowed-reduce.ts";
import type { TimeWindowsSpec } from "./time-windows.ts";

/** At a time a record comes in, and this comes out. */
type Row = readonly [timestampMs: number, key: string | null, value: string | null, out: readonly string[]];

function run(fixture: TaskFixture, rows: readonly Row[]): void {
  const shown = rows.map(([timestampMs, key, value]) => [timestampMs, key, value, fixture.shown("in", key, value, timestampMs)]);
  expect(shown).toEqual(rows);
}

/** Sees the old values that an operator sends. */
function oldValues(seen: unknown[]): OperatorSpec {
  const operator: TableOperator = { change: (_key, _newValue, oldValue, _context: RecordContext) => void seen.push(oldValue) };
  return { kind: "old values", input: "table", output: "none", settings: {}, create: () => operator };
}

const sum = {
  initializer: () => 0,
  aggregator: (total: number, value: string): number | null => (total + Number(value) === 0 ? null : total + Number(value)),
};

function aggregation(sendOldValues: boolean, below: Parameters<typeof processor>[2][] = []): TaskFixture {
  return new TaskFixture(
    [
      source("in"),
      processor("sum", ["in"], streamAggregate<string, string, number>({ store: "store", ...sum, sendOldValues }), ["store"]),
      processor("stream", ["sum"], tableToStream()),
      sink("out", ["stream"], "out", { valueSerde: int64 }),
      ...below.map((operator, at) => processor(`below-${at}`, ["sum"], operator)),
    ],
    { stores: [keyValueSpec("store", { valueSerde: int64, caching: false })] },
  );
}

describe("aggregate", () => {
  test("keeps the largest time, deletes on null, begins anew after that, and drops null keys and values", () => {
    const fixture = aggregation(false);
    run(fixture, [
      [2, "a", "5", ["a=5@2"]],
      [1, "a", "1", ["a=6@2"]],
      [4, "a", "-6", ["a=null@4"]],
      [3, "a", "2", ["a=2@3"]], // the time of what was deleted is forgotten
      [5, null, "1", []],
      [6, "a", null, []],
      [7, "a", "0", ["a=2@7"]], // an unchanged result is forwarded too
    ]);
    expect(fixture.task.droppedRecords).toBe(2);
    expect(keyValueStoreOf(fixture.stores.get("store").facade, "test").get("a")).toBe(2);
  });

  test("sends as old value the initializer's where nothing was stored, and the stored one else", () => {
    const seen: unknown[] = [];
    run(aggregation(true, [oldValues(seen)]), [
      [1, "a", "5", ["a=5@1"]],
      [2, "a", "3", ["a=8@2"]],
    ]);
    expect(seen).toEqual([0, 5]);
  });

  test("sends no old values unless asked", () => {
    const seen: unknown[] = [];
    run(aggregation(false, [oldValues(seen)]), [
      [1, "a", "5", ["a=5@1"]],
      [2, "a", "3", ["a=8@2"]],
    ]);
    expect(seen).toEqual([null, null]);
  });
});

test("reduce stores the first value as it is, and keeps the largest time", () => {
  const fixture = new TaskFixture(
    [
      source("in"),
      processor(
        "reduce",
        ["in"],
        streamReduce<string>({ store: "store", reducer: (a, b) => (b === "delete" ? null : `${a}+${b}`), sendOldValues: false }),
        ["store"],
      ),
      processor("stream", ["reduce"], tableToStream()),
      sink("out", ["stream"], "out"),
    ],
    { stores: [keyValueSpec("store", { caching: false })] },
  );
  run(fixture, [
    [5, "a", "x", ["a=x@5"]],
    [3, "a", "y", ["a=x+y@5"]],
    [6, "a", "delete", ["a=null@6"]],
    [7, "a", "z", ["a=z@7"]],
    [8, null, "z", []],
    [8, "a", null, []],
  ]);
  expect(fixture.task.droppedRecords).toBe(2);
});

function windowedCount(windows: TimeWindowsSpec): TaskFixture {
  const operator = windowedAggregate<string, string, number>({
    store: "store",
    windows,
    initializer: () => 0,
    aggregator: (count) => count + 1,
    sendOldValues: false,
  });
  return windowedFixture(operator, windows);
}

function windowedFixture(operator: OperatorSpec, windows: TimeWindowsSpec): TaskFixture {
  return new TaskFixture(
    [
      source("in"),
      processor("count", ["in"], operator, ["store"]),
      processor("stream", ["count"], tableToStream()),
      windowedSink("stream", "out", windows.sizeMs),
    ],
    { stores: [windowSpec("store", windows.sizeMs, windows.sizeMs + windows.graceMs)] },
  );
}

test("hopping count: size 10 ms, advance 5 ms, grace 0 ms", () => {
  const fixture = windowedCount({ sizeMs: 10, advanceMs: 5, graceMs: 0 });
  run(fixture, [
    [0, "a", "x", ["a[0,10)=1@0"]],
    [7, "a", "x", ["a[0,10)=2@7", "a[5,15)=1@7"]],
    [16, "b", "x", ["b[10,20)=1@16", "b[15,25)=1@16"]],
    [9, "a", "x", []], // late: stream time is 16, so [0,10) and [5,15) have closed
    [14, "a", "x", ["a[10,20)=1@14"]], // out of order, late for [5,15) only
  ]);
  expect(fixture.task.droppedRecords).toBe(3);
});

test("tumbling count: size 10 ms, grace 2 ms", () => {
  const fixture = windowedCount({ sizeMs: 10, advanceMs: 10, graceMs: 2 });
  run(fixture, [
    [11, "a", "x", ["a[10,20)=1@11"]],
    [5, "a", "x", ["a[0,10)=1@5"]], // 10 > 11 - 2
    [12, "b", null, ["b[10,20)=1@12"]], // a null value counts
    [6, "a", "x", []], // 10 = 12 - 2: closed
    [100, null, "x", []], // a null key is dropped, and leaves stream time alone
    [13, "a", "x", ["a[10,20)=2@13"]],
  ]);
  expect(fixture.task.droppedRecords).toBe(2);
});

test("windowed reduce stores a window's first value as it is", () => {
  const windows = { sizeMs: 10, advanceMs: 10, graceMs: 0 };
  const operator = windowedReduce<string>({ store: "store", windows, reducer: (a, b) => `${a}+${b}`, sendOldValues: false });
  const fixture = new TaskFixture(
    [
      source("in"),
      processor("reduce", ["in"], operator, ["store"]),
      processor("stream", ["reduce"], tableToStream()),
      sink("out", ["stream"], "out", { ...windowedSink("stream", "out", 10), name: "out", valueSerde: null }),
    ],
    { stores: [{ ...windowSpec("store", 10, 10), valueSerde: null }] },
  );
  run(fixture, [
    [3, "a", "x", ["a[0,10)=x@3"]],
    [1, "a", "y", ["a[0,10)=x+y@3"]],
    [10, "a", "z", ["a[10,20)=z@10"]],
    [11, "b", null, ["b[10,20)=null@11"]], // nothing is stored, so the next is the first again
    [12, "b", "w", ["b[10,20)=w@12"]],
  ]);
});
