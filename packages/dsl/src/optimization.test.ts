import { describePlan, plan, type Topology } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { InvalidOptimizationError } from "./errors.ts";
import { optimizationsOf, type Optimization } from "./optimization.ts";
import type { BuildOptions } from "./build-options.ts";
import { StreamsBuilder } from "./streams-builder.ts";

describe("the option optimization", () => {
  const every = ["reuse.ktable.source.topics", "merge.repartition.topics", "single.store.self.join"] as const;

  test.each<[BuildOptions["optimization"] & {}, readonly Optimization[]]>([
    ["all", every],
    ["none", []],
    [[], []],
    [["merge.repartition.topics"], ["merge.repartition.topics"]],
    [["single.store.self.join", "single.store.self.join"], ["single.store.self.join"]],
    // As it comes out of a configuration file.
    [["all"] as never, every],
    [["none"] as never, []],
  ])("%j asks for %j", (option, optimizations) => {
    expect([...optimizationsOf(option)]).toEqual(optimizations);
  });

  test.each([[["all", "merge.repartition.topics"]], [["none", "all"]], [["merge.repartition"]], [""], ["ALL"]])(
    "%j is refused",
    (option) => {
      expect(() => optimizationsOf(option as never)).toThrow(InvalidOptimizationError);
      expect(() => optimizationsOf(option as never)).toThrow(JSON.stringify(option));
    },
  );
});

/** Clicks that are counted, and joined with a table, by another key. */
function program(): StreamsBuilder {
  const builder = new StreamsBuilder();
  const users = builder.table("users", { as: "users" });
  const byUser = builder.stream("clicks").selectKey(() => "user");
  byUser.groupByKey().count({ as: "clicks-per-user" }).toStream().to("counts");
  byUser.join(users, (click, user) => ({ click, user })).to("joined");
  return builder;
}

function topics(topology: Topology): unknown {
  const { repartitionTopics, changelogTopics, copartitionGroups } = plan(topology, "app");
  return [[...repartitionTopics.keys()], [...changelogTopics.keys()].sort(), copartitionGroups];
}

test("optimizations spare topics", () => {
  const [counted, joined] = ["app-clicks-per-user-repartition", "app-KSTREAM-KEY-SELECT-0000000003-repartition"];
  const [counts, users] = ["app-clicks-per-user-changelog", "app-users-changelog"];
  expect(topics(program().build())).toEqual([[counted, joined], [counts, users], [[joined, "users"]]]);
  expect(topics(program().build({ optimization: ["merge.repartition.topics"] }))).toEqual([
    [counted],
    [counts, users],
    [[counted, "users"]],
  ]);
  expect(topics(program().build({ optimization: "all" }))).toEqual([[counted], [counts], [[counted, "users"]]]);
});

test("a plan names a source topic that serves as changelog", () => {
  const description = describePlan(plan(program().build({ optimization: "all" }), "app"));
  const config = { "cleanup.policy": "compact", "message.timestamp.type": "CreateTime" };
  expect(Object.values(description)).toContainEqual(
    expect.objectContaining({
      stateChangelogTopics: {
        users: { partitions: null, config },
        "app-clicks-per-user-changelog": { partitions: null, config },
      },
    }),
  );
});

test("a builder builds with and without optimizations, in any order", () => {
  const builder = program();
  const plain = topics(builder.build());
  builder.build({ optimization: "all" });
  expect(topics(builder.build())).toEqual(plain);
});

test("names are asked for of what optimizations spare, too", () => {
  expect(() => program().build({ optimization: "all", explicitNames: true })).toThrow(
    "KSTREAM-KEY-SELECT-0000000003-repartition",
  );
});

test("a join comes before no table that it looks into, as in Java", () => {
  const builder = new StreamsBuilder();
  const stream = builder.stream("in");
  const group = stream.groupBy(() => "key", { name: "by-key" });
  const counts = group.count({ as: "counts" });
  stream.join(counts, (value) => value).to("out");
  expect(builder.build().stores).toHaveLength(1);
  group.reduce((_, value) => value, { as: "last" });
  expect(() => builder.build()).toThrow('Join "KSTREAM-JOIN-0000000006" looks into store "counts"');
});
