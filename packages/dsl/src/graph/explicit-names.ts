import { TopologyError } from "@millrace/core";
import type { Graph } from "./graph.ts";
import type { StoreDraft } from "./node.ts";
import { isTable, rulesOf, type GraphNode } from "./nodes.ts";

/**
 * Rejects generated names of stores and internal topics: another step in the program would give them other names, and the
 * application would lose its state (KIP-1111). Tables count even where they need no store yet, as in Java.
 *
 * @throws {TopologyError} `STREAMS_INVALID_TOPOLOGY`, listing all of them
 */
export function checkExplicitNames(graph: Graph): void {
  const stores: string[] = [];
  const topics: string[] = [];
  for (const node of graph.nodes) {
    const internal = rulesOf(node).internalTopic?.(node);
    if (internal !== undefined && !internal.nameGiven) topics.push(internal.topic);
    for (const { nameGiven, spec } of storesOf(node)) {
      if (nameGiven) continue;
      stores.push(spec.name);
      if (spec.logging) topics.push(`${spec.name}-changelog`);
    }
  }
  if (stores.length + topics.length === 0) return;
  throw new TopologyError(
    `explicitNames is set, but names are generated of ${listed("store", stores)}${stores.length > 0 && topics.length > 0 ? " and " : ""}` +
      `${listed("internal topic", topics)}. ` +
      "Name stores with { as }, and repartition topics with { name } where records are grouped, joined or repartitioned.",
  );
}

function storesOf(node: GraphNode): readonly StoreDraft[] {
  const others = rulesOf(node).stores?.(node) ?? [];
  return isTable(node) && node.store !== null ? [node.store, ...others] : others;
}

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  return `${what}${names.length === 1 ? "" : "s"} ${names.map((name) => `"${name}"`).join(", ")}`;
}
