import { describe, expect, test } from "vitest";
import type { StoreSpec } from "../store/kinds.ts";
import { keyValueSpec, processor, sink, source, TaskFixture } from "../task/task-fixture.ts";
import { keyValueStoreOf } from "../store/kinds/key-value.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import { streamTableJoin } from "./stream-table-join.ts";
import { filteredGetter, tableFilter } from "./table-filter.ts";
import { storeGetter, type TableGetterSpec } from "./table-getter.ts";
import { mappedGetter, tableMapValues } from "./table-map-values.ts";
import { tableSource } from "./table-source.ts";
import { tableToStream } from "./table-to-stream.ts";

const stored = keyValueSpec("store", { caching: false });
const result = keyValueSpec("result", { caching: false });

/** in → table → operators of the test → stream → out */
function chain(
  sourceStore: string | null,
  sendOldValues: boolean,
  operators: readonly OperatorSpec[] = [],
  stores: readonly StoreSpec[] = [stored, result],
): TaskFixture {
  const names = operators.map((_, at) => `op-${at}`);
  const last = names.at(-1) ?? "table";
  return new TaskFixture(
    [
      source("in"),
      processor("table", ["in"], tableSource({ store: sourceStore, sendOldValues }), sourceStore === null ? [] : [sourceStore]),
      ...operators.map((operator, at) => processor(names[at]!, [names[at - 1] ?? "table"], operator, ["result"])),
      processor("stream", [last], tableToStream()),
      sink("out", ["stream"], "out"),
    ],
    { stores },
  );
}

/** `key=value@time` in, the same out. */
function feed(fixture: TaskFixture, ...records: string[]): string[][] {
  return records.map((record) => {
    const [, key = "", value = "", time = ""] = /^(.*)=(.*)@(.*)$/.exec(record)!;
    return fixture.shown("in", key === "null" ? null : key, value === "null" ? null : value, Number(time));
  });
}

describe("table", () => {
  test("with a store: late updates win and keep their time, a delete of an absent key is forwarded, null keys are dropped", () => {
    const fixture = chain("store", false);
    expect(feed(fixture, "a=1@5", "a=2@3", "b=null@6", "null=x@7")).toEqual([["a=1@5"], ["a=2@3"], ["b=null@6"], []]);
    expect(fixture.task.droppedRecords).toBe(1);
    const store = keyValueStoreOf<string, string>(fixture.stores.get("store").facade, "test");
    expect([store.get("a"), store.timestampMs]).toEqual(["2", 3]);
    expect(store.get("b")).toBeNull();
  });

  test("without a store passes changes on", () => {
    const fixture = chain(null, false);
    expect(feed(fixture, "a=1@5", "a=null@3", "null=x@7")).toEqual([["a=1@5"], ["a=null@3"], []]);
    expect(fixture.task.droppedRecords).toBe(1);
  });

  test("with a cache keeps only the last update, and says nothing of a key that comes and goes", () => {
    const fixture = new TaskFixture(
      [
        source("in"),
        processor("table", ["in"], tableSource({ store: "store", sendOldValues: false }), ["store"]),
        processor("stream", ["table"], tableToStream()),
        sink("out", ["stream"], "out"),
      ],
      { stores: [keyValueSpec("store")], cacheBytesMax: 1_000_000 },
    );
    expect(feed(fixture, "a=1@1", "a=2@2", "b=x@3", "b=null@3", "a=3@4").flat()).toEqual([]);
    fixture.task.flush();
    expect(fixture.take().map(({ key, value, timestampMs }) => [key, value, timestampMs])).toEqual([["a", "3", 4]]);
  });
});

const large = (value: string): boolean => Number(value) > 10;

describe("table filter", () => {
  const rows = ["a=5@1", "a=20@2", "a=5@3", "a=4@4"];

  test("without old values sends a tombstone for every row that does not match", () => {
    const operator = tableFilter<string, string>({
      predicate: large,
      negate: false,
      store: null,
      sendOldValues: false,
    });
    expect(feed(chain(null, false, [operator]), ...rows)).toEqual([["a=null@1"], ["a=20@2"], ["a=null@3"], ["a=null@4"]]);
  });

  test.each([
    ["a view", null],
    ["a store of its own", "result"],
  ])("with old values sends one only for a row that matched: %s", (_kind, store) => {
    const operator = tableFilter<string, string>({
      predicate: large,
      negate: false,
      store,
      sendOldValues: true,
    });
    expect(feed(chain("store", true, [operator]), ...rows)).toEqual([[], ["a=20@2"], ["a=null@3"], []]);
  });

  test("negated keeps what does not match, and never asks about null", () => {
    const asked: string[] = [];
    const predicate = (value: string): boolean => {
      asked.push(value);
      return large(value);
    };
    const operator = tableFilter<string, string>({
      predicate,
      negate: true,
      store: null,
      sendOldValues: false,
    });
    expect(feed(chain(null, false, [operator]), "a=5@1", "a=null@2", "a=20@3")).toEqual([["a=5@1"], ["a=null@2"], ["a=null@3"]]);
    expect(asked).toEqual(["5", "20"]);
  });
});

