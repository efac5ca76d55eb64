import { int64, string, TopologyError, type Topology } from "@millrace/core";
import { describe, expect, test } from "vitest";
import type { KStream } from "./stream/kstream.ts";
import type { KTable } from "./stream/ktable.ts";
import { StreamsBuilder } from "./streams-builder.ts";
import { TimeWindows } from "./time-windows.ts";

function build(program: (builder: StreamsBuilder) => void): Topology {
  const builder = new StreamsBuilder();
  program(builder);
  return builder.build();
}

function names(program: (builder: StreamsBuilder) => void): string[] {
  return build(program).nodes.map(({ name }) => name.replace(/-000000(?=\d{4}$)/, "-"));
}

function storeNames(program: (builder: StreamsBuilder) => void): string[] {
  return build(program).stores.map(({ name }) => name.replace(/-000000(?=\d{4}$)/, "-"));
}

describe("a name that is given", () => {
  test("consumes the index of the one it replaces", () => {
    const program = (name?: string): string[] =>
      names((builder) => {
        builder
          .stream("in")
          .filter(() => true, name === undefined ? {} : { name })
          .peek(() => {})
          .to("out");
      });
    expect(program()).toEqual(["KSTREAM-SOURCE-0000", "KSTREAM-FILTER-0001", "KSTREAM-PEEK-0002", "KSTREAM-SINK-0003"]);
    expect(program("mine")).toEqual(["KSTREAM-SOURCE-0000", "mine", "KSTREAM-PEEK-0002", "KSTREAM-SINK-0003"]);
  });

  test.each(["", ".", "..", "a b", "ä", "a/b", "x".repeat(250)])("cannot be %j", (name) => {
    const stream = new StreamsBuilder().stream("in");
    expect(() => stream.filter(() => true, { name })).toThrow(TopologyError);
    expect(() => stream.groupByKey().count({ as: name })).toThrow(TopologyError);
    expect(() => stream.groupByKey({ name })).toThrow(TopologyError);
    expect(() => stream.repartition({ name })).toThrow(TopologyError);
  });

  test("of a table names its processor, and with -source behind it its source", () => {
    expect(names((builder) => builder.table("t", { name: "users" }))).toEqual(["users-source", "users"]);
    expect(names((builder) => builder.table("t"))).toEqual(["KSTREAM-SOURCE-0001", "KTABLE-SOURCE-0002"]);
    expect(names((builder) => builder.table("t", { as: "st" }))).toEqual(["KSTREAM-SOURCE-0000", "KTABLE-SOURCE-0001"]);
  });

  test("twice is refused when the topology is built", () => {
    const program = (builder: StreamsBuilder): void => {
      const stream = builder.stream("in");
      stream.peek(() => {}, { name: "twice" });
      stream.peek(() => {}, { name: "twice" });
    };
    expect(() => build(program)).toThrow('Two nodes are named "twice"');
  });
});

