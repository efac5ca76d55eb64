import { InvalidArgumentError, json, string, TopologyError } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { BuildersMixedError } from "../errors.ts";
import { KGroupedStream } from "../stream/kgrouped-stream.ts";
import { KGroupedTable } from "../stream/kgrouped-table.ts";
import { KStream } from "../stream/kstream.ts";
import { KTable } from "../stream/ktable.ts";
import { StreamsBuilder } from "../streams-builder.ts";
import { TimeWindowedKStream } from "../stream/time-windowed-kstream.ts";
import { TimeWindows } from "../time-windows.ts";
import { topic } from "../topic.ts";
import { isChecked } from "./calls.ts";

/** Objects of the DSL without their types, as JavaScript has them. */
type Untyped = Record<string, (...given: unknown[]) => unknown>;

function objects(builder: StreamsBuilder = new StreamsBuilder()): Record<string, Untyped> {
  const stream = builder.stream("in");
  const table = builder.table("t");
  const made = {
    StreamsBuilder: builder,
    KStream: stream,
    KTable: table,
    KGroupedStream: stream.groupByKey(),
    TimeWindowedKStream: stream.groupByKey().windowedBy(TimeWindows.of({ size: 1, grace: 0 })),
    KGroupedTable: table.groupBy((value, key) => ({ key, value })),
  };
  return made as unknown as Record<string, Untyped>;
}

const classes = [StreamsBuilder, KStream, KTable, KGroupedStream, TimeWindowedKStream, KGroupedTable];
const methods = classes.flatMap((type) =>
  Object.getOwnPropertyNames(type.prototype)
    .filter((method) => method !== "constructor")
    .map((method): [string, string] => [type.name, method]),
);

test("there are methods to look at", () => {
  expect(methods.length).toBeGreaterThan(30);
});

describe.each(methods)("%s.%s()", (type, method) => {
  const made = objects();
  const given = valid(method, type, made);
  const call = (...args: unknown[]): unknown => made[type]![method]!(...args);

  test("is checked", () => {
    expect(isChecked(made[type]![method])).toBe(true);
  });

  test("refuses more arguments than it has", () => {
    expect(() => call(...Array.from({ length: 9 }))).toThrow(InvalidArgumentError);
  });

  test("refuses what is neither a function, a stream, a topic nor an options object in each place", () => {
    for (let place = 0; place <= given.length; place += 1) {
      expect(() => call(...given.slice(0, place), 7)).toThrow(InvalidArgumentError);
      expect(() => call(...given.slice(0, place), 7)).toThrow(`${method}() needs`);
    }
  });

  test("refuses an unknown option with the nearest name", () => {
    if (method === "windowedBy") return expect(call).toThrow("windowedBy() needs windows");
    if (method === "addStateStore") return expect(call).toThrow("addStateStore() needs a definition of a store");
    const [wrong, right] = method === "build" ? ["explicitName", "explicitNames"] : ["nmae", "name"];
    expect(() => call(...given, { [wrong]: "x" })).toThrow(
      `There is no option \`${wrong}\` in ${method}(); did you mean \`${right}\`?`,
    );
  });
});

/** Arguments of a method but its options. */
function valid(method: string, type: string, made: Record<string, Untyped>): unknown[] {
  const f = (): void => {};
  if (method === "addStateStore") return [];
  if (method === "process" || method === "processValues") return [{ create: () => ({ process: f }) }];
  if (type === "StreamsBuilder") return method === "build" ? [] : ["topic"];
  if (["count", "toStream", "toTable", "repartition", "groupByKey"].includes(method)) return [];
  if (method === "windowedBy") return [];
  if (method === "to") return ["out"];
  if (method === "merge") return [made["KStream"]];
  if (method === "join" || method === "leftJoin") return [made["KTable"], f];
  if (method === "reduce") return type === "KGroupedTable" ? [f, f] : [f];
  if (method === "aggregate") return type === "KGroupedTable" ? [f, f, f] : [f, f];
  return [f];
}

