import * as fc from "fast-check";
import { expect, test } from "vitest";
import { NotCopartitionedError, UnknownPartitionsError } from "./errors.ts";
import { plan, type Plan } from "./plan.ts";
import { resolvePartitions } from "./resolve-partitions.ts";
import { keyValueStore, processor, sink, source, topologyOf } from "./test-topology.ts";

/** Streams of topics a and b, repartitioned; the first joined with a table of topic t. */
function joinPlan(partitions: number | null): Plan {
  const nodes = [
    source("a-source", "a"),
    source("b-source", "b"),
    sink("r-sink", "r", "a-source", "b-source"),
    source("r-source", "r"),
    source("t-source", "t"),
    processor("table", ["t-source"], ["st"]),
    processor("join", ["r-source"], ["st"]),
  ];
  const topology = topologyOf(nodes, {
    stores: [keyValueStore("st")],
    repartitionTopics: [{ name: "r", partitions }],
    copartitionGroups: [["r-source", "t-source"]],
  });
  return plan(topology, "app");
}

/** A chain of repartition topics: the first fed by topic a, each later one by the one before. */
function chainPlan(length: number, given: ReadonlyMap<number, number>): Plan {
  const nodes = [source("s0", "a")];
  const all = [
    ...nodes,
    ...Array.from({ length }, (_, i) => [sink(`k${i}`, `r${i}`, `s${i}`), source(`s${i + 1}`, `r${i}`)]).flat(),
  ];
  const repartitionTopics = Array.from({ length }, (_, i) => ({ name: `r${i}`, partitions: given.get(i) ?? null }));
  return plan(topologyOf(all, { repartitionTopics }), "app");
}

test("a joined repartition topic takes the table's partitions", () => {
  const { partitionCounts, tasks } = resolvePartitions(
    joinPlan(null),
    new Map([
      ["a", 5],
      ["b", 2],
      ["t", 3],
    ]),
  );
  expect(partitionCounts.get("app-r")).toBe(3);
  expect(partitionCounts.get("app-st-changelog")).toBe(3);
  expect(tasks.map(({ id, sourceTopics }) => `${id}: ${sourceTopics.join(" ")}`)).toEqual([
    "0_0: a b",
    "0_1: a b",
    "0_2: a",
    "0_3: a",
    "0_4: a",
    "1_0: app-r t",
    "1_1: app-r t",
    "1_2: app-r t",
  ]);
});

test("a given count that does not fit the table is refused with all counts", () => {
  const external = new Map([
    ["a", 5],
    ["b", 2],
    ["t", 3],
  ]);
  expect(() => resolvePartitions(joinPlan(4), external)).toThrow(NotCopartitionedError);
  expect(() => resolvePartitions(joinPlan(4), external)).toThrow('"app-r" has 4, "t" has 3');
  expect(resolvePartitions(joinPlan(3), external).partitionCounts.get("app-r")).toBe(3);
});

test("joined topics that others own need equal counts", () => {
  const nodes = [source("x", "x"), source("y", "y"), processor("p", ["x", "y"])];
  const joined = plan(topologyOf(nodes, { copartitionGroups: [["x", "y"]] }), "app");
  expect(() =>
    resolvePartitions(
      joined,
      new Map([
        ["x", 1],
        ["y", 2],
      ]),
    ),
  ).toThrow(expect.objectContaining({ code: "STREAMS_NOT_COPARTITIONED" }));
  expect(
    resolvePartitions(
      joined,
      new Map([
        ["x", 2],
        ["y", 2],
      ]),
    ).tasks,
  ).toHaveLength(2);
});

test("joined repartition topics take a given count, or the largest", () => {
  const joined = (given: number | null): Plan =>
    plan(
      topologyOf(
        [
          source("a", "a"),
          source("b", "b"),
          sink("ka", "ra", "a"),
          sink("kb", "rb", "b"),
          source("sa", "ra"),
          source("sb", "rb"),
          processor("p", ["sa", "sb"]),
        ],
        {
          repartitionTopics: [
            { name: "ra", partitions: given },
            { name: "rb", partitions: null },
          ],
          copartitionGroups: [["sa", "sb"]],
        },
      ),
      "app",
    );
  const external = new Map([
    ["a", 2],
    ["b", 7],
  ]);
  expect(resolvePartitions(joined(null), external).partitionCounts.get("app-ra")).toBe(7);
  expect(resolvePartitions(joined(4), external).partitionCounts.get("app-rb")).toBe(4);
});

test("along a chain of repartitions each topic has the last given count before it", () => {
  const given = fc.dictionary(fc.integer({ min: 0, max: 7 }).map(String), fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), given, fc.integer({ min: 1, max: 9 }), (length, counts, first) => {
      const byIndex = new Map(Object.entries(counts).map(([index, count]) => [Number(index), count]));
      const { partitionCounts } = resolvePartitions(chainPlan(length, byIndex), new Map([["a", first]]));
      let expected = first;
      for (let i = 0; i < length; i += 1) {
        expected = byIndex.get(i) ?? expected;
        expect(partitionCounts.get(`app-r${i}`)).toBe(expected);
      }
    }),
  );
});

test("missing topics and circles are named", () => {
  expect(() => resolvePartitions(joinPlan(null), new Map([["a", 1]]))).toThrow(UnknownPartitionsError);
  expect(() => resolvePartitions(joinPlan(null), new Map([["a", 1]]))).toThrow('"b", "t"');
  const circle = plan(
    topologyOf([source("s", "r"), sink("k", "r", "s")], { repartitionTopics: [{ name: "r", partitions: null }] }),
    "app",
  );
  expect(() => resolvePartitions(circle, new Map())).toThrow('"app-r"');
});
