import { UnmergeableRepartitionError } from "../errors.ts";
import { repartitionNames } from "../repartition.ts";
import type { Graph } from "./graph.ts";
import type { NodeId } from "./node.ts";
import { rulesOf, type GraphNode } from "./nodes.ts";
import type { RepartitionNode } from "./nodes/repartition.ts";
import type { ImpliedRepartition } from "./rules.ts";
import { Wiring } from "./wiring.ts";

/**
 * Implied repartitions that go back to the same change of key become one, directly behind it, with the topic of the first. The
 * steps between move behind the new one, so that they read what is repartitioned already.
 *
 * Not merged are: those of `repartition()`; those with a step that changes values between the change of key and them, since the
 * topic would hold other values. Below a `merge` the merged streams are repartitioned together. Java's mistakes (where streams
 * are merged and also grouped on their own) are ours, too. Java: `mergeRepartitionTopics`, KIP-295.
 *
 * @throws {UnmergeableRepartitionError} `STREAMS_UNMERGEABLE_REPARTITION` where Java fails, too: two repartitions behind the same step
 */
export function mergeRepartitionTopics(graph: Graph): Graph {
  const wiring = new Wiring(graph.nodes);
  const mergedBehind = new Map<NodeId, RepartitionNode>();
  const sourceNow = new Map<string, string>();
  const gone = new Set<NodeId>();
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const [origin, repartitions] of candidates(graph, wiring)) {
    const [first] = repartitions;
    if (first === undefined) continue;
    const id = graph.nodes.reduce((last, node) => Math.max(last, node.id), 0) + mergedBehind.size + 1;
    const merged = mergedRepartition(id, byId.get(origin)!, first, repartitions);
    for (const repartition of repartitions) {
      replace(repartition, origin, id, wiring);
      gone.add(repartition.id);
      sourceNow.set(repartition.name, merged.name);
    }
    wiring.connect(origin, id);
    mergedBehind.set(origin, merged);
  }
  if (gone.size === 0) return graph;
  const kept = graph.nodes.filter((node) => !gone.has(node.id)).flatMap((node) => [node, ...below(node, mergedBehind)]);
  return {
    nodes: kept.map((node) => Object.freeze({ ...node, parents: Object.freeze([...wiring.parentsOf(node.id)]) })),
    copartitionGroups: graph.copartitionGroups.map((group) => renamed(group, sourceNow)),
  };
}

/** The repartitions to merge, by the node behind which they become one; that may be one or none. */
function candidates(graph: Graph, wiring: Wiring): ReadonlyMap<NodeId, readonly ImpliedRepartition[]> {
  const byOrigin = new Map<NodeId, ImpliedRepartition[]>();
  const changes = new Map<NodeId, "key" | "value">();
  for (const node of graph.nodes) {
    const rules = rulesOf(node);
    const changed = rules.changes?.(node) ?? "nothing";
    if (changed !== "nothing") changes.set(node.id, changed === "value" ? "value" : "key");
    if (changes.get(node.id) === "key") byOrigin.set(node.id, []);
    const repartition = rules.impliedRepartition?.(node) ?? null;
    if (repartition === null) continue;
    const changer = wiring.firstUpwards(node.id, (id) => changes.has(id));
    if (changer !== null) byOrigin.get(changer)?.push(repartition);
  }
  liftToMerges(byOrigin, graph, wiring);
  return byOrigin;
}

/** Lifts repartitions to a merge: if all of a changed key lie below the merge, it takes the place of the changes of key above it. */
function liftToMerges(byOrigin: Map<NodeId, ImpliedRepartition[]>, graph: Graph, wiring: Wiring): void {
  const isBelow = (node: NodeId, above: NodeId): boolean => wiring.firstUpwards(node, (id) => wiring.isChild(id, above)) !== null;
  const lifted = new Map<NodeId, ImpliedRepartition[]>();
  const obsolete = new Set<NodeId>();
  for (const merge of graph.nodes) {
    if (rulesOf(merge).merges?.(merge) !== true) continue;
    const all = new Set<ImpliedRepartition>();
    for (const [changer, repartitions] of byOrigin) {
      if (!repartitions.every(({ id }) => isBelow(id, merge.id)) || !isBelow(merge.id, changer)) continue;
      obsolete.add(changer);
      for (const repartition of repartitions) all.add(repartition);
    }
    lifted.set(merge.id, [...all]);
  }
  for (const [merge, repartitions] of lifted) byOrigin.set(merge, repartitions);
  for (const changer of obsolete) byOrigin.delete(changer);
}

function mergedRepartition(
  id: NodeId,
  origin: GraphNode,
  first: ImpliedRepartition,
  all: readonly ImpliedRepartition[],
): RepartitionNode {
  return {
    kind: "repartition",
    id,
    parents: [origin.id],
    // Directly after the node that it lies behind, and so before all that is below.
    priority: origin.priority,
    ...repartitionNames(first.topic),
    nameGiven: first.nameGiven,
    origin: first.origin,
    partitions: null,
    keySerde: all.find(({ keySerde }) => keySerde !== null)?.keySerde ?? null,
    valueSerde: all.find(({ valueSerde }) => valueSerde !== null)?.valueSerde ?? null,
    partitioner: null,
    implied: true,
    dropsNullKeys: false,
  };
}

/** Puts the step that leads from the origin to a repartition behind the merged one, and takes the repartition out. */
function replace(repartition: ImpliedRepartition, origin: NodeId, merged: NodeId, wiring: Wiring): void {
  const step = wiring.firstUpwards(repartition.id, (id) => wiring.isChild(id, origin));
  if (step === null) throw new UnmergeableRepartitionError(repartition.topic);
  wiring.connect(merged, step);
  wiring.disconnect(origin, step);
  const parents = wiring.parentsOf(repartition.id);
  for (const child of wiring.childrenOf(repartition.id)) {
    for (const parent of parents) wiring.connect(parent, child);
    wiring.disconnect(repartition.id, child);
  }
  for (const parent of parents) wiring.disconnect(parent, repartition.id);
}

function below(node: GraphNode, mergedBehind: ReadonlyMap<NodeId, RepartitionNode>): readonly RepartitionNode[] {
  const merged = mergedBehind.get(node.id);
  return merged === undefined ? [] : [merged];
}

function renamed(group: readonly string[], now: ReadonlyMap<string, string>): readonly string[] {
  return Object.freeze([...new Set(group.map((source) => now.get(source) ?? source))]);
}
