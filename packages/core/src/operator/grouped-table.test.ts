import { describe, expect, test } from "vitest";
import { bytes } from "../serde/bytes.ts";
import { int64 } from "../serde/int64.ts";
import { string } from "../serde/string.ts";
import { keyValueSpec, processor, show, sink, source, TaskFixture } from "../task/task-fixture.ts";
import { Change, changeSerde } from "./change.ts";
import { tableAggregate, tableReduce } from "./table-aggregate.ts";
import { tableGroupBy } from "./table-group-by.ts";
import { tableSource } from "./table-source.ts";
import { tableToStream } from "./table-to-stream.ts";
import type { OperatorSpec } from "./operator-spec.ts";

const rows = keyValueSpec("rows", { caching: false });

/** A row is `group,number`; a part that is missing is null. */
function parts(value: string): { key: string | null; value: string | null } {
  const [group = "", number = ""] = value.split(",");
  return { key: group === "" ? null : group, value: number === "" ? null : number };
}

function grouping(): TaskFixture {
  const operator = tableGroupBy<string, string, string, string>({ mapper: parts, keySerde: null });
  return new TaskFixture(
    [
      source("in"),
      processor("table", ["in"], tableSource({ store: "rows", sendOldValues: true }), ["rows"]),
      processor("groupBy", ["table"], operator),
      sink("repartition", ["groupBy"], "repartition", { valueSerde: changeSerde(null) }),
    ],
    { stores: [rows] },
  );
}

test("groupBy sends one record for a row that stays in its group, and leaves before it enters for one that moves", () => {
  const fixture = grouping();
  const sent = (value: string | null, timestampMs: number): unknown[] =>
    fixture
      .pipe("in", "a", value, timestampMs)
      .map((each) => [each.key, (each.value as Change<string>).newValue, (each.value as Change<string>).oldValue]);
  expect(sent("X,1", 1)).toEqual([["X", "1", null]]);
  expect(sent("X,5", 2)).toEqual([["X", "5", "1"]]);
  expect(sent("Y,5", 3)).toEqual([
    ["X", null, "5"],
    ["Y", "5", null],
  ]);
  expect(sent(",5", 4)).toEqual([["Y", null, "5"]]); // no group
  expect(sent("Y,", 5)).toEqual([]); // no value
  expect(sent("Z,1", 6)).toEqual([["Z", "1", null]]);
  expect(sent(null, 7)).toEqual([["Z", null, "1"]]);
});

test("groups whose keys have equal bytes are one group", () => {
  const operator = tableGroupBy<string, string, Buffer, string>({
    mapper: (value) => ({ key: Buffer.from(parts(value).key!), value }),
    keySerde: bytes,
  });
  const fixture = new TaskFixture(
    [
      source("in"),
      processor("table", ["in"], tableSource({ store: "rows", sendOldValues: true }), ["rows"]),
      processor("groupBy", ["table"], operator),
      sink("repartition", ["groupBy"], "repartition", { keySerde: bytes, valueSerde: changeSerde(string) }),
    ],
    { stores: [rows] },
  );
  fixture.pipe("in", "a", "X,1", 1);
  expect(fixture.pipe("in", "a", "X,2", 2)).toHaveLength(1);
  expect(fixture.pipe("in", "a", "Y,2", 3)).toHaveLength(2);
});

function aggregating(operator: OperatorSpec, numbers: boolean): TaskFixture {
  const valueSerde = numbers ? int64 : null;
  return new TaskFixture(
    [
      source("in", ["in"], { valueSerde: changeSerde(string) }),
      processor("aggregate", ["in"], operator, ["aggregates"]),
      processor("stream", ["aggregate"], tableToStream()),
      sink("out", ["stream"], "out", { valueSerde }),
    ],
    { stores: [keyValueSpec("aggregates", { caching: false, valueSerde })] },
  );
}

/** Feeds a change as its bytes. */
function feed(
  fixture: TaskFixture,
  key: string | null,
  newValue: string | null,
  oldValue: string | null,
  timestampMs: number,
): string[] {
  const change = new Change(newValue, oldValue);
  const serde = changeSerde(string);
  const buffer = Buffer.alloc(serde.sizeMax(change));
  return fixture.pipe("in", key, buffer.toString("utf8", 0, serde.write(buffer, 0, change)), timestampMs).map(show);
}

describe("an aggregation of a grouped table", () => {
  const sum = tableAggregate<string, string, number>({
    store: "aggregates",
    initializer: () => 0,
    adder: (total, value) => total + Number(value),
    subtractor: (total, value) => (total - Number(value) === -1 ? null : total - Number(value)),
    sendOldValues: false,
  });

  test("subtracts, then adds, and gives one result at the largest time", () => {
    const fixture = aggregating(sum, true);
    expect(feed(fixture, "X", "1", null, 5)).toEqual(["X=1@5"]);
    expect(feed(fixture, "X", "5", "1", 3)).toEqual(["X=5@5"]);
    expect(feed(fixture, "X", null, "5", 6)).toEqual(["X=0@6"]); // stays as 0
    expect(feed(fixture, "X", null, "1", 7)).toEqual(["X=null@7"]);
    expect(feed(fixture, "X", null, "9", 8)).toEqual(["X=null@8"]); // nothing to subtract from: a tombstone all the same
    expect(feed(fixture, "X", "2", "9", 1)).toEqual(["X=2@1"]); // nor here
  });

  test("refuses a record without a key", () => {
    expect(() => feed(aggregating(sum, true), null, "1", null, 1)).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: "STREAMS_NULL_KEY" }) }),
    );
  });

  test("of one type begins with the first value as it is", () => {
    const reduce = tableReduce<string>({
      store: "aggregates",
      adder: (a, b) => `${a}+${b}`,
      subtractor: (a, b) => (a === b ? null : `${a}-${b}`),
      sendOldValues: false,
    });
    const fixture = aggregating(reduce, false);
    expect(feed(fixture, "X", "a", null, 5)).toEqual(["X=a@5"]);
    expect(feed(fixture, "X", "b", null, 3)).toEqual(["X=a+b@5"]);
    expect(feed(fixture, "X", "c", "b", 6)).toEqual(["X=a+b-b+c@6"]);
    expect(feed(fixture, "Y", null, "b", 7)).toEqual(["Y=null@7"]);
    expect(feed(fixture, "Y", "q", null, 8)).toEqual(["Y=q@8"]);
    expect(feed(fixture, "Y", "r", "q", 2)).toEqual(["Y=r@8"]); // emptied, then the first again; the time stays
  });
});
