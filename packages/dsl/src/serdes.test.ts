import {
  int32,
  int64,
  json,
  string,
  windowed,
  type Serde,
  type SinkNode,
  type StoreSpec,
  type Topology,
  type WindowedSerde,
} from "@millrace/core";
import { describe, expect, test } from "vitest";
import type { KStream } from "./stream/kstream.ts";
import type { KTable } from "./stream/ktable.ts";
import { StreamsBuilder } from "./streams-builder.ts";
import { TimeWindows } from "./time-windows.ts";
import { topic } from "./topic.ts";

type Serdes = [key: string | null, value: string | null];
const input = { key: int32, value: string };

function build(program: (stream: KStream<number, string>, builder: StreamsBuilder) => void): Topology {
  const builder = new StreamsBuilder();
  program(builder.stream("in", input), builder);
  return builder.build();
}

/** Serdes of the sink behind an operator. */
function behind(operator: (stream: KStream<number, string>, builder: StreamsBuilder) => KStream<any, unknown>): Serdes {
  const { nodes } = build((stream, builder) => operator(stream, builder).to("out"));
  return serdesOf(nodes.find((node): node is SinkNode => node.kind === "sink" && node.topic === "out")!);
}

function store(program: (stream: KStream<number, string>) => void): StoreSpec {
  return build((stream) => program(stream)).stores[0]!;
}

function serdesOf({ keySerde, valueSerde }: { keySerde: Serde<unknown> | null; valueSerde: Serde<unknown> | null }): Serdes {
  return [keySerde?.name ?? null, valueSerde?.name ?? null];
}

describe("a stream knows its serdes", () => {
  test.each<[string, Serdes, (stream: KStream<number, string>, builder: StreamsBuilder) => KStream<any, unknown>]>([
    ["filter", ["int32", "string"], (s) => s.filter(() => true)],
    ["peek", ["int32", "string"], (s) => s.peek(() => {})],
    ["mapValues", ["int32", null], (s) => s.mapValues((value) => value)],
    ["flatMapValues", ["int32", null], (s) => s.flatMapValues((value) => [value])],
    ["selectKey", [null, "string"], (s) => s.selectKey((value) => value)],
    ["map", [null, null], (s) => s.map((value, key) => ({ key, value }))],
    ["flatMap", [null, null], (s) => s.flatMap((value, key) => [{ key, value }])],
    ["merge of streams with the same serdes", ["int32", "string"], (s) => s.merge(s.filter(() => true))],
    ["merge of streams with others", ["int32", null], (s) => s.merge(s.mapValues((value) => value))],
    ["repartition", ["int32", "string"], (s) => s.repartition()],
    ["toTable and toStream", ["int32", "string"], (s) => s.toTable().toStream()],
    ["toTable with serdes", ["json", "string"], (s) => s.toTable({ key: json() }).toStream()],
    ["count", ["int32", "int64"], (s) => s.groupByKey().count().toStream()],
    [
      "reduce",
      ["int32", "string"],
      (s) =>
        s
          .groupByKey()
          .reduce((a) => a)
          .toStream(),
    ],
    [
      "aggregate",
      ["int32", null],
      (s) =>
        s
          .groupByKey()
          .aggregate(
            () => "",
            (a) => a,
          )
          .toStream(),
    ],
    [
      "groupBy",
      [null, "string"],
      (s) =>
        s
          .groupBy((value) => value)
          .reduce((a) => a)
          .toStream(),
    ],
    [
      "groupByKey with a name",
      ["int32", "string"],
      (s) =>
        s
          .groupByKey({ name: "g" })
          .reduce((a) => a)
          .toStream(),
    ],
    ["join", ["int32", null], (s, b) => s.join(b.table<number, string>("t"), (left) => left)],
    ["join with serdes", ["json", null], (s, b) => s.join(b.table<number, string>("t"), (left) => left, { key: json() })],
    [
      "a table's filter",
      ["int32", "string"],
      (s) =>
        s
          .toTable()
          .filter(() => true)
          .toStream(),
    ],
    [
      "a table's mapValues",
      ["int32", null],
      (s) =>
        s
          .toTable()
          .mapValues((value) => value)
          .toStream(),
    ],
  ])("behind %s: %j", (_, expected, operator) => {
    expect(behind(operator)).toEqual(expected);
  });

  test("of windows by key, if it knows that of the key", () => {
    const windows = TimeWindows.of({ size: "10s", grace: 0 });
    const { nodes } = build((stream) => stream.groupByKey().windowedBy(windows).count().toStream().to("out"));
    const keySerde = nodes.find((node): node is SinkNode => node.kind === "sink")!.keySerde as WindowedSerde<unknown>;
    expect([keySerde.name, keySerde.windowSizeMs]).toEqual([windowed(int32, 10_000).name, 10_000]);
    expect(
      behind((s) =>
        s
          .selectKey((value) => value)
          .groupByKey()
          .windowedBy(windows)
          .count()
          .toStream(),
      ),
    ).toEqual([null, "int64"]);
  });
});

