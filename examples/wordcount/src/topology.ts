import { int64, StreamsBuilder, string, type Topology } from "millrace";

/** Counts the words of lines: how often each occurred so far, whenever that changes. */
export function wordCount(input = "lines", output = "word-counts"): Topology {
  const builder = new StreamsBuilder();
  // #region wordcount
  builder
    .stream(input, { key: string, value: string })
    .flatMapValues((line) => line.toLowerCase().match(/[a-z']+/g) ?? [])
    .groupBy((word) => word, { key: string, value: string })
    .count({ as: "counts" })
    .toStream()
    .to(output, { key: string, value: int64 });
  // #endregion
  return builder.build();
}