describe("a store's name", () => {
  const counted = (count: (builder: StreamsBuilder) => void): [string[], string[]] => [names(count).slice(1), storeNames(count)];
  const grouped = (builder: StreamsBuilder) => builder.stream("in").groupByKey();

  test("is generated before the processor's", () => {
    expect(counted((builder) => grouped(builder).count())).toEqual([
      ["KSTREAM-AGGREGATE-0002"],
      ["KSTREAM-AGGREGATE-STATE-STORE-0001"],
    ]);
    expect(counted((builder) => grouped(builder).reduce((a) => a))).toEqual([
      ["KSTREAM-REDUCE-0002"],
      ["KSTREAM-REDUCE-STATE-STORE-0001"],
    ]);
  });

  test("that is given leaves its index to the processor", () => {
    expect(counted((builder) => grouped(builder).count({ as: "st" }))).toEqual([["KSTREAM-AGGREGATE-0001"], ["st"]]);
    expect(counted((builder) => grouped(builder).count({ as: "st", name: "n" }))).toEqual([["n"], ["st"]]);
  });

  test("is not consumed by a name of the processor alone", () => {
    expect(counted((builder) => grouped(builder).count({ name: "n" }))).toEqual([["n"], ["KSTREAM-AGGREGATE-STATE-STORE-0001"]]);
  });

  test.each([
    { key: string },
    { key: null },
    { value: int64 },
    { caching: false },
    { logging: false },
    { engine: "memory" as const },
  ])("costs count() a second index where other options of a store are given: %j", (options) => {
    const twice = [["KSTREAM-AGGREGATE-0003"], ["KSTREAM-AGGREGATE-STATE-STORE-0002"]];
    expect(counted((builder) => grouped(builder).count(options))).toEqual(twice);
    const windows = TimeWindows.of({ size: "1s", grace: 0 });
    expect(counted((builder) => grouped(builder).windowedBy(windows).count(options))).toEqual(twice);
    // Other aggregations have no such past.
    const once = [["KSTREAM-REDUCE-0002"], ["KSTREAM-REDUCE-STATE-STORE-0001"]];
    const { value: _, ...others } = { value: null, ...options };
    expect(counted((builder) => grouped(builder).reduce((a) => a, others))).toEqual(once);
  });

  test("is consumed, but makes no store, where a table's filter has other options of a store", () => {
    const program = (builder: StreamsBuilder): void => {
      builder.table("t", { as: "st" }).filter(() => true, { caching: false });
    };
    expect(names(program)).toEqual(["KSTREAM-SOURCE-0000", "KTABLE-SOURCE-0001", "KTABLE-FILTER-0003"]);
    expect(storeNames(program)).toEqual(["st"]);
  });
});

describe("a repartition", () => {
  const topics = (program: (builder: StreamsBuilder) => void): string[] =>
    build(program).repartitionTopics.map(({ name }) => name);
  const rekeyed = (builder: StreamsBuilder): KStream<unknown, unknown> => builder.stream("in").selectKey((value) => value);

  test("has generated names if its topic has, else names made of the topic's", () => {
    expect(names((builder) => rekeyed(builder).repartition())).toEqual([
      "KSTREAM-SOURCE-0000",
      "KSTREAM-KEY-SELECT-0001",
      "KSTREAM-FILTER-0004",
      "KSTREAM-SINK-0003",
      "KSTREAM-SOURCE-0005",
    ]);
    expect(names((builder) => rekeyed(builder).repartition({ name: "r" })).slice(2)).toEqual([
      "r-repartition-filter",
      "r-repartition-sink",
      "r-repartition-source",
    ]);
  });

  test("is named after the group, or else the store", () => {
    expect(topics((builder) => rekeyed(builder).groupByKey({ name: "g" }).count({ as: "st" }))).toEqual(["g-repartition"]);
    expect(topics((builder) => rekeyed(builder).groupByKey().count({ as: "st" }))).toEqual(["st-repartition"]);
    expect(topics((builder) => rekeyed(builder).toTable({ name: "tt" }))).toEqual(["tt-repartition"]);
  });

  test("is shared by the aggregations of a named group, and not by those of another", () => {
    const both = (name?: string): string[] =>
      topics((builder) => {
        const group = rekeyed(builder).groupByKey(name === undefined ? undefined : { name });
        group.count({ as: "a" });
        group.reduce((a) => a, { as: "b" });
      });
    expect(both("g")).toEqual(["g-repartition"]);
    expect(both()).toEqual(["a-repartition", "b-repartition"]);
  });

  test("is shared by the unnamed joins of a stream", () => {
    const joined = (...joinNames: (string | undefined)[]): string[] =>
      topics((builder) => {
        const table: KTable<unknown, unknown> = builder.table<unknown, unknown>("t");
        const stream = rekeyed(builder);
        for (const name of joinNames) stream.join(table, (left) => left, name === undefined ? {} : { name });
      });
    expect(joined(undefined, undefined)).toHaveLength(1);
    expect(joined("a", "b")).toEqual(["a-repartition", "b-repartition"]);
  });

  test("is not needed behind another", () => {
    expect(topics((builder) => rekeyed(builder).repartition({ name: "r" }).groupByKey().count())).toEqual(["r-repartition"]);
  });
});
