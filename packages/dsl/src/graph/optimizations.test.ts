import { string } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { UnmergeableRepartitionError } from "../errors.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { Graph, NodeDraft } from "./graph.ts";
import { mergeRepartitionTopics } from "./merge-repartition-topics.ts";
import type { StoreDraft, NodeId } from "./node.ts";
import type { RepartitionNode } from "./nodes/repartition.ts";
import { reuseSourceTopics } from "./reuse-source-topics.ts";
import type { Changes } from "./rules.ts";
import { writeOrder } from "./write-order.ts";

const origin = { call: "to", keysFrom: "stream", valuesFrom: "stream" };

const operator = (): never => {
  throw new TypeError("these graphs are not run");
};
const settings = { keySerde: null, valueSerde: null, timestampExtractor: null, reset: null };

const source = (name: string): NodeDraft => ({
  kind: "streamSource",
  origin,
  nulls: "keep",
  name,
  topics: [name],
  ...settings,
});

const step = (name: string, changes: Changes = "nothing"): NodeDraft => ({
  kind: "streamStep",
  origin,
  name,
  operator: { kind: "step", input: "stream", output: "stream", settings: {}, create: operator },
  changes,
  merges: false,
});

const merge = (name: string): NodeDraft => ({ ...step(name), merges: true }) as NodeDraft;

const repartition = (name: string, more: Partial<RepartitionNode> = {}): NodeDraft => ({
  kind: "repartition",
  origin,
  name: `${name}-from`,
  topic: `${name}-repartition`,
  nameGiven: false,
  filterName: `${name}-filter`,
  sinkName: `${name}-to`,
  partitions: null,
  keySerde: null,
  valueSerde: null,
  partitioner: null,
  implied: true,
  dropsNullKeys: false,
  ...more,
});

function store(name: string): StoreDraft {
  const spec = { name, keySerde: null, valueSerde: null, caching: true, persistent: true };
  const logged = { logging: true, changelogConfig: { "segment.ms": "1" } };
  return {
    spec: { kind: "timestampedKeyValue", sourceTopicAsChangelog: null, ...spec, ...logged },
    nameGiven: true,
    engineGiven: false,
  };
}

/** A graph as text: each node with its parents, in the order of writing. */
function edges(graph: Graph): string[] {
  const nameOf = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  return writeOrder(graph).map(({ name, parents }) => `${parents.map((id) => nameOf.get(id)).join(" ")} > ${name}`);
}

const counts = (builder: GraphBuilder, parent: NodeId, name: string, more?: Partial<RepartitionNode>): NodeId =>
  builder.append([builder.append([parent], repartition(name, more))], step(name));

// https://cwiki.apache.org/confluence/display/KAFKA/KIP-295
describe("reuse.ktable.source.topics (KIP-295)", () => {
  const tableSource = (name: string, materialized: boolean): NodeDraft => ({
    kind: "tableSource",
    origin,
    name,
    sourceName: `${name}-source`,
    topic: `${name}-topic`,
    store: store(`${name}-store`),
    ...settings,
    materialized,
    sendsOldValues: false,
  });

  test("makes the topic of a stored table its changelog, and leaves other tables as they are", () => {
    const builder = new GraphBuilder();
    builder.append([], tableSource("stored", true));
    builder.append([], tableSource("passing", false));
    builder.append([], {
      kind: "toTable",
      origin,
      name: "made",
      store: store("made-store"),
      materialized: true,
      sendsOldValues: false,
    });
    const before = builder.graph();
    const [stored, ...others] = reuseSourceTopics(before).nodes;
    expect(stored).toMatchObject({
      store: {
        nameGiven: true,
        spec: { logging: false, changelogConfig: {}, sourceTopicAsChangelog: "stored-topic", caching: true },
      },
    });
    expect(others).toEqual(before.nodes.slice(1));
    expect(before.nodes[0]).toMatchObject({ store: { spec: { logging: true, sourceTopicAsChangelog: null } } }); // untouched
  });
});

