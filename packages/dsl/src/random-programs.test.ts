import { describe, explain, plan, resolvePartitions, TopologyError, type Plan, type Topology } from "@millrace/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { UnmergeableRepartitionError } from "./errors.ts";
import type { KGroupedStream } from "./stream/kgrouped-stream.ts";
import type { KStream } from "./stream/kstream.ts";
import type { KTable } from "./stream/ktable.ts";
import { StreamsBuilder } from "./streams-builder.ts";
import { TimeWindows } from "./time-windows.ts";

/** A step of a random program: an operator, which of the streams and tables so far it is called on, and whether it is named. */
interface Step {
  readonly operator: (typeof operators)[number];
  readonly on: number;
  readonly other: number;
  readonly named: boolean;
  readonly stored: boolean;
}

const operators = [
  "stream",
  "table",
  "filter",
  "mapValues",
  "selectKey",
  "flatMap",
  "merge",
  "repartition",
  "to",
  "toTable",
  "groupByKey",
  "groupBy",
  "count",
  "reduce",
  "windowedCount",
  "tableFilter",
  "tableMapValues",
  "toStream",
  "join",
  "leftJoin",
] as const;

const step: fc.Arbitrary<Step> = fc.record({
  operator: fc.constantFrom(...operators),
  on: fc.nat(50),
  other: fc.nat(50),
  named: fc.boolean(),
  stored: fc.boolean(),
});

/** Writes a program of at least two sources; given names are never given twice. */
function write(steps: readonly Step[]): StreamsBuilder {
  const builder = new StreamsBuilder();
  const streams: KStream<string, unknown>[] = [builder.stream("in-0"), builder.stream("in-1")];
  const tables: KTable<string, unknown>[] = [builder.table("table-0")];
  const groups: KGroupedStream<string, unknown>[] = [streams[0]!.groupByKey()];
  const windows = TimeWindows.of({ size: "10s", grace: "1s" });
  for (const [index, { operator, on, other, named, stored }] of steps.entries()) {
    const name = named ? { name: `name-${index}` } : {};
    const options = stored ? { ...name, as: `store-${index}` } : name;
    const stream = streams[on % streams.length]!;
    const table = tables[other % tables.length]!;
    const group = groups[on % groups.length]!;
    const programs: Record<Step["operator"], () => unknown> = {
      stream: () => streams.push(builder.stream(`in-${other % 4}`, name)),
      table: () => tables.push(builder.table(`table-${index + 1}`, options)),
      filter: () => streams.push(stream.filter(() => true, name)),
      mapValues: () => streams.push(stream.mapValues((value) => value, name)),
      selectKey: () => streams.push(stream.selectKey((_, key) => key, name)),
      flatMap: () => streams.push(stream.flatMap((value, key) => [{ key, value }], name)),
      merge: () => streams.push(stream.merge(streams[other % streams.length]!, name)),
      repartition: () => streams.push(stream.repartition(name)),
      to: () => stream.to(`out-${other % 3}`, name),
      toTable: () => tables.push(stream.toTable(options)),
      groupByKey: () => groups.push(stream.groupByKey(name)),
      groupBy: () => groups.push(stream.groupBy((_, key) => key, name)),
      count: () => tables.push(group.count(options)),
      reduce: () => tables.push(group.reduce((aggregate) => aggregate, options)),
      windowedCount: () => group.windowedBy(windows).count(options).toStream(),
      tableFilter: () => tables.push(table.filter(() => true, options)),
      tableMapValues: () => tables.push(table.mapValues((value) => value, options)),
      toStream: () => streams.push(table.toStream(name)),
      join: () => streams.push(stream.join(table, (left) => left, name)),
      leftJoin: () => streams.push(stream.leftJoin(table, (left) => left, name)),
    };
    programs[operator]();
  }
  return builder;
}

const program = fc.array(step, { maxLength: 25 });

/** A program's topology. The few programs are passed over that join a table before its named group is aggregated again: Java refuses them, too. */
function built(builder: StreamsBuilder): Topology {
  try {
    return builder.build();
  } catch (error) {
    fc.pre(!(error instanceof TopologyError && /^Join ".*" looks into store/.test(error.message)));
    throw error;
  }
}

