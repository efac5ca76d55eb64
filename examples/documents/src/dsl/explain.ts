import { explain, int32, string, StreamsBuilder, TimeWindows, topic } from "millrace";

const amounts = topic("amounts", { key: string, value: int32 });

export const settings = (): string => {
  const lines: string[] = [];
  const builder = new StreamsBuilder();
  // #region settings
  const isLarge = (amount: number): boolean => amount > 100;
  builder
    .stream(amounts)
    .filter(isLarge)
    .groupByKey()
    .windowedBy(TimeWindows.of({ size: "1m", grace: "30s" }))
    .count({ as: "large" });

  for (const { nodes } of explain(builder.build()).subtopologies) {
    for (const node of nodes) {
      if (node.kind === "processor") lines.push(`${node.call ?? ""} ${JSON.stringify(node.settings, null, 1)}`);
    }
  }
  // #endregion
  return lines.join("\n");
};
