/**
 * Every place in the DSL where a callback stands, with an asynchronous one in it. Each wrong line is marked for the compiler, so
 * that a place that takes it fails `npm run check`; the test beside this file removes the marks and reads what the compiler says.
 */
import { json, StreamsBuilder, string, TimeWindows, topic, type KStream, type KTable, type Windowed } from "millrace";

interface Click {
  readonly page: string;
  readonly at: number;
}
const builder = new StreamsBuilder();
const clicks = topic("clicks", { key: string, value: json<Click>() });
const stream: KStream<string, Click> = builder.stream(clicks);
const table: KTable<string, Click | null> = builder.table(topic("users", { key: string, value: json<Click>() }));
const group = stream.groupByKey();
const windows = group.windowedBy(TimeWindows.of({ size: "1m", grace: 0 }));
const groupedTable = table.groupBy((value, key) => ({ key, value }));
declare function later<T>(value: T): Promise<T>;
const zero = (): number => 0;
const sum = (total: number, value: Click): number => total + value.at;
const first = <T>(value: T): T => value;

export function streams(): void {
  // @ts-expect-error async
  stream.filter(async () => true);
  // @ts-expect-error async
  stream.filterNot(async (value) => (await later(value)).at > 0);
  // @ts-expect-error async
  stream.selectKey(async (value) => value.page);
  // @ts-expect-error async
  stream.map(async (value, key) => ({ key, value }));
  // @ts-expect-error async
  stream.mapValues(async (value) => value.at);
  // @ts-expect-error async
  stream.mapValues((value) => later(value.at));
  // @ts-expect-error async
  stream.mapValues((value) => (value.at > 0 ? later(value.at) : value.at));
  // @ts-expect-error async
  stream.mapValues(async (): Promise<any> => 1);
  // @ts-expect-error async
  stream.mapValues(async () => {
    throw new Error("never");
  });
  // @ts-expect-error async
  stream.flatMap(async (value, key) => [{ key, value }]);
  // @ts-expect-error async
  stream.flatMapValues(async (value) => value.page.split("/"));
  // @ts-expect-error async
  stream.flatMapValues(async function* (value) {
    yield await later(value);
  });
  // @ts-expect-error async
  stream.peek(async () => {});
  // @ts-expect-error async
  stream.foreach(async (value) => void (await later(value)));
  // @ts-expect-error async
  stream.foreach((value) => later(value));
  // @ts-expect-error async
  stream.groupBy(async (value) => value.page);
  // @ts-expect-error async
  stream.join(table, async (left, right) => left.at + right.at);
  // @ts-expect-error async
  stream.leftJoin(table, async (left) => left);
  // @ts-expect-error async
  stream.to(async (value) => value.page);
  // @ts-expect-error async
  stream.to("plain", { partitioner: async (value, _key, partitions) => [value.at % partitions] });
  // @ts-expect-error async
  stream.repartition({ partitioner: async () => [0] });
  // @ts-expect-error async
  stream.mapValues(async (value) => value.at).to("plain");
  // @ts-expect-error async
  builder.stream("in", { timestampExtractor: async () => 0 });
  // @ts-expect-error async
  builder.stream(clicks, { timestampExtractor: async (record) => record.value?.at ?? 0 });
  // @ts-expect-error async
  builder.table("in", { timestampExtractor: async () => 0 });
}

/** Promises in what a callback returns. */
export function inside(): void {
  // @ts-expect-error async
  stream.map((value, key) => ({ key, value: later(value) }));
  // @ts-expect-error async
  stream.map((value) => ({ key: later(value.page), value }));
  // @ts-expect-error async
  stream.map((value, key) => ({ key, value: value.at > 0 ? later(1) : 1 }));
  // @ts-expect-error async
  stream.flatMap((value, key) => [{ key, value: later(value) }]);
  // @ts-expect-error async
  stream.flatMap((value) => [{ key: later(value.page), value }]);
  // @ts-expect-error async
  stream.flatMap((value, key) => value.page.split("/").map(async (page) => ({ key, value: await later(page) })));
  // @ts-expect-error async
  stream.flatMapValues((value) => value.page.split("/").map(async (page) => await later(page)));
  // @ts-expect-error async
  stream.flatMapValues((value) => [later(value), value]);
  // @ts-expect-error async
  stream.flatMapValues((value) => new Set([later(value)]));
  // @ts-expect-error async
  stream.mapValues((value) => value.page.split("/").map(later));
  // @ts-expect-error async
  stream.mapValues((value) => value.page.split("/").map(async (page) => await later(page)));
  // @ts-expect-error async
  stream.selectKey((value) => [later(value.page)]);
  // @ts-expect-error async
  table.mapValues((value) => [later(value)]);
  // @ts-expect-error async
  table.groupBy((value, key) => ({ key, value: later(value) }));
  // @ts-expect-error async
  table.groupBy((value) => ({ key: later(value.page), value }));
}

