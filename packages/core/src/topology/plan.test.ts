import { expect, test } from "vitest";
import { describePlan } from "./describe-plan.ts";
import { InvalidArgumentError } from "../errors.ts";
import { plan } from "./plan.ts";
import { keyValueStore, processor, sink, source, topologyOf, windowStore } from "./test-topology.ts";

const repartitioned = topologyOf(
  [
    source("in", "a", "b"),
    sink("r-sink", "r-repartition", "in"),
    source("r-source", "r-repartition"),
    processor("count", ["r-source"], ["counts"]),
    sink("out", "c", "count"),
  ],
  { stores: [keyValueStore("counts")], repartitionTopics: [{ name: "r-repartition", partitions: 4 }] },
);

test("internal topics carry the application's id and Java's settings", () => {
  expect(describePlan(plan(repartitioned, "app"))).toEqual({
    0: { sourceTopics: ["a", "b"], sinkTopics: ["app-r-repartition"], repartitionSourceTopics: {}, stateChangelogTopics: {} },
    1: {
      sourceTopics: ["app-r-repartition"],
      sinkTopics: ["c"],
      repartitionSourceTopics: {
        "app-r-repartition": {
          partitions: 4,
          config: {
            "cleanup.policy": "delete",
            "message.timestamp.type": "CreateTime",
            "retention.ms": "-1",
            "segment.bytes": "52428800",
          },
        },
      },
      stateChangelogTopics: {
        "app-counts-changelog": {
          partitions: null,
          config: { "cleanup.policy": "compact", "message.timestamp.type": "CreateTime" },
        },
      },
    },
  });
});

test("a plan tells the application's own topics from others", () => {
  const planned = plan(repartitioned, "app");
  expect(planned.sourceTopics).toEqual(["a", "app-r-repartition", "b"]);
  expect(planned.externalTopics).toEqual(["a", "b"]);
  expect([...planned.repartitionTopics.keys()]).toEqual(["app-r-repartition"]);
  expect([...planned.changelogTopics.values()]).toMatchObject([
    { name: "app-counts-changelog", store: "counts", subtopologyId: 1 },
  ]);
});

test("stores without logging, and tables whose topic serves as changelog, have no changelog topic", () => {
  const stores = [keyValueStore("one", { logging: false }), keyValueStore("two", { sourceTopicAsChangelog: "a" })];
  const topology = topologyOf([source("s", "a"), processor("p", ["s"], ["one", "two"])], { stores });
  const [subtopology] = plan(topology, "app").subtopologies;
  expect(subtopology!.changelogTopics).toEqual([]);
  expect(subtopology!.stores.map(({ name }) => name)).toEqual(["one", "two"]);
});

test("a window store's changelog is kept a day longer than the store", () => {
  const config = (changelogConfig: Record<string, string>, settings = {}): unknown => {
    const topology = topologyOf([source("s", "a"), processor("p", ["s"], ["w"])], {
      stores: [windowStore("w", 1_000, changelogConfig)],
    });
    return plan(topology, "app", settings).changelogTopics.get("app-w-changelog")!.config;
  };
  expect(config({})).toEqual({
    "cleanup.policy": "compact,delete",
    "message.timestamp.type": "CreateTime",
    "retention.ms": "86401000",
  });
  expect(config({}, { changelogAdditionalRetentionMs: 5 })).toMatchObject({ "retention.ms": "1005" });
  // The application's own setting loses, that of the operator wins.
  expect(config({}, { topicConfig: { "retention.ms": "7", "segment.ms": "8" } })).toMatchObject({
    "retention.ms": "86401000",
    "segment.ms": "8",
  });
  expect(config({ "retention.ms": "9" })).toMatchObject({ "retention.ms": "9" });
});

test("where to begin is known by topic", () => {
  const topology = topologyOf([{ ...source("s", "a", "b"), reset: "latest" }, source("t", "c")]);
  expect([...plan(topology, "app").resetPolicies]).toEqual([
    ["a", "latest"],
    ["b", "latest"],
  ]);
});

test("a repartition topic needs a partition", () => {
  const topology = topologyOf([source("s", "r")], { repartitionTopics: [{ name: "r", partitions: 0 }] });
  expect(() => plan(topology, "app")).toThrow(InvalidArgumentError);
  expect(() => plan(topology, "app")).toThrow('Repartition topic "r" is given 0 partitions');
});

test("co-partition groups that share a topic are one", () => {
  const nodes = [source("a", "ta"), source("b", "tb"), source("c", "tc"), source("d", "td"), source("e", "te")];
  const { copartitionGroups } = plan(
    topologyOf(nodes, { copartitionGroups: [["a", "b"], ["c", "d"], ["b", "e"], ["gone"]] }),
    "app",
  );
  expect(copartitionGroups).toEqual([
    ["ta", "tb", "te"],
    ["tc", "td"],
  ]);
});
