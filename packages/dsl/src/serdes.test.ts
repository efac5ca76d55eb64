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
import type { KStream } from "./kstream.ts";
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
    ["merge", [null, null], (s) => s.merge(s)],
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
      "groupByKey with any options",
      [null, null],
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
    expect(behind((s) => s.groupByKey({}).windowedBy(windows).count().toStream())).toEqual([null, "int64"]);
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

  test("of toTable with options of a store are not the stream's", () => {
    expect(serdesOf(store((s) => s.toTable({ as: "st" })))).toEqual([null, null]);
    expect(serdesOf(store((s) => s.toTable({ as: "st", value: string })))).toEqual([null, "string"]);
  });
});

test("a repartition topic takes the stream's value serde, but not its key serde", () => {
  const { nodes } = build((stream) => stream.repartition({ name: "r" }));
  expect(
    nodes.filter(({ name }) => name.startsWith("r-") && !name.endsWith("filter")).map((node) => serdesOf(node as SinkNode)),
  ).toEqual([
    [null, "string"],
    [null, "string"],
  ]);
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
