import { InvalidOptimizationError } from "./errors.ts";

/**
 * A rewriting of the program that spares topics or stores, in Kafka's names:
 *
 * - `reuse.ktable.source.topics`: the store of a table read from a topic has no changelog of its own but is restored from that
 *   topic. A restoration takes every record of it as it was written, as in Java: `deserializationErrors: "continue"` and what a
 *   timestamp extractor drops do not hold there, unless the application sets `restoreFromSource: "asProcessed"`.
 * - `merge.repartition.topics`: what is grouped and joined several times behind one change of the key passes one repartition
 *   topic instead of several.
 * - `single.store.self.join`: a stream joined with itself is kept in one store. Accepted, and without effect as long as streams
 *   are not joined with streams.
 */
export type Optimization = (typeof known)[number];

const known = ["reuse.ktable.source.topics", "merge.repartition.topics", "single.store.self.join"] as const;

/**
 * The optimizations that an option of `build` asks for. Java: `StreamsConfig.verifyTopologyOptimizationConfigs`.
 *
 * @throws {InvalidOptimizationError} `STREAMS_INVALID_OPTIMIZATION`
 */
export function optimizationsOf(option: "all" | "none" | readonly Optimization[]): ReadonlySet<Optimization> {
  // Programs without types, and lists from configuration files, can hold anything.
  const words: readonly string[] = typeof option === "string" ? [option] : option;
  if (words.length === 1 && words[0] === "all") return new Set(known);
  if (words.length === 1 && words[0] === "none") return new Set();
  const chosen = known.filter((optimization) => words.includes(optimization));
  const wrong = words.filter((word) => !known.some((optimization) => optimization === word));
  if (wrong.length > 0) {
    throw new InvalidOptimizationError(
      `optimization is ${JSON.stringify(option)}, but may be "all", "none", or a list of ${known.map((word) => `"${word}"`).join(", ")}.`,
    );
  }
  return new Set(chosen);
}
