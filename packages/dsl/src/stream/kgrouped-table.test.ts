import { describe, expect, expectTypeOf, test } from "vitest";
import { describe as describeTopology, int64, plan, string, TopologyError } from "@millrace/core";
import { StreamsBuilder, type KTable } from "../index.ts";

const rows = { key: string, value: string };
const byGroup = (value: string): { key: string; value: string } => ({ key: value[0]!, value: value.slice(1) });

test("names and indices are those of Java", () => {
  const builder = new StreamsBuilder();
  builder.table("tin", rows).groupBy(byGroup).count().toStream().to("out");
  // As Java has it: the conformance scenario grouping-aggregation/ktable-group-count.
  expect(describeTopology(builder.build())).toContain(
    [
      "    Processor: KTABLE-SELECT-0000000003 (stores: [])",
      "      --> KSTREAM-SINK-0000000005",
      "      <-- KTABLE-SOURCE-0000000002",
      "    Sink: KSTREAM-SINK-0000000005 (topic: KTABLE-AGGREGATE-STATE-STORE-0000000004-repartition)",
      "      <-- KTABLE-SELECT-0000000003",
      "",
      "  Sub-topology: 1",
      "    Source: KSTREAM-SOURCE-0000000006 (topics: [KTABLE-AGGREGATE-STATE-STORE-0000000004-repartition])",
      "      --> KTABLE-AGGREGATE-0000000007",
    ].join("\n"),
  );
});

test("a name of the aggregation names its sink and its source, one of the group the topic, which is then shared", () => {
  const builder = new StreamsBuilder();
  const groups = builder.table("tin", rows).groupBy(byGroup, { name: "groups" });
  groups.count({ name: "counted" });
  groups.reduce(
    (a, b) => a + b,
    (a) => a,
    { name: "reduced" },
  );
  const topology = builder.build();
  expect(topology.nodes.map(({ name }) => name)).toEqual([
    "KSTREAM-SOURCE-0000000001",
    "KTABLE-SOURCE-0000000002",
    "groups",
    "counted-sink",
    "counted-source",
    "counted",
    "reduced",
  ]);
  expect([...plan(topology, "app").repartitionTopics.keys()]).toEqual(["app-groups-repartition"]);
});

test("the table is kept in a store, to know its old values, and so is the one that a view is made of", () => {
  const builder = new StreamsBuilder();
  builder
    .table("tin", rows)
    .mapValues((value) => value)
    .groupBy(byGroup)
    .count({ as: "counts" });
  expect(builder.build().stores.map(({ name }) => name)).toEqual(["tin-STATE-STORE-0000000000", "counts"]);
});

test("a name that is none is refused", () => {
  const groups = new StreamsBuilder().table("tin", rows).groupBy(byGroup);
  expect(() => groups.count({ name: "a b" })).toThrow(TopologyError);
});

describe("types", () => {
  test("follow the mapper, and hold null where an aggregator may give it", () => {
    const groups = new StreamsBuilder().table("tin", rows).groupBy((value) => ({ key: value.length, value }));
    expectTypeOf(groups.count()).toEqualTypeOf<KTable<number, number>>();
    expectTypeOf(
      groups.aggregate(
        () => 0,
        (total, value) => total + value.length,
        () => null,
        { value: int64 },
      ),
    ).toExtend<KTable<number, number | null>>();
  });
});
