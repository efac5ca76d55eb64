import type { Pass } from "./graph.ts";
import { mergeDuplicateSources } from "./merge-duplicate-sources.ts";
import { rewriteNullKeyFilters } from "./null-key-filters.ts";
import { settleTables } from "./settle-tables.ts";

/**
 * What `build` does to a graph, in Java's order. Optimizations (`topology.optimization`: reuse of a table's source topic,
 * merging of repartition topics, self-joins with one store) belong between the first and the last, if asked for.
 */
export const passes: readonly Pass[] = [mergeDuplicateSources, settleTables, rewriteNullKeyFilters];
