import { explain, string, type NodeExplanation, type ProcessorExplanation } from "@millrace/core";
import { expect, test } from "vitest";
import type { KStream } from "./stream/kstream.ts";
import type { KTable } from "./stream/ktable.ts";
import { StreamsBuilder } from "./streams-builder.ts";
import { TimeWindows } from "./time-windows.ts";

const isLong = (value: string): boolean => value.length > 10;
const length = (value: string): number => value.length;
const letters = (value: string): string[] => value.split("");
const log = (): void => {};
const first = (value: string): string => value.charAt(0);
const swap = (value: string, key: string): { key: string; value: string } => ({ key: value, value: key });
const empty = (): string => "";
const concat = (one: string, other: string): string => one + other;
const without = (one: string, other: string): string => one.replace(other, "");
const longer = (one: string, other: string | null): string => one + (other ?? "");

const windows = TimeWindows.of({ size: "1m", advance: "10s", grace: "5s" });
const hopping = { windowSizeMs: 60_000, windowAdvanceMs: 10_000, graceMs: 5_000 };
const as = { as: "st", value: string };

/** Explanation of a program's node with the name `it`. */
function explained(program: (builder: StreamsBuilder) => unknown): ProcessorExplanation {
  const builder = new StreamsBuilder();
  program(builder);
  const nodes: readonly NodeExplanation[] = explain(builder.build()).subtopologies.flatMap((one) => one.nodes);
  return nodes.find(({ name }) => name === "it") as ProcessorExplanation;
}

const onStream = (call: (stream: KStream<string, string>) => unknown) => (builder: StreamsBuilder) =>
  call(builder.stream("in", { value: string }));
const onTable = (call: (table: KTable<string, string | null>) => unknown) => (builder: StreamsBuilder) =>
  call(builder.table("in", { value: string }));

const name = "it";

test.each<[string, Readonly<Record<string, unknown>>, (builder: StreamsBuilder) => unknown]>([
  ["filter", { predicate: "isLong" }, onStream((s) => s.filter(isLong, { name }))],
  ["filterNot", { predicate: "isLong" }, onStream((s) => s.filterNot(isLong, { name }))],
  ["selectKey", { mapper: "first" }, onStream((s) => s.selectKey(first, { name }))],
  ["map", { mapper: "swap" }, onStream((s) => s.map(swap, { name }))],
  ["mapValues", { mapper: "length" }, onStream((s) => s.mapValues(length, { name }))],
  ["mapValues", { mapper: "anonymous" }, onStream((s) => s.mapValues((value) => value, { name }))],
  [
    "flatMap",
    { mapper: "flatten" },
    onStream((s) =>
      s.flatMap(
        function flatten() {
          return [];
        },
        { name },
      ),
    ),
  ],
  ["flatMapValues", { mapper: "letters" }, onStream((s) => s.flatMapValues(letters, { name }))],
  ["peek", { action: "log" }, onStream((s) => s.peek(log, { name }))],
  ["foreach", { action: "log" }, onStream((s) => s.foreach(log, { name }))],
  ["merge", {}, onStream((s) => s.merge(s.filter(isLong), { name }))],
  ["toTable", { store: "st", sendOldValues: false }, onStream((s) => s.toTable({ name, as: "st" }))],
  ["toTable", { sendOldValues: false }, onStream((s) => s.toTable({ name }))],
  [
    "join",
    { join: "inner", joiner: "longer", stores: "users" },
    (b) => {
      const users = b.table("users", { as: "users", value: string });
      return b.stream("in", { value: string }).join(users, longer, { name });
    },
  ],
  [
    "leftJoin",
    { join: "left", joiner: "longer", stores: "users" },
    (b) => {
      const users = b.table("users", { as: "users", value: string });
      return b.stream("in", { value: string }).leftJoin(users, longer, { name });
    },
  ],
  [
    "count",
    { store: "st", initializer: "zero", aggregator: "addOne", sendOldValues: false },
    onStream((s) => s.groupByKey().count({ name, as: "st" })),
  ],
  [
    "reduce",
    { store: "st", reducer: "concat", sendOldValues: false },
    onStream((s) => s.groupByKey().reduce(concat, { name, ...as })),
  ],
  [
    "aggregate",
    { store: "st", initializer: "empty", aggregator: "concat", sendOldValues: true },
    onStream((s) =>
      s
        .groupByKey()
        .aggregate(empty, concat, { name, ...as })
        .filter(isLong),
    ),
  ],
  [
    "count",
    { store: "st", ...hopping, initializer: "zero", aggregator: "addOne", sendOldValues: false },
    onStream((s) => s.groupByKey().windowedBy(windows).count({ name, as: "st" })),
  ],
  [
    "reduce",
    { store: "st", ...hopping, reducer: "concat", sendOldValues: false },
    onStream((s) =>
      s
        .groupByKey()
        .windowedBy(windows)
        .reduce(concat, { name, ...as }),
    ),
  ],
  [
    "aggregate",
    { store: "st", ...hopping, initializer: "empty", aggregator: "concat", sendOldValues: false },
    onStream((s) =>
      s
        .groupByKey()
        .windowedBy(windows)
        .aggregate(empty, concat, { name, ...as }),
    ),
  ],
  ["filter", { predicate: "isLong", sendOldValues: false }, onTable((t) => t.filter(isLong, { name }))],
  [
    "filterNot",
    { predicate: "isLong", store: "st", sendOldValues: false },
    onTable((t) => t.filterNot(isLong, { name, as: "st" })),
  ],
  ["mapValues", { mapper: "length", sendOldValues: false }, onTable((t) => t.mapValues(length, { name }))],
  ["toStream", {}, onTable((t) => t.toStream({ name }))],
  ["groupBy", { mapper: "swap", keySerde: "string" }, onTable((t) => t.groupBy(swap, { name, key: string }).count())],
  [
    "count",
    { store: "st", initializer: "zero", adder: "addOne", subtractor: "subtractOne", sendOldValues: false },
    onTable((t) => t.groupBy(swap).count({ name, as: "st" })),
  ],
  [
    "reduce",
    { store: "st", adder: "concat", subtractor: "without", sendOldValues: false },
    onTable((t) => t.groupBy(swap).reduce(concat, without, { name, ...as })),
  ],
  [
    "aggregate",
    { store: "st", initializer: "empty", adder: "concat", subtractor: "without", sendOldValues: false },
    onTable((t) => t.groupBy(swap).aggregate(empty, concat, without, { name, ...as })),
  ],
])("%s is explained with its settings: %j", (call, settings, program) => {
  const found = explained(program);
  expect(found).toMatchObject({ kind: "processor", call });
  expect(found.settings).toEqual(settings);
});

test("an explanation can be written as JSON", () => {
  const builder = new StreamsBuilder();
  builder
    .stream("in", { value: string })
    .groupBy(first)
    .windowedBy(windows)
    .count()
    .toStream()
    .to((count) => `out-${count}`);
  const explanation = explain(builder.build());
  expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
});
