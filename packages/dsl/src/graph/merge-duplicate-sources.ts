import { TopologyError } from "@millrace/core";
import type { AutoOffsetReset } from "@millrace/core";
import type { Graph } from "./graph.ts";
import type { NodeId } from "./node.ts";
import { rulesOf, type GraphNode } from "./nodes.ts";
import type { SharedSource } from "./rules.ts";

/**
 * Streams of the same topics become one source, the first, since a topic can be read only once in a topology. Its serdes
 * and its extractor are the ones that count.
 *
 * @throws {TopologyError} `STREAMS_INVALID_TOPOLOGY` when lists of topics overlap without being equal, or resets or `nulls` differ
 */
export function mergeDuplicateSources(graph: Graph): Graph {
  const sourceOfTopic = new Map<string, SharedSource>();
  const mainOf = new Map<NodeId, NodeId>();
  for (const node of graph.nodes) {
    const source = rulesOf(node).sharedSource?.(node);
    if (source === undefined) continue;
    const main = mainSource(source, sourceOfTopic);
    if (main === null) for (const topic of source.topics) sourceOfTopic.set(topic, source);
    else mainOf.set(source.id, main.id);
  }
  if (mainOf.size === 0) return graph;
  const kept = graph.nodes.filter((node) => !mainOf.has(node.id));
  return { ...graph, nodes: kept.map((node) => reparented(node, mainOf)) };
}

function mainSource(node: SharedSource, sourceOfTopic: ReadonlyMap<string, SharedSource>): SharedSource | null {
  let main: SharedSource | null = null;
  for (const topic of node.topics) {
    const other = sourceOfTopic.get(topic);
    if (other === undefined) continue;
    if (!sameTopics(node.topics, other.topics)) {
      throw new TopologyError(
        `Sources "${other.name}" and "${node.name}" read overlapping lists of topics: ${shown(other.topics)} and ${shown(node.topics)}. ` +
          "Read each topic as a stream of its own, and merge() the streams.",
      );
    }
    if (node.nulls !== other.nulls) {
      throw new TopologyError(
        `Topics ${shown(node.topics)} are read twice, once with null values and once without. Give { nulls: "keep" } to both, or to none.`,
      );
    }
    if (!sameReset(node.reset, other.reset)) {
      throw new TopologyError(
        `Topics ${shown(node.topics)} are read twice, with different offset resets. Give the same reset to both.`,
      );
    }
    main = other;
  }
  return main;
}

/** Duplicate by duplicate, a moved child's new parent comes last, as in Java, which removes the edge and adds another. */
function reparented(node: GraphNode, mainOf: ReadonlyMap<NodeId, NodeId>): GraphNode {
  if (!node.parents.some((parent) => mainOf.has(parent))) return node;
  const parents = new Set(node.parents);
  for (const [duplicate, main] of mainOf) if (parents.delete(duplicate)) parents.add(main);
  return Object.freeze({ ...node, parents: Object.freeze([...parents]) });
}

function sameTopics(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && a.every((topic) => right.has(topic));
}

function sameReset(a: AutoOffsetReset | null, b: AutoOffsetReset | null): boolean {
  return typeof a === "object" && typeof b === "object" ? a?.byDurationMs === b?.byDurationMs : a === b;
}

function shown(topics: readonly string[]): string {
  return `[${topics.join(", ")}]`;
}
