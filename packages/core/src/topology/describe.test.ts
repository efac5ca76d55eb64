import { expect, test } from "vitest";
import { createTopology } from "./create-topology.ts";
import { describe } from "./describe.ts";
import { explain } from "./explain.ts";
import { keyValueStore, processor, sink, source, topologyOf } from "./test-topology.ts";

test.each([
  ["describe()", describe],
  ["explain()", explain],
])("%s refuses what is no topology, and says what to call on a builder", (call, show) => {
  expect(() => show(5 as never)).toThrow(`${call} needs a topology, but got the number 5.`);
  expect(() => show({ build: () => 1 } as never)).toThrow(/needs a topology.* Call build\(\) on it\.$/);
});

test("a topology without nodes has only the heading", () => {
  expect(describe(topologyOf([]))).toBe("Topologies:\n ");
});

test("a description names topics, stores, children and parents", () => {
  const topology = topologyOf([source("in", "a"), processor("step", ["in"], ["st"]), sink("out", "b", "step")], {
    stores: [keyValueStore("st")],
  });
  expect(describe(createTopology(topology))).toBe(`Topologies:
   Sub-topology: 0
    Source: in (topics: [a])
      --> step
    Processor: step (stores: [st])
      --> out
      <-- in
    Sink: out (topic: b)
      <-- step

`);
});

test("nodes that share only a store are one sub-topology, others are not", () => {
  const nodes = [
    source("s1", "a"),
    source("s2", "b"),
    source("s3", "c"),
    processor("p1", ["s1"], ["st"]),
    processor("p3", ["s3"], ["st"]),
  ];
  const text = describe(createTopology(topologyOf(nodes, { stores: [keyValueStore("st")] })));
  expect(text.match(/Sub-topology: \d/g)).toEqual(["Sub-topology: 0", "Sub-topology: 1"]);
  expect(text.indexOf("Source: s3")).toBeLessThan(text.indexOf("Sub-topology: 1"));
  expect(text.indexOf("Source: s2")).toBeGreaterThan(text.indexOf("Sub-topology: 1"));
});

test("a topic extractor is shown by its own text", () => {
  const extractor = Object.assign(() => "x", { toString: () => "by-country" });
  const topology = topologyOf([source("s", "a"), { ...sink("t", "unused", "s"), topic: extractor }]);
  expect(describe(topology)).toContain("Sink: t (extractor class: by-country)");
});

test("a hand-made node of a kind that does not exist is refused", () => {
  const topology = topologyOf([{ ...source("s", "a"), kind: "filter", parents: [] } as never]);
  expect(() => describe(topology)).toThrow('kind "filter", which does not exist');
});
