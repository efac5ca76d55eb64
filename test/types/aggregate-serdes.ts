/** Aggregations whose types must agree: of the initializer, of what the callbacks return, and of the serde. All of them compile. */
import { bytes, int64, json, StreamsBuilder, string, TimeWindows, topic } from "millrace";
import type { KGroupedStream, KGroupedTable, KTable, Serde, TimeWindowedKStream } from "millrace";

const builder = new StreamsBuilder();
const stream = builder.stream(topic("in", { key: string, value: json<{ readonly cents: number }>() }));
const group = stream.groupByKey();
const windows = group.windowedBy(TimeWindows.of({ size: "1m", grace: 0 }));
const rows = builder.table(topic("t", { key: string, value: int64 })).groupBy((value, key) => ({ key, value }));

/** The serde is wider than what the initializer returns: its type decides. */
export const bytesOfKeys: KTable<string, Buffer> = group.aggregate(
  () => Buffer.alloc(0),
  (all, value) => Buffer.concat([all, Buffer.from(String(value.cents))]),
  { value: bytes, as: "all" },
);
export const deleted: KTable<string, Buffer | null> = group.aggregate(
  () => Buffer.alloc(0),
  (all, value) => (value.cents > 0 ? all : null),
  { value: bytes },
);
windows.aggregate(
  () => Buffer.alloc(0),
  (all) => all,
  { value: bytes },
);
rows.aggregate(
  () => Buffer.alloc(0),
  (all) => all,
  (all) => all,
  { value: bytes },
);

/** Helpers that do not know the type of the aggregates. */
export function generic<K, V, A>(
  of: KGroupedStream<K, V>,
  inWindows: TimeWindowedKStream<K, V>,
  table: KGroupedTable<K, V>,
  initializer: () => A,
  aggregator: (aggregate: A, value: V) => A,
  value: Serde<A>,
): KTable<K, A> {
  inWindows.aggregate(initializer, aggregator, { value });
  table.aggregate(initializer, aggregator, aggregator, { value, as: "store" });
  return of.aggregate<A>(initializer, (aggregate, given) => aggregator(aggregate, given), { value });
}
export function inferred<K, A>(of: KGroupedStream<K, number>, initializer: () => A, value: Serde<A>): KTable<K, A> {
  return of.aggregate(initializer, (aggregate) => aggregate, { value });
}

/** The type of the aggregates alone. */
export const sums: KTable<string, number> = group.aggregate<number>(
  () => 0,
  (sum, value) => sum + value.cents,
);
export const sumsAsInt64: KTable<string, number> = group.aggregate<number>(
  () => 0,
  (sum, value) => sum + value.cents,
  { value: int64 },
);
export const lists: KTable<string, string[]> = group.aggregate<string[]>(
  () => [],
  (all, value) => [...all, String(value.cents)],
);
windows.aggregate<number>(
  () => 0,
  (sum, value) => sum + value.cents,
);
rows.aggregate<number>(
  () => 0,
  (sum, value) => sum + value,
  (sum, value) => sum - value,
);