describe("table mapValues", () => {
  const mapper = (value: string, key: string): string => `${key}${value}`;

  test.each([
    ["a view", null],
    ["a store of its own", "result"],
  ])("maps values and leaves tombstones: %s", (_kind, store) => {
    const operator = tableMapValues<string, string, string>({ mapper, store, sendOldValues: false });
    const fixture = chain(null, false, [operator]);
    expect(feed(fixture, "a=1@1", "a=null@2", "a=2@3")).toEqual([["a=a1@1"], ["a=null@2"], ["a=a2@3"]]);
    if (store !== null) expect(keyValueStoreOf(fixture.stores.get("result").facade, "test").get("a")).toBe("a2");
  });

  test("maps the old value too where a filter below needs it", () => {
    const operators = [
      tableMapValues<string, string, string>({ mapper: (value) => String(Number(value) * 10), store: null, sendOldValues: true }),
      tableFilter<string, string>({
        predicate: large,
        negate: false,
        store: null,
        sendOldValues: true,
      }),
    ];
    expect(feed(chain("store", true, operators), "a=1@1", "a=2@2", "a=1@3", "a=0@4")).toEqual([[], ["a=20@2"], ["a=null@3"], []]);
  });
});

describe("stream-table join", () => {
  function join(left: boolean, getter: TableGetterSpec = storeGetter("store")): TaskFixture {
    const joiner = (l: string, r: string | null, key: string): string => `${key}:${l}-${String(r)}`;
    return new TaskFixture(
      [
        source("in"),
        processor("table", ["in"], tableSource({ store: "store", sendOldValues: false }), ["store"]),
        source("stream"),
        processor("join", ["stream"], streamTableJoin({ getter, joiner, left }), ["store"]),
        sink("out", ["join"], "out"),
      ],
      { stores: [stored] },
    );
  }
  const ask = (fixture: TaskFixture, key: string | null, value: string | null, timestampMs: number): string[] =>
    fixture.shown("stream", key, value, timestampMs);

  test("inner: joins with the value of the moment, at the stream record's time; the table causes no output", () => {
    const fixture = join(false);
    expect(ask(fixture, "a", "s0", 1)).toEqual([]); // no partner: not a drop
    expect(feed(fixture, "a=T@10")).toEqual([[]]);
    expect(ask(fixture, "a", "s1", 5)).toEqual(["a=a:s1-T@5"]);
    feed(fixture, "a=null@11");
    expect(ask(fixture, "a", "s2", 20)).toEqual([]);
    expect([ask(fixture, null, "s3", 21), ask(fixture, "a", null, 22)]).toEqual([[], []]);
    expect(fixture.task.droppedRecords).toBe(2);
  });

  test("left: joins with null what has no partner or no key, and drops null values", () => {
    const fixture = join(true);
    expect(ask(fixture, "a", "s1", 1)).toEqual(["a=a:s1-null@1"]);
    expect(ask(fixture, null, "s2", 2)).toEqual(["null=null:s2-null@2"]);
    expect(ask(fixture, "a", null, 3)).toEqual([]);
    expect(fixture.task.droppedRecords).toBe(1);
  });

  test("looks views up in the store above them, with its times", () => {
    const view = mappedGetter<string, string, string>(
      filteredGetter<string, string>(storeGetter("store"), large, false),
      (value) => `<${value}>`,
    );
    expect(view.stores).toEqual(["store"]);
    const fixture = join(true, view);
    feed(fixture, "a=5@1", "b=20@2");
    expect(ask(fixture, "a", "s", 3)).toEqual(["a=a:s-null@3"]);
    expect(ask(fixture, "b", "s", 4)).toEqual(["b=b:s-<20>@4"]);
  });
});