describe("a sink's serdes", () => {
  test("are its own, else those of the declared topic, else the stream's", () => {
    const sinkOf = (program: (stream: KStream<number, string>) => void): Serdes =>
      serdesOf(build(program).nodes.find((node): node is SinkNode => node.kind === "sink")!);
    expect(sinkOf((s) => s.to("out"))).toEqual(["int32", "string"]);
    expect(sinkOf((s) => s.to(topic("out", { key: int64, value: json() })))).toEqual(["int64", "json"]);
    expect(sinkOf((s) => s.to(topic("out", { key: int64, value: json() }), { key: int32 }))).toEqual(["int32", "json"]);
  });
});

describe("a store's serdes", () => {
  test("are its own, else the group's", () => {
    expect(serdesOf(store((s) => s.groupByKey().count()))).toEqual(["int32", "int64"]);
    expect(serdesOf(store((s) => s.groupByKey().count({ as: "st" })))).toEqual(["int32", "int64"]);
    expect(
      serdesOf(
        store((s) =>
          s.groupByKey().aggregate(
            () => 0,
            (a) => a,
            { key: int64, value: int32 },
          ),
        ),
      ),
    ).toEqual(["int64", "int32"]);
  });

  test("of a windowed table know the key without its window", () => {
    const windows = TimeWindows.of({ size: "10s", grace: 0 });
    expect(serdesOf(store((s) => s.groupByKey().windowedBy(windows).count()))).toEqual(["int32", "int64"]);
  });

  test("of toTable are the stream's, unlike in Java", () => {
    expect(serdesOf(store((s) => s.toTable({ as: "st" })))).toEqual(["int32", "string"]);
    expect(serdesOf(store((s) => s.toTable({ as: "st", value: json<string>() })))).toEqual(["int32", "json"]);
  });

  test("of a table's filter are the table's, of its mapValues those of the keys", () => {
    const last = (program: (stream: KStream<number, string>) => void): StoreSpec =>
      build((stream) => program(stream)).stores.at(-1)!;
    expect(serdesOf(last((s) => s.toTable().filter(() => true, { as: "st" })))).toEqual(["int32", "string"]);
    expect(serdesOf(last((s) => s.toTable().mapValues((value) => value, { as: "st" })))).toEqual(["int32", null]);
  });
});

/** Names of the serdes of all nodes and stores, in their order. */
function allSerdes(program: (stream: KStream<number, string>, builder: StreamsBuilder) => void): Serdes[] {
  const { nodes, stores } = build(program);
  return [...nodes.filter((node) => node.kind !== "processor"), ...stores].map((one) => serdesOf(one as SinkNode));
}

type Named = { readonly name?: string };
const rekeyed = (s: KStream<number, string>): KStream<number, string> => s.selectKey((_, key) => key);
const windows = TimeWindows.of({ size: "10s", grace: 0 });
const table = (b: StreamsBuilder): KTable<number, string | null> => b.table("t", input);