const wrongCalls: [string, (o: Record<string, Untyped>) => unknown, RegExp][] = [
  [
    "a missing function",
    (o) => o["KStream"]!["mapValues"]!(),
    /mapValues\(\) needs a function as its mapper, but got undefined\./,
  ],
  [
    "an object for a function",
    (o) => o["KStream"]!["filter"]!({}),
    /filter\(\) needs a function as its predicate, but got an object/,
  ],
  ["a name for an options object", (o) => o["KGroupedStream"]!["count"]!("counts"), /count\(\) needs an object as its options/],
  [
    "null for an options object",
    (o) => o["KStream"]!["to"]!("out", null),
    /to\(\) needs an object as its options.* but got null/,
  ],
  ["an uncalled json", (o) => o["KStream"]!["to"]!("out", { value: json }), /a serde.*Perhaps json\(\) was meant\./],
  [
    "a class for a serde",
    (o) => o["KGroupedStream"]!["count"]!({ key: {} }),
    /count\(\) needs a serde, such as string or json\(\), as its option `key`/,
  ],
  [
    "a name that is none",
    (o) => o["KStream"]!["peek"]!(() => {}, { name: 7 }),
    /peek\(\) needs a name as its option `name`, but got the number 7/,
  ],
  [
    "a topic that is none",
    (o) => o["StreamsBuilder"]!["stream"]!(undefined),
    /stream\(\) needs a topic's name, or a topic made by topic\(\)/,
  ],
  [
    "a topic's name that Kafka refuses",
    (o) => o["KStream"]!["to"]!("bad name/ü"),
    /to\(\) needs a topic's name of at most 249 ASCII letters.* but got the string "bad name\/ü"/,
  ],
  ["the name of a directory", (o) => o["StreamsBuilder"]!["stream"]!(["a", ".."]), /stream\(\) needs a topic's name of at most/],
  [
    "a pattern of topics",
    (o) => o["StreamsBuilder"]!["stream"]!(/in-.*/),
    /^stream\(\) needs a topic's name \(patterns are not here yet\) as its topics, but got an object of class RegExp\.$/,
  ],
  ["no topics", (o) => o["StreamsBuilder"]!["stream"]!([]), /stream\(\) needs at least one topic/],
  [
    "a hand-made topic",
    (o) => o["KStream"]!["to"]!({ topic: "x" }),
    /to\(\) needs a topic's name as its name of its topic|to\(\) needs a topic's name/,
  ],
  [
    "an unknown word",
    (o) => o["StreamsBuilder"]!["stream"]!("in", { nulls: "skip" }),
    /needs "drop" or "keep" as its option `nulls`/,
  ],
  [
    "a text for a flag",
    (o) => o["StreamsBuilder"]!["build"]!({ explicitNames: "yes" }),
    /needs true or false as its option `explicitNames`/,
  ],
  [
    "a duration of no unit",
    (o) => o["KGroupedStream"]!["count"]!({ retention: "5min" }),
    /option `retention` of count\(\) is "5min"/,
  ],
  [
    "windows that are none",
    (o) => o["KGroupedStream"]!["windowedBy"]!({ size: 5 }),
    /windowedBy\(\) needs windows, such as TimeWindows\.of/,
  ],
  [
    "a stream for a table",
    (o) => o["KStream"]!["join"]!(o["KStream"], () => {}),
    /join\(\) needs a table as its table, but got a stream\./,
  ],
  [
    "a topic for a stream",
    (o) => o["KStream"]!["merge"]!("other"),
    /merge\(\) needs a stream as its other stream, but got the string "other"/,
  ],
  [
    "an option far from all",
    (o) => o["KStream"]!["to"]!("out", { compression: 1 }),
    /There is no option `compression` in to\(\)\. to\(\) knows `name`, `key`/,
  ],
];

test.each(wrongCalls)("%s is refused where it is given", (_, program, message) => {
  expect(() => program(objects())).toThrow(InvalidArgumentError);
  expect(() => program(objects())).toThrow(message);
});

test("null and undefined stand for an option that is not given", () => {
  const stream = objects()["KStream"]!;
  expect(() => stream["to"]!("out", { name: undefined, key: null, value: undefined })).not.toThrow();
  expect(() => stream["groupByKey"]!(undefined)).not.toThrow();
});

test("a refused call leaves nothing behind", () => {
  const builder = new StreamsBuilder();
  const { KStream: stream } = objects(builder);
  expect(() => stream!["mapValues"]!(undefined)).toThrow(InvalidArgumentError);
  stream!["peek"]!(() => {});
  expect(builder.build().nodes.map(({ name }) => name)).toContain("KSTREAM-PEEK-0000000005");
});

test("functions beside the classes are checked as well", () => {
  expect([isChecked(topic), isChecked(TimeWindows.of)]).toEqual([true, true]);
  const untyped = topic as unknown as (...given: unknown[]) => unknown;
  expect(() => untyped("")).toThrow("topic() needs a topic's name as its name");
  expect(() => untyped("t", { vlaue: string })).toThrow("There is no option `vlaue` in topic(); did you mean `value`?");
  expect(() => untyped("t", { value: JSON })).toThrow("topic() needs a serde");
  const of = TimeWindows.of as unknown as (...given: unknown[]) => unknown;
  expect(() => of({ size: "1m" })).toThrow("TimeWindows.of() needs the option `grace`.");
  expect(() => of({ size: "1m", gracePeriod: 0 })).toThrow(
    "There is no option `gracePeriod` in TimeWindows.of(). TimeWindows.of() knows",
  );
  expect(() => of({ size: "1m", advence: 1, grace: 0 })).toThrow("did you mean `advance`?");
});

test("streams and tables of two builders do not mix", () => {
  const [one, other] = [new StreamsBuilder(), new StreamsBuilder()];
  const stream = one.stream("in");
  const mixed: (() => unknown)[] = [
    () => stream.merge(other.stream("in")),
    () => stream.join(other.table("t"), (left) => left),
    () =>
      stream.leftJoin(
        other.table("t2").filter(() => true),
        (left) => left,
      ),
    () =>
      stream
        .groupByKey()
        .count()
        .toStream()
        .join(other.table("t3"), (left) => left),
  ];
  for (const program of mixed) {
    expect(program).toThrow(BuildersMixedError);
    expect(program).toThrow(TopologyError);
    expect(program).toThrow(/of another StreamsBuilder\. Make all streams and tables of a program with the same builder\./);
  }
  expect(new BuildersMixedError("merge()", "stream").code).toBe("STREAMS_BUILDERS_MIXED");
});