/** Pairs, items and arrays of which little is known: these compile. */
export function looseInside<T>(any: any, unknown: unknown, one: T, anys: any[], unknowns: readonly unknown[], some: T[]): void {
  stream.map(() => ({ key: any, value: unknown })).to("out");
  stream.map(() => ({ key: one, value: some }));
  stream.map((value, key) => (value.at > 0 ? { key, value } : { key, value: null }));
  stream.map((_, key) => ({ key, value: [] }));
  stream.flatMap(() => anys).to("out");
  stream.flatMap(() => []);
  stream.flatMap((value, key) => [{ key, value: any }].concat([{ key, value }]));
  stream.flatMap(() => [{ key: one, value: some }]);
  stream.flatMapValues(() => anys);
  stream.flatMapValues(() => unknowns);
  stream.flatMapValues(() => some);
  stream.flatMapValues(() => []);
  stream.flatMapValues((value) => value.page);
  stream.flatMapValues((value) => [value.page.split("/")]);
  stream.flatMapValues(function* (value) {
    yield value.at;
  });
  stream.mapValues(() => anys);
  stream.mapValues(() => unknowns);
  stream.mapValues(() => some);
  stream.mapValues((value): [string, number] => [value.page, value.at]);
  table.groupBy((value, key) => (value.at > 0 ? { key, value } : null)).count();
  table.groupBy(() => ({ key: any, value: any }));
  table.groupBy(() => ({ key: one, value: some }));
}

export function groups(): void {
  // @ts-expect-error async
  group.reduce(async (aggregate) => aggregate);
  // @ts-expect-error async
  group.reduce((aggregate, value) => (value.at > 0 ? aggregate : later(value)));
  // @ts-expect-error async
  group.aggregate(async () => 0, first);
  // @ts-expect-error async
  group.aggregate(zero, async (total, value) => total + value.at);
  // @ts-expect-error async
  windows.reduce(async (aggregate) => aggregate);
  // @ts-expect-error async
  windows.aggregate(async () => 0, first);
  // @ts-expect-error async
  windows.aggregate(zero, async (total, value) => total + value.at);
  // @ts-expect-error async
  groupedTable.reduce(async (aggregate) => aggregate, first);
  // @ts-expect-error async
  groupedTable.reduce(first, async (aggregate) => aggregate);
  // @ts-expect-error async
  groupedTable.aggregate(async () => 0, first, first);
  // @ts-expect-error async
  groupedTable.aggregate(zero, async (total, value) => total + value.at, sum);
  // @ts-expect-error async
  groupedTable.aggregate(zero, sum, async (total, value) => total + value.at);
}

export function tables(): void {
  // @ts-expect-error async
  table.filter(async () => true);
  // @ts-expect-error async
  table.filterNot(async () => true);
  // @ts-expect-error async
  table.mapValues(async (value) => value.at);
  // @ts-expect-error async
  table.groupBy(async (value, key) => ({ key, value }));
}

/** Callbacks of which nothing is known, or that never return: these compile. */
export function unknownResults(anything: () => any, never: () => never, unknown: () => unknown): void {
  stream.filter(anything);
  stream.filterNot(never);
  stream.selectKey(anything);
  stream.selectKey(unknown);
  stream.map(anything);
  stream.map(never);
  stream.mapValues(anything).to("out");
  stream.mapValues(never).to("out");
  stream.mapValues(unknown).to("out");
  stream.flatMap(anything);
  stream.flatMapValues(never);
  stream.peek(anything);
  stream.peek(unknown);
  stream.foreach(never);
  stream.foreach((value) => value.at);
  stream.groupBy(anything);
  stream.groupBy(never);
  stream.join(table, anything);
  stream.leftJoin(table, never);
  stream.to(anything);
  stream.to(never);
  stream.to("out", { partitioner: anything });
  builder.stream("in", { timestampExtractor: anything });
  group.reduce(anything);
  group.reduce(never);
  group.aggregate(anything, anything);
  group.aggregate(() => 0, never);
  windows.reduce(never);
  windows.aggregate(() => 0, anything);
  groupedTable.reduce(anything, never);
  groupedTable.aggregate(() => 0, anything, never);
  table.filter(anything);
  table.mapValues(never);
  table.mapValues(anything);
  table.groupBy(anything);
}

/** Functions that do not know their types: helpers over streams of anything. */
export function generic<K, V, R>(
  of: KStream<K, V>,
  to: (value: V) => R,
  rekey: (value: V) => K,
  pass: (value: V) => boolean,
  split: (value: V) => readonly R[],
): KStream<K, R> {
  of.filter(pass).filterNot(pass).peek(to).foreach(to);
  of.mapValues((value) => value)
    .selectKey(rekey)
    .groupByKey()
    .reduce((_, value) => value);
  of.groupBy(rekey).aggregate(
    () => [] as V[],
    (all, value) => [...all, value],
  );
  of.map((value, key) => ({ key, value: to(value) })).to("out");
  of.flatMap((value, key) => [{ key, value }]);
  const windowed: KTable<Windowed<K>, number> = of
    .groupByKey()
    .windowedBy(TimeWindows.of({ size: 1, grace: 0 }))
    .count();
  windowed.filter((count) => count > 1);
  of.toTable()
    .mapValues(to as never)
    .groupBy((value, key) => ({ key, value }));
  return of.merge(of).flatMapValues(split).merge(of.mapValues(to));
}