test.each<[string, (stream: KStream<number, string>, options: Named, builder: StreamsBuilder) => void]>([
  ["filter", (s, o) => s.filter(() => true, o).to("out")],
  ["filterNot", (s, o) => s.filterNot(() => true, o).to("out")],
  ["peek", (s, o) => s.peek(() => {}, o).to("out")],
  ["selectKey", (s, o) => s.selectKey((_, key) => key, o).to("out")],
  ["map", (s, o) => s.map((value, key) => ({ key, value }), o).to("out")],
  ["mapValues", (s, o) => s.mapValues((value) => value, o).to("out")],
  ["flatMap", (s, o) => s.flatMap((value, key) => [{ key, value }], o).to("out")],
  ["flatMapValues", (s, o) => s.flatMapValues((value) => [value], o).to("out")],
  [
    "merge",
    (s, o) =>
      s
        .merge(
          s.filter(() => true),
          o,
        )
        .to("out"),
  ],
  ["repartition", (s, o) => s.repartition(o).to("out")],
  ["to", (s, o) => s.to("out", o)],
  ["toTable", (s, o) => s.toTable(o).toStream().to("out")],
  ["toTable of changed keys", (s, o) => rekeyed(s).toTable(o).toStream().to("out")],
  [
    "groupByKey",
    (s, o) =>
      s
        .groupByKey(o)
        .reduce((a) => a)
        .toStream()
        .to("out"),
  ],
  [
    "groupByKey of changed keys",
    (s, o) =>
      rekeyed(s)
        .groupByKey(o)
        .reduce((a) => a)
        .toStream()
        .to("out"),
  ],
  [
    "groupByKey of changed values",
    (s, o) =>
      s
        .mapValues((value) => value)
        .groupByKey(o)
        .reduce((a) => a)
        .toStream()
        .to("out"),
  ],
  [
    "groupBy",
    (s, o) =>
      s
        .groupBy((_, key) => key, o)
        .reduce((a) => a)
        .toStream()
        .to("out"),
  ],
  ["count", (s, o) => s.groupByKey().count(o).toStream().to("out")],
  [
    "reduce",
    (s, o) =>
      s
        .groupByKey()
        .reduce((a) => a, o)
        .toStream()
        .to("out"),
  ],
  [
    "aggregate",
    (s, o) =>
      s
        .groupByKey()
        .aggregate(
          () => "",
          (a) => a,
          o,
        )
        .toStream()
        .to("out"),
  ],
  ["windowed count", (s, o) => s.groupByKey().windowedBy(windows).count(o).toStream().to("out")],
  [
    "windowed reduce",
    (s, o) =>
      s
        .groupByKey()
        .windowedBy(windows)
        .reduce((a) => a, o)
        .toStream()
        .to("out"),
  ],
  ["join", (s, o, b) => s.join(table(b), (left) => left, o).to("out")],
  [
    "join of changed keys",
    (s, o, b) =>
      rekeyed(s)
        .join(table(b), (left) => left, o)
        .to("out"),
  ],
  ["leftJoin", (s, o, b) => s.leftJoin(table(b), (left) => left, o).to("out")],
  [
    "table.filter",
    (_, o, b) =>
      table(b)
        .filter(() => true, { ...o, as: "st" })
        .toStream()
        .to("out"),
  ],
  [
    "table.mapValues",
    (_, o, b) =>
      table(b)
        .mapValues((value) => value, { ...o, as: "st" })
        .toStream()
        .to("out"),
  ],
  ["table.toStream", (_, o, b) => table(b).toStream(o).to("out")],
  [
    "table.groupBy",
    (_, o, b) =>
      table(b)
        .groupBy((value, key) => ({ key, value }), o)
        .reduce(
          (a) => a,
          (a) => a,
        )
        .toStream()
        .to("out"),
  ],
  ["stream", (_, o, b) => b.stream("in2", { ...input, ...o }).to("out")],
  [
    "table",
    (_, o, b) =>
      b
        .table("t", { ...input, ...o, as: "st" })
        .toStream()
        .to("out"),
  ],
])("a name changes no serde: %s", (_, program) => {
  const of = (options: Named): Serdes[] => allSerdes((stream, builder) => program(stream, options, builder));
  expect(of({ name: "given" })).toEqual(of({}));
});

test("a repartition topic has the stream's serdes, and a join's the table's key serde where the stream's is not known", () => {
  expect(allSerdes((s) => s.repartition({ name: "r" })).slice(1)).toEqual([
    ["int32", "string"],
    ["int32", "string"],
  ]);
  const join = allSerdes((s, b) => void rekeyed(s).join(table(b), (left) => left));
  expect(join).toContainEqual(["int32", "string"]);
  expect(join.filter(([key]) => key !== "int32")).toEqual([]);
});

test("nodes know the steps that made their keys and values", () => {
  const { nodes } = build((s) =>
    s
      .mapValues((value) => value, { name: "trim" })
      .groupBy((value) => value)
      .count(),
  );
  const sink = nodes.find(({ kind }) => kind === "sink")!;
  expect(sink.origin).toEqual({
    call: "groupBy",
    keysFrom: 'groupBy "KSTREAM-KEY-SELECT-0000000002"',
    valuesFrom: 'mapValues "trim"',
  });
  expect(nodes.every(({ origin }) => origin !== undefined)).toBe(true);
});

test("a table's source and store have the same serdes", () => {
  const builder = new StreamsBuilder();
  builder.table(topic("t", { key: int32, value: string }), { as: "st" });
  const { nodes, stores } = builder.build();
  expect([serdesOf(nodes[0] as SinkNode), serdesOf(stores[0]!)]).toEqual([
    ["int32", "string"],
    ["int32", "string"],
  ]);
});