describe("merge.repartition.topics (KIP-295)", () => {
  test("leaves one repartition directly behind the change of key, with the topic of the first", () => {
    const builder = new GraphBuilder();
    const key = builder.append([builder.append([], source("in"))], step("key", "key"));
    counts(builder, key, "count");
    const passed = builder.append([key], step("passed"));
    counts(builder, passed, "reduce");
    const before = builder.graph();
    expect(edges(before)).toEqual([
      " > in",
      "in > key",
      "key > count-from",
      "count-from > count",
      "key > passed",
      "passed > reduce-from",
      "reduce-from > reduce",
    ]);
    const after = mergeRepartitionTopics(before);
    expect(edges(after)).toEqual([
      " > in",
      "in > key",
      "key > count-repartition-source",
      "count-repartition-source > count",
      "count-repartition-source > passed",
      "passed > reduce",
    ]);
    expect(after.nodes.find(({ kind }) => kind === "repartition")).toMatchObject({
      topic: "count-repartition",
      filterName: "count-repartition-filter",
      sinkName: "count-repartition-sink",
      implied: true,
    });
    expect(edges(before)).toHaveLength(7); // untouched
  });

  test("renames even a single one, as Java does", () => {
    const builder = new GraphBuilder();
    counts(builder, builder.append([builder.append([], source("in"))], step("key", "key and value")), "count");
    expect(edges(mergeRepartitionTopics(builder.graph()))).toContain("key > count-repartition-source");
  });

  test("takes the first serdes that there are, and puts the new source into the co-partition groups", () => {
    const builder = new GraphBuilder();
    const key = builder.append([builder.append([], source("in"))], step("key", "key"));
    counts(builder, key, "one", { valueSerde: string });
    counts(builder, key, "two", { keySerde: string });
    builder.copartition(["one-from", "table-source", "two-from"]);
    builder.copartition(["other"]);
    const after = mergeRepartitionTopics(builder.graph());
    expect(after.nodes.find(({ kind }) => kind === "repartition")).toMatchObject({ keySerde: string, valueSerde: string });
    expect(after.copartitionGroups).toEqual([["one-repartition-source", "table-source"], ["other"]]);
  });

  test("merges neither behind a change of values, nor what repartition() made", () => {
    const builder = new GraphBuilder();
    const key = builder.append([builder.append([], source("in"))], step("key", "key"));
    counts(builder, builder.append([key], step("values", "value")), "behind-values");
    counts(builder, key, "explicit", { implied: false });
    const graph = builder.graph();
    expect(mergeRepartitionTopics(graph)).toBe(graph);
  });

  test("goes by the nearest change of key", () => {
    const builder = new GraphBuilder();
    const outer = builder.append([builder.append([], source("in"))], step("outer", "key"));
    counts(builder, outer, "one");
    const inner = builder.append([outer], step("inner", "key"));
    counts(builder, inner, "two");
    const after = edges(mergeRepartitionTopics(builder.graph()));
    expect(after).toContain("outer > one-repartition-source");
    expect(after).toContain("inner > two-repartition-source");
    expect(after).toContain("outer > inner");
  });

  test("repartitions merged streams together, behind the merge", () => {
    const builder = new GraphBuilder();
    const left = builder.append([builder.append([], source("left"))], step("left-key", "key"));
    const right = builder.append([builder.append([], source("right"))], step("right-key", "key"));
    const both = builder.append([left, right], merge("both"));
    counts(builder, both, "one");
    counts(builder, both, "two");
    expect(edges(mergeRepartitionTopics(builder.graph())).slice(-4)).toEqual([
      "left-key right-key > both",
      "both > one-repartition-source",
      "one-repartition-source > one",
      "one-repartition-source > two",
    ]);
  });

  test("fails where two repartitions lie behind the same step, as in Java", () => {
    const builder = new GraphBuilder();
    const key = builder.append([builder.append([], source("in"))], step("key", "key"));
    const shared = builder.append([key], step("shared"));
    counts(builder, shared, "one");
    counts(builder, shared, "two");
    const attempt = (): Graph => mergeRepartitionTopics(builder.graph());
    expect(attempt).toThrow(UnmergeableRepartitionError);
    expect(attempt).toThrow('"two-repartition"');
  });
});
