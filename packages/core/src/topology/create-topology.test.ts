import { expect, test } from "vitest";
import { createTopology } from "./create-topology.ts";
import { NotCopartitionedError, TopologyError } from "./errors.ts";
import { keyValueStore, processor, sink, source, topologyOf } from "./test-topology.ts";
import type { Topology } from "./topology.ts";

test.each<[string, Topology, string]>([
  ["two nodes of one name", topologyOf([source("a", "x"), processor("a", ["a"])]), 'Two nodes are named "a"'],
  [
    "a topic read by two sources",
    topologyOf([source("a", "x"), source("b", "y", "x")]),
    'Topic "x" is read by two sources, "a" and "b"',
  ],
  ["a source without topics", topologyOf([source("a")]), 'Source "a" has no topics'],
  ["a processor without parents", topologyOf([processor("p", [])]), 'Node "p" has no parent'],
  [
    "a parent that is not there",
    topologyOf([processor("p", ["q"])]),
    'Node "p" names a parent "q", which was not added before it',
  ],
  [
    "a node that is its own parent",
    topologyOf([processor("p", ["p"])]),
    'Node "p" names a parent "p", which was not added before it',
  ],
  [
    "a sink as parent",
    topologyOf([source("a", "x"), sink("s", "out", "a"), processor("p", ["s"])]),
    'Node "p" has a sink as parent, "s"',
  ],
  ["a store that is not there", topologyOf([source("a", "x"), processor("p", ["a"], ["st"])]), 'Processor "p" uses a store "st"'],
  [
    "two stores of one name",
    topologyOf([source("a", "x")], { stores: [keyValueStore("st"), keyValueStore("st", { logging: false })] }),
    'Two stores are named "st"',
  ],
])("%s is refused", (_, topology, message) => {
  expect(() => createTopology(topology)).toThrow(TopologyError);
  expect(() => createTopology(topology)).toThrow(message);
  expect(() => createTopology(topology)).toThrow(expect.objectContaining({ code: "STREAMS_INVALID_TOPOLOGY", retriable: false }));
});

test("a topology is frozen, and later changes of what it was made of do not reach it", () => {
  const nodes = [source("a", "x")];
  const topology = createTopology(topologyOf(nodes));
  nodes.push(source("b", "y"));
  expect(topology.nodes.map(({ name }) => name)).toEqual(["a"]);
  expect(Object.isFrozen(topology) && Object.isFrozen(topology.nodes) && Object.isFrozen(topology.nodes[0])).toBe(true);
});

test("joined repartition topics with different given counts are refused before any cluster is asked", () => {
  const nodes = [source("a", "r1"), source("b", "r2"), processor("p", ["a", "b"])];
  const joined = (one: number | null, other: number | null): Topology =>
    topologyOf(nodes, {
      repartitionTopics: [
        { name: "r1", partitions: one },
        { name: "r2", partitions: other },
      ],
      copartitionGroups: [["a", "b"]],
    });
  expect(() => createTopology(joined(2, 3))).toThrow(NotCopartitionedError);
  expect(() => createTopology(joined(2, 3))).toThrow('"r1" has 2, "r2" has 3');
  expect(() => createTopology(joined(2, 2))).not.toThrow();
  expect(() => createTopology(joined(2, null))).not.toThrow();
});
