/** One program of forty operators in a row, of which `npm run check` counts what it costs the compiler. */
import { int64, json, StreamsBuilder, string, TimeWindows, topic, windowed, type Topology } from "millrace";

interface Item {
  readonly sku: string;
  readonly count: number;
  readonly cents: number;
}
interface Order {
  readonly id: string;
  readonly customer: string;
  readonly country: "de" | "fr" | "it";
  readonly at: number;
  readonly items: readonly Item[];
  readonly note?: string | undefined;
}
interface Customer {
  readonly name: string;
  readonly level: "gold" | "silver" | null;
}
const orders = topic("orders", { key: string, value: json<Order>() });
const customers = topic("customers", { key: string, value: json<Customer>() });
const minutes = TimeWindows.of({ size: "1m", grace: "10s" });

export function fortyOperators(): Topology {
  const builder = new StreamsBuilder();
  const table = builder.table(customers, { as: "customers" });
  const perSku = builder
    .stream(orders)
    .filter((order) => order.items.length > 0)
    .filterNot((order) => order.customer === "")
    .peek((order, key) => void [order.id, key])
    .mapValues((order) => ({ ...order, cents: order.items.reduce((sum, item) => sum + item.cents * item.count, 0) }))
    .filter((order) => order.cents > 0)
    .selectKey((order) => order.customer)
    .repartition({ key: string, value: json(), name: "by-customer" })
    .join(table, (order, customer) => ({ ...order, customer }))
    .filter((order) => order.customer.level !== null)
    .mapValues((order) => ({ ...order, level: order.customer.level ?? "silver", name: order.customer.name }))
    .leftJoin(table, (order, customer) => ({ ...order, known: customer !== null }))
    .map((order) => ({ key: order.country, value: order }))
    .mapValues((order, country) => ({ ...order, place: `${country}/${order.name}` }))
    .flatMap((order) => order.items.map((item) => ({ key: item.sku, value: { ...item, order: order.id, place: order.place } })))
    .filter((item) => item.count > 0)
    .flatMapValues((item) => [item, { ...item, count: -item.count }])
    .mapValues((item, sku) => ({ ...item, label: `${sku} of ${item.order}` }))
    .peek((item) => void item.label)
    .groupByKey({ key: string, value: json(), name: "by-sku" })
    .aggregate(
      () => ({ count: 0, cents: 0, places: [] as string[] }),
      (all, item) => ({ count: all.count + item.count, cents: all.cents + item.cents, places: [...all.places, item.place] }),
      { as: "per-sku", value: json() },
    )
    .filter((all) => all.count > 0)
    .filterNot((all) => all.places.length > 100)
    .mapValues((all) => ({ ...all, mean: all.cents / all.count }))
    .mapValues((all) => ({ mean: all.mean, place: all.places[0] ?? "nowhere" }), { as: "means" })
    .groupBy((all, sku) => ({ key: all.place, value: { ...all, sku } }))
    .reduce(
      (best, next) => (next.mean > best.mean ? next : best),
      (best) => best,
      { as: "best" },
    )
    .toStream()
    .filter((best) => best !== null);
  perSku
    .merge(perSku.mapValues((best) => ({ ...best, mean: Math.round(best.mean) })))
    .groupBy((best) => best.sku, { key: string })
    .windowedBy(minutes)
    .count({ as: "per-minute" })
    .filter((count) => count > 1)
    .toStream()
    .mapValues((count) => count ?? 0)
    .peek((count, window) => void [count, window.start, window.key])
    .to("per-minute", { key: windowed(string, 60_000), value: int64 });
  perSku
    .toTable({ as: "latest", key: string, value: json() })
    .filter((best) => best.mean > 1)
    .mapValues((best) => best.sku)
    .toStream()
    .mapValues((sku) => sku ?? "")
    .to("latest", { key: string, value: string });
  return builder.build();
}
