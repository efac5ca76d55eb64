import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe as describeTopology, describePlan, plan, string } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { lower } from "./graph/lower.ts";
import { StreamsBuilder } from "./streams-builder.ts";
import { TimeWindows } from "./time-windows.ts";

/**
 * Programs whose descriptions and plans are in `test-data/`, as Java printed them for the same programs
 * (Kafka Streams 4.4.0, application id `app`).
 */
const programs: Readonly<Record<string, (builder: StreamsBuilder) => void>> = {
  "word-count": (builder) => {
    builder
      .stream("lines", { value: string })
      .flatMapValues((line) => line.split(" "))
      .groupBy((word) => word)
      .count()
      .toStream()
      .to("counts");
  },
  "card-auth-window": (builder) => {
    builder
      .stream("auth-attempt", { value: string })
      .filter((attempt) => attempt !== "approved")
      .groupByKey()
      .windowedBy(TimeWindows.of({ size: "1m", advance: "10s", grace: "30s" }))
      .count({ as: "declines-per-card" })
      .toStream()
      .filter((count) => count >= 3)
      .map((count, window) => ({ key: window.key, value: `${count} from ${window.start} on` }))
      .to("card-alert", { key: string, value: string });
  },
  "stream-table-joins": (builder) => {
    const clicks = builder.stream("clicks", { value: string });
    const users = builder.table("users", { value: string });
    const pages = builder.table("pages", { name: "pages-table", value: string });
    const byUser = clicks.selectKey((click) => click);
    const named = byUser.join(users, (click, user) => `${user}: ${click}`);
    const viewed = byUser.leftJoin(pages, (click, page) => `${page ?? "?"}: ${click}`, { name: "viewed" });
    named.merge(viewed).to("out");
  },
  "shared-repartition": (builder) => {
    const groups = builder.stream("in", { value: string }).groupBy((value) => value, { name: "by-value" });
    const mapped = groups
      .count()
      .filter((count) => count > 1)
      .mapValues((count) => `${count}`, { as: "mapped" });
    groups
      .reduce((_, value) => value, { key: string })
      .toStream()
      .to("out");
    mapped.toStream({ name: "mapped-stream" }).toTable({ as: "again" });
  },
  "merged-sources": (builder) => {
    builder.stream("in");
    const again = builder.stream("in", { name: "n1", value: string });
    const reduced = again.groupBy((value) => value, {}).reduce((_, value) => value);
    again.filterNot((value) => value === "");
    reduced.filter((value) => value !== "", { as: "st2", caching: false });
    again.repartition({ partitions: 3 });
    builder.table("t1");
  },
  "twelve-topics": (builder) => {
    const letters = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "z"];
    builder
      .stream(letters.map((letter) => `${letter}-topic`))
      .peek(() => {})
      .foreach(() => {});
  },
};

describe.each(Object.entries(programs))("the program %s", (name, program) => {
  const builder = new StreamsBuilder();
  program(builder);
  const topology = builder.build();
  const recorded = (suffix: string): string => readFileSync(join(import.meta.dirname, "test-data", name + suffix), "utf8");

  test("is described as by Java", () => {
    expect(describeTopology(topology)).toBe(recorded(".txt"));
  });

  test("is planned as by Java", () => {
    expect(describePlan(plan(topology, "app"))).toEqual(JSON.parse(recorded(".plan.json")));
  });

  test("is the same when it is built again", () => {
    expect(describeTopology(builder.build())).toBe(describeTopology(topology));
  });
});

test("a graph's node of a kind that does not exist is not left out in silence", () => {
  const node = { kind: "split", id: 0, name: "n", parents: [], priority: 0 };
  expect(() => lower({ nodes: [node as never], copartitionGroups: [] }, "memory")).toThrow('kind "split", which does not exist');
});
