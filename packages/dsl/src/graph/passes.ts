import type { Optimization } from "../optimization.ts";
import type { Pass } from "./graph.ts";
import { mergeDuplicateSources } from "./merge-duplicate-sources.ts";
import { mergeRepartitionTopics } from "./merge-repartition-topics.ts";
import { rewriteNullKeyFilters } from "./null-key-filters.ts";
import { reuseSourceTopics } from "./reuse-source-topics.ts";
import { settleTables } from "./settle-tables.ts";

/** Passes that `build` applies to a graph, in Java's order. */
export function passes(optimizations: ReadonlySet<Optimization>): readonly Pass[] {
  return [
    mergeDuplicateSources,
    settleTables,
    ...(optimizations.has("reuse.ktable.source.topics") ? [reuseSourceTopics] : []),
    ...(optimizations.has("merge.repartition.topics") ? [mergeRepartitionTopics] : []),
    rewriteNullKeyFilters,
  ];
}
