// #region topology
import { StreamsBuilder, string, type Topology } from "millrace";

/** Counts the visits of each page, whoever wrote them and whoever reads the counts. */
export function visitCounts(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream("visits", { key: string, value: string })
    .groupByKey()
    .count()
    .toStream()
    .mapValues((count) => String(count))
    .to("visit-counts", { key: string, value: string });
  return builder.build();
}
// #endregion
