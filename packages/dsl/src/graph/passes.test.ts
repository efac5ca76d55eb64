import { TopologyError } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "./graph-builder.ts";
import type { Graph, NodeDraft } from "./graph.ts";
import type { StoreDraft, NodeId } from "./node.ts";
import { isTable, type GraphNode } from "./nodes.ts";
import { mergeDuplicateSources } from "./merge-duplicate-sources.ts";
import { rewriteNullKeyFilters } from "./null-key-filters.ts";
import { settleTables } from "./settle-tables.ts";
import { writeOrder } from "./write-order.ts";

const origin = { call: "to", keysFrom: "stream", valuesFrom: "stream" };

const settings = { keySerde: null, valueSerde: null, timestampExtractor: null, reset: null };
const table = { materialized: false, sendsOldValues: false };
function store(name: string): StoreDraft {
  const spec = { name, keySerde: null, valueSerde: null, caching: true, logging: true, changelogConfig: {}, persistent: true };
  return { spec: { kind: "timestampedKeyValue", sourceTopicAsChangelog: null, ...spec }, nameGiven: false, engineGiven: false };
}

const source = (name: string, ...topics: string[]): NodeDraft => ({
  kind: "streamSource",
  origin,
  nulls: "keep",
  name,
  topics,
  ...settings,
});
const tableSource = (name: string): NodeDraft => ({
  kind: "tableSource",
  origin,
  name,
  sourceName: `${name}-source`,
  topic: `${name}-topic`,
  store: store(`${name}-store`),
  ...settings,
  ...table,
});
const step = (name: string): NodeDraft => ({ kind: "tableToStream", origin, name });
const filter = (name: string, stored = false): NodeDraft => ({
  kind: "tableFilter",
  origin,
  name,
  store: stored ? store(`${name}-store`) : null,
  predicate: () => true,
  negate: false,
  ...table,
  materialized: stored,
});
const join = (name: string, looked: NodeId, left = false): NodeDraft => ({
  kind: "streamTableJoin",
  origin,
  name,
  table: looked,
  joiner: () => null,
  left,
});
const repartition = (name: string): NodeDraft => ({
  kind: "repartition",
  origin,
  name,
  topic: name,
  nameGiven: true,
  filterName: `${name}-filter`,
  sinkName: `${name}-sink`,
  partitions: null,
  keySerde: null,
  valueSerde: null,
  partitioner: null,
  implied: false,
  dropsNullKeys: false,
});

function named(graph: Graph, name: string): GraphNode {
  return graph.nodes.find((node) => node.name === name)!;
}

describe("duplicate sources", () => {
  test("become the first, and their children its children", () => {
    const builder = new GraphBuilder();
    const first = builder.append([], source("first", "a", "b"));
    const second = builder.append([], source("second", "b", "a"));
    builder.append([second], step("child"));
    builder.append([second, first], step("both"));
    const graph = builder.graph();
    const merged = mergeDuplicateSources(graph);
    expect(merged.nodes.map(({ name }) => name)).toEqual(["first", "child", "both"]);
    expect(named(merged, "child").parents).toEqual([first]);
    expect(named(merged, "both").parents).toEqual([first]);
    expect(graph.nodes).toHaveLength(4); // untouched
  });

  test("move behind the other parents of a child", () => {
    const builder = new GraphBuilder();
    builder.append([], source("first", "a"));
    const second = builder.append([], source("second", "a"));
    const other = builder.append([], source("other", "b"));
    builder.append([second, other], step("child"));
    expect(named(mergeDuplicateSources(builder.graph()), "child").parents).toEqual([other, 0]);
  });

  test("move one after the other, in the order of their creation", () => {
    const builder = new GraphBuilder();
    const a = builder.append([], source("a", "a"));
    const a2 = builder.append([], source("a2", "a"));
    const b = builder.append([], source("b", "b"));
    const b2 = builder.append([], source("b2", "b"));
    builder.append([b2, a2], step("child"));
    expect(named(mergeDuplicateSources(builder.graph()), "child").parents).toEqual([a, b]);
  });

  test("with topics in common, but not all of them, are refused", () => {
    const builder = new GraphBuilder();
    builder.append([], source("first", "a", "b"));
    builder.append([], source("second", "b"));
    expect(() => mergeDuplicateSources(builder.graph())).toThrow(TopologyError);
    expect(() => mergeDuplicateSources(builder.graph())).toThrow(
      '"first" and "second" read overlapping lists of topics: [a, b] and [b]',
    );
  });

  test.each([
    ["latest", "latest", true],
    ["latest", null, false],
    ["latest", "earliest", false],
    [{ byDurationMs: 5 }, { byDurationMs: 5 }, true],
    [{ byDurationMs: 5 }, { byDurationMs: 6 }, false],
    [{ byDurationMs: 5 }, null, false],
  ] as const)("with resets %j and %j are merged: %s", (one, other, agree) => {
    const builder = new GraphBuilder();
    builder.append([], { ...source("first", "a"), reset: one } as NodeDraft);
    builder.append([], { ...source("second", "a"), reset: other } as NodeDraft);
    const merge = (): Graph => mergeDuplicateSources(builder.graph());
    if (agree) expect(merge().nodes).toHaveLength(1);
    else expect(merge).toThrow("different offset resets");
  });
});

