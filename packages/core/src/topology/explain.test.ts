import { expect, test } from "vitest";
import { filter } from "../operator/filter.ts";
import { string } from "../serde/string.ts";
import { createTopology } from "./create-topology.ts";
import { explain } from "./explain.ts";
import { keyValueStore, processor, sink, source, topologyOf, windowStore } from "./test-topology.ts";

const isLarge = (value: unknown): boolean => Number(value) > 10;

test("an explanation says all that nodes and stores say of themselves", () => {
  const stores = [keyValueStore("kv", { valueSerde: string }), windowStore("windows", 30, { "segment.ms": "1" })];
  const nodes = [
    { ...source("in", "a"), keySerde: string, reset: "latest" as const },
    { ...processor("large", ["in"]), operator: filter(isLarge, true) },
    processor("step", ["large"], ["kv", "windows"]),
    sink("out", "b", "step"),
  ];
  const repartitionTopics = [{ name: "b", partitions: 3 }];
  const topology = createTopology(topologyOf(nodes, { stores, repartitionTopics, copartitionGroups: [["in"]] }));
  expect(explain(topology)).toEqual({
    subtopologies: [
      {
        id: 0,
        nodes: [
          {
            kind: "source",
            name: "in",
            call: null,
            topics: ["a"],
            keySerde: "string",
            valueSerde: null,
            timestampExtractor: null,
            reset: "latest",
            dropsNullValues: false,
          },
          {
            kind: "processor",
            name: "large",
            call: null,
            parents: ["in"],
            operator: "filterNot",
            input: "stream",
            output: "stream",
            settings: { predicate: "isLarge" },
            stores: [],
          },
          {
            kind: "processor",
            name: "step",
            call: null,
            parents: ["large"],
            operator: "merge",
            input: "stream",
            output: "stream",
            settings: {},
            stores: ["kv", "windows"],
          },
          {
            kind: "sink",
            name: "out",
            call: null,
            parents: ["step"],
            topic: "b",
            topicExtractor: null,
            keySerde: null,
            valueSerde: null,
            partitioner: null,
          },
        ],
        stores: [
          { ...stores[0], keySerde: null, valueSerde: "string" },
          { ...stores[1], keySerde: null, valueSerde: null },
        ],
      },
    ],
    repartitionTopics,
    copartitionGroups: [["in"]],
  });
});

test("sub-topologies are those of describe(), each with its own stores", () => {
  const nodes = [source("a", "a"), source("b", "b"), processor("uses-b", ["b"], ["sb"]), processor("uses-a", ["a"], ["sa"])];
  const stores = [keyValueStore("sa"), keyValueStore("sb"), keyValueStore("unused")];
  const { subtopologies } = explain(createTopology(topologyOf(nodes, { stores })));
  const shown = subtopologies.map(({ id, nodes: own, stores: its }) => [
    id,
    own.map((one) => one.name),
    its.map((one) => one.name),
  ]);
  expect(shown).toEqual([
    [0, ["a", "uses-a"], ["sa"]],
    [1, ["b", "uses-b"], ["sb"]],
  ]);
});

test("functions are there by name, and those without one as such", () => {
  const byCountry = (): string => "x";
  const nodes = [
    { ...source("s", "a"), timestampExtractor: () => 1 },
    { ...sink("t", "unused", "s"), topic: byCountry, partitioner: Object.assign(() => null) },
  ];
  const [found] = explain(createTopology(topologyOf(nodes))).subtopologies;
  expect(found?.nodes).toMatchObject([
    { timestampExtractor: "timestampExtractor" },
    { topic: null, topicExtractor: "byCountry", partitioner: "anonymous" },
  ]);
});

test("a hand-made node of a kind that does not exist is refused", () => {
  const topology = topologyOf([{ ...source("s", "a"), kind: "filter", parents: [] } as never]);
  expect(() => explain(topology)).toThrow('kind "filter", which does not exist');
});
