import { TopologyTestDriver } from "@millrace/testkit";
import { expect, test } from "vitest";
// #region readme
import { createTopology, describe, filter, string } from "@millrace/core";

const source = { keySerde: string, valueSerde: string, timestampExtractor: null, reset: null };
const topology = createTopology({
  nodes: [
    { kind: "source", name: "lines", topics: ["lines"], ...source },
    {
      kind: "processor",
      name: "not-empty",
      parents: ["lines"],
      stores: [],
      operator: filter<string, string>((line) => line !== "", false),
    },
    { kind: "sink", name: "kept", topic: "kept", parents: ["not-empty"], keySerde: null, valueSerde: null, partitioner: null },
  ],
  stores: [],
  repartitionTopics: [],
  copartitionGroups: [],
});
const text = describe(topology);
// #endregion

test("the example keeps lines that are not empty", () => {
  expect(text).toContain("Processor: not-empty (stores: [])");
  using driver = new TopologyTestDriver(topology, { defaultKeySerde: string, defaultValueSerde: string });
  const lines = driver.inputTopic("lines", { key: string, value: string });
  for (const line of ["a", "", "b"]) lines.pipe("k", line);
  expect(
    driver
      .outputTopic("kept", { key: string, value: string })
      .readAll()
      .map(({ value }) => value),
  ).toEqual(["a", "b"]);
});
