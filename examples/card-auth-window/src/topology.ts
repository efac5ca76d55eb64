// #region topology
import { json, StreamsBuilder, string, TimeWindows, topic, type Topology } from "millrace";
import { z } from "zod";

/** A card authorisation attempt. Whatever does not fit this schema never reaches the program. */
const AuthAttempt = z.object({ card: z.string(), merchant: z.string(), amountCents: z.number(), approved: z.boolean() });
export const authAttempt = topic("auth-attempt", { key: string, value: json(AuthAttempt) });

/** Alerts for cards with three or more declined attempts within a minute, looked at every ten seconds. */
export function cardAuthWindow(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream(authAttempt)
    .filter((attempt) => !attempt.approved)
    .groupByKey()
    .windowedBy(TimeWindows.of({ size: "1m", advance: "10s", grace: "30s" }))
    .count({ as: "declines-per-card" })
    .toStream()
    .filter((count) => count !== null && count >= 3)
    .map((count, window) => ({ key: window.key, value: { count, from: window.start, to: window.end } }))
    .to("card-alert", { key: string, value: json() });
  return builder.build();
}
// #endregion