describe("tables", () => {
  const flags = (graph: Graph, name: string): [boolean, boolean] => {
    const node = named(settleTables(graph), name);
    return isTable(node) ? [node.materialized, node.sendsOldValues] : [false, false];
  };

  test("that a join looks into are materialized, through views on them", () => {
    const builder = new GraphBuilder();
    const users = builder.append([], tableSource("users"));
    const view = builder.append([users], filter("view"));
    const stored = builder.append([view], filter("stored", true));
    const events = builder.append([], source("events", "e"));
    builder.append([events], join("join-stored", stored));
    expect(flags(builder.graph(), "users")[0]).toBe(false);
    builder.append([events], join("join-view", view));
    expect(flags(builder.graph(), "users")[0]).toBe(true);
    expect(flags(builder.graph(), "view")[0]).toBe(false);
  });

  test("send old values to a filter if they have a store when the filter is made", () => {
    const builder = new GraphBuilder();
    const users = builder.append([], tableSource("users"));
    builder.append([users], filter("early"));
    const events = builder.append([], source("events", "e"));
    builder.append([events], join("join", users));
    builder.append([users], filter("late"));
    const graph = builder.graph();
    expect(flags(graph, "users")).toEqual([true, true]);
    expect(flags(graph, "early")).toEqual([false, false]);
    expect(flags(graph, "late")).toEqual([false, true]);
  });

  test("of tables pass the question on, unless they have a store", () => {
    const builder = new GraphBuilder();
    const aggregate: NodeDraft = {
      kind: "streamReduce",
      origin,
      name: "counts",
      store: store("counts-store"),
      reducer: (total) => total,
      materialized: true,
      sendsOldValues: false,
    };
    const counts = builder.append([builder.append([], source("events", "e"))], aggregate);
    const stored = builder.append([counts], {
      ...filter("mapped", true),
      kind: "tableMapValues",
      origin,
      mapper: (value: unknown) => value,
    } as NodeDraft);
    builder.append([stored], filter("on-stored"));
    expect(flags(builder.graph(), "mapped")).toEqual([true, true]);
    expect(flags(builder.graph(), "counts")).toEqual([true, false]);
  });
});

describe("null keys", () => {
  test("pass a repartition only above a join that takes them", () => {
    const builder = new GraphBuilder();
    const users = builder.append([], tableSource("users"));
    const events = builder.append([], source("events", "e"));
    const above = builder.append([events], repartition("above"));
    const between = builder.append([above], step("between"));
    const inner = builder.append([between], repartition("inner-only"));
    builder.append([inner], join("inner", users, false));
    builder.append([between], join("left", users, true));
    const graph = rewriteNullKeyFilters(builder.graph());
    expect(named(graph, "above")).toMatchObject({ dropsNullKeys: false });
    expect(named(graph, "inner-only")).toMatchObject({ dropsNullKeys: true });
  });
});

describe("the order of writing", () => {
  const order = (builder: GraphBuilder): string[] => writeOrder(builder.graph()).map(({ name }) => name);

  test("is that of creation", () => {
    const builder = new GraphBuilder();
    const a = builder.append([], source("a", "a"));
    const b = builder.append([], source("b", "b"));
    builder.append([b], step("c"));
    builder.append([a], step("d"));
    expect(order(builder)).toEqual(["a", "b", "c", "d"]);
  });

  test("delays a node that is used again, and all below it", () => {
    const builder = new GraphBuilder();
    const a = builder.append([], source("a", "a"));
    const shared = builder.append([a], repartition("shared"));
    builder.append([shared], step("first-user"));
    builder.append([a], step("other"));
    builder.reuse(shared);
    builder.append([shared], step("second-user"));
    expect(order(builder)).toEqual(["a", "other", "shared", "first-user", "second-user"]);
  });
});
