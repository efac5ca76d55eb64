import { json, StreamsBuilder, string, TimeWindows, topic, type Topology } from "millrace";
import { z } from "zod";

/** An order as the shop writes it. A record that does not fit this schema ends the application, or is skipped: see main.ts. */
const Order = z.object({ customer: z.string(), cents: z.number().int() });
/** The sum of what a customer ordered within an hour. */
const Total = z.object({ cents: z.number(), fromMs: z.number() });

export const orders = topic("orders", { key: string, value: json(Order) });
export const orderTotals = topic("order-totals", { key: string, value: json(Total) });

/** Sums up the orders of each customer and hour. */
export function topology(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream(orders)
    .groupBy((order) => order.customer)
    .windowedBy(TimeWindows.of({ size: "1h", grace: "5m" }))
    .aggregate(
      () => 0,
      (sum, order) => sum + order.cents,
      { as: "cents-per-hour" },
    )
    .toStream()
    .map((cents, window) => ({ key: window.key, value: { cents: cents ?? 0, fromMs: window.start } }))
    .to(orderTotals);
  return builder.build();
}
