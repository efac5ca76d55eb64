import { int64, StreamsBuilder, string, topic, type Topology } from "millrace";

export const clicks = topic("clicks", { key: string, value: string });
export const counts = topic("counts", { key: string, value: int64 });

/** How often each user clicked. */
export function clicksPerUser(): Topology {
  const builder = new StreamsBuilder();
  builder.stream(clicks).groupByKey().count({ as: "clicks-per-user" }).toStream().to(counts);
  return builder.build();
}
