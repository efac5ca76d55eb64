import type { Metadata } from "@millrace/client";
import type { Log } from "@millrace/platform";

/**
 * Warns if a topic that is read gets more partitions while the application runs: their tasks are dealt out as the topics were at
 * the start, so nobody reads the new ones. Kafka Streams makes tasks for them, where no changelog or repartition topic forbids it.
 *
 * @param counts by topic, at the start
 * @returns a function that ends the watch
 */
export function watchPartitions(
  metadata: Pick<Metadata, "cached" | "onUpdate">,
  topics: readonly string[],
  counts: ReadonlyMap<string, number>,
  log: Log,
): () => void {
  const told = new Map(counts);
  return metadata.onUpdate(() => {
    for (const topic of topics) {
      const found = metadata.cached(topic)?.partitions.length;
      const known = told.get(topic);
      if (found === undefined || known === undefined || found <= known) continue;
      told.set(topic, found);
      log(
        "warn",
        `ignoring new partitions of topic "${topic}", which are read only after all instances have been started again`,
        {
          partitions: found,
          partitionsRead: counts.get(topic),
        },
      );
    }
  });
}