test("node names are unique, and every edge leads back to an earlier node", () => {
  fc.assert(
    fc.property(program, (steps) => {
      const { nodes } = built(write(steps));
      const seen = new Set<string>();
      for (const node of nodes) {
        expect(seen.has(node.name)).toBe(false);
        if (node.kind !== "source") expect(node.parents.every((parent) => seen.has(parent))).toBe(true);
        seen.add(node.name);
      }
    }),
  );
});

test("a description is the same for the same program, built once, twice, or written again", () => {
  fc.assert(
    fc.property(program, (steps) => {
      const builder = write(steps);
      const text = describe(built(builder));
      expect(describe(builder.build())).toBe(text);
      expect(describe(write(steps).build())).toBe(text);
    }),
  );
});

test("naming a step changes no other name", () => {
  const generated = (steps: readonly Step[]): string[] =>
    built(write(steps))
      .nodes.map(({ name }) => name)
      .filter((name) => !name.includes("name-"));
  fc.assert(
    fc.property(program, fc.nat(25), (steps, at) => {
      // A named repartition() is Java's exception: it consumes no index of its own.
      fc.pre(steps[at]?.operator !== "repartition");
      const nameable = steps.map((one, index) => (index === at ? { ...one, named: true } : one));
      const plain = new Set(generated(steps.map((one, index) => (index === at ? { ...one, named: false } : one))));
      expect(generated(nameable).filter((name) => !plain.has(name))).toEqual([]);
    }),
  );
});

test("every node and store is in exactly one sub-topology, and every changelog fits its tasks", () => {
  fc.assert(
    fc.property(program, (steps) => {
      const topology = built(write(steps));
      const planned = plan(topology, "app");
      expect(planned.subtopologies.flatMap(({ nodes }) => nodes.map(({ name }) => name)).sort()).toEqual(
        topology.nodes.map(({ name }) => name).sort(),
      );
      expect(planned.subtopologies.flatMap(({ stores }) => stores.map(({ name }) => name)).sort()).toEqual(
        topology.stores.map(({ name }) => name).sort(),
      );
      const { partitionCounts, tasks } = resolvePartitions(planned, new Map(planned.externalTopics.map((topic) => [topic, 3])));
      for (const { name, subtopologyId } of planned.changelogTopics.values()) {
        expect(partitionCounts.get(name)).toBe(tasks.filter(({ subtopology }) => subtopology.id === subtopologyId).length);
      }
    }),
  );
});

test("an explanation has the nodes and stores of the plan, each store where its settings name it, and fits into JSON", () => {
  fc.assert(
    fc.property(program, (steps) => {
      const topology = built(write(steps));
      const explanation = explain(topology);
      const named = (parts: readonly { readonly name: string }[]): string[] => parts.map(({ name }) => name);
      expect(explanation.subtopologies.map(({ nodes, stores }) => [named(nodes), named(stores)])).toEqual(
        plan(topology, "app").subtopologies.map(({ nodes, stores }) => [named(nodes), named(stores)]),
      );
      for (const node of explanation.subtopologies.flatMap(({ nodes }) => nodes)) {
        const store = node.kind === "processor" ? node.settings["store"] : undefined;
        if (store !== undefined) expect(node).toHaveProperty("stores", [store]);
      }
      expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
    }),
  );
});

test("optimized programs keep their stores, and have at most as many internal topics", () => {
  let optimized = 0;
  fc.assert(
    fc.property(program, (steps) => {
      const before = plan(built(write(steps)), "app");
      const after = attemptedPlan(write(steps));
      if (after === null) return;
      optimized += 1;
      expect(after.topology.stores.map(({ name }) => name).sort()).toEqual(before.topology.stores.map(({ name }) => name).sort());
      expect([...before.repartitionTopics.keys()]).toEqual(expect.arrayContaining([...after.repartitionTopics.keys()]));
      expect([...before.changelogTopics.keys()]).toEqual(expect.arrayContaining([...after.changelogTopics.keys()]));
      const reused = after.topology.stores.filter((store) => store.sourceTopicAsChangelog !== null);
      expect(before.changelogTopics.size - after.changelogTopics.size).toBe(reused.length);
    }),
  );
  expect(optimized).toBeGreaterThan(50);
});

/** null where repartitions cannot be merged. */
function attemptedPlan(builder: StreamsBuilder): Plan | null {
  try {
    return plan(builder.build({ optimization: "all" }), "app");
  } catch (error) {
    if (error instanceof UnmergeableRepartitionError) return null;
    throw error;
  }
}
