/**
 * Serdes that cannot hold what their type says: each wrong line is marked for the compiler, so that a place that takes it fails
 * `npm run check`; the test beside this file removes the marks and reads what the compiler says. Every other line compiles.
 */
import { bytes, defineSerde, int64, json, list, serde, StreamsBuilder, string, TimeWindows, topic, windowed } from "millrace";
import type { KGroupedStream, KStream, KTable, Serde, Topic } from "millrace";
import { z } from "zod";

interface Click {
  readonly page: string;
  readonly at?: number | undefined;
}
class Place {
  readonly x: number = 1;
  readonly seen: Set<string> = new Set<string>();
}
class Point {
  readonly x: number = 1;
  distance(): number {
    return this.x;
  }
}
const builder = new StreamsBuilder();
const stream: KStream<string, Click> = builder.stream(topic("clicks", { key: string, value: json<Click>() }));
const group = stream.groupByKey();

export function declared(): void {
  // @ts-expect-error json
  json<Buffer>();
  // @ts-expect-error json
  json<Uint8Array>();
  // @ts-expect-error json
  json<ArrayBuffer>();
  // @ts-expect-error json
  json<Map<string, number>>();
  // @ts-expect-error json
  json<ReadonlySet<string>>();
  // @ts-expect-error json
  json<Date>();
  // @ts-expect-error json
  json<{ d: Date }>();
  // @ts-expect-error json
  json<{ deep: { list: readonly { d?: Date | null }[] } }>();
  // @ts-expect-error json
  json<Record<string, Map<string, string>>>();
  // @ts-expect-error json
  json<[string, bigint]>();
  // @ts-expect-error json
  json<string | bigint>();
  // @ts-expect-error json
  json<() => void>();
  // @ts-expect-error json
  json<typeof Point>();
  // @ts-expect-error json
  json<Place>();
  // @ts-expect-error json
  json<Point>();
  // @ts-expect-error json
  json<URL>();
  // @ts-expect-error json
  json<Promise<string>>();
  // @ts-expect-error json
  json<{ at: Date }>({ integers: "bigint" });
  // @ts-expect-error json
  json<bigint>({ integers: "number" });
  // @ts-expect-error json
  topic("t", { value: json<{ d: Date }>() });
  // @ts-expect-error json
  topic("t", { key: json<{ d: Date }>() });
  // @ts-expect-error json
  list(json<Date>());
  // @ts-expect-error json
  windowed(json<Date>(), 1000);
  // @ts-expect-error json
  builder.stream("in", { value: json<Date>() });
  // @ts-expect-error json
  builder.table("in", { value: json<{ readonly all: readonly bigint[] }>() });
}

export function inferred(): void {
  const buffers = stream.mapValues((click): Buffer => Buffer.from(click.page));
  const dates = stream.mapValues((click) => ({ ...click, day: new Date(click.at ?? 0) }));
  // @ts-expect-error json
  buffers.to("out", { value: json() });
  // @ts-expect-error json
  dates.to("out", { key: string, value: json() });
  // @ts-expect-error json
  buffers.repartition({ value: json() });
  // @ts-expect-error json
  dates.groupByKey({ value: json() });
  // @ts-expect-error json
  dates.groupBy((value) => value.page, { value: json() });
  // @ts-expect-error json
  dates.toTable({ value: json() });
  // @ts-expect-error json
  stream.groupBy(() => new Date(0), { key: json() });
  // @ts-expect-error json
  stream.selectKey(() => new Map<string, string>()).groupByKey({ key: json() });
  // @ts-expect-error json
  buffers.groupByKey().reduce((a) => a, { value: json() });
  // @ts-expect-error json
  stream.toTable().mapValues(() => new Set<string>(), { as: "sets", value: json() });
  // @ts-expect-error json
  stream.toTable().groupBy(() => ({ key: "all", value: { all: [1n] } }), { value: json() });
  // @ts-expect-error json
  dates.join(stream.toTable(), (left) => left.page, { value: json() });
  // @ts-expect-error json
  const typed: Serde<Date> = json();
  void typed;
}

/** Without a serde, an aggregation refuses what the built-in default cannot hold; null: the application's default, which holds it. */
export function aggregates(): void {
  const same = <T>(all: T): T => all;
  const windows = group.windowedBy(TimeWindows.of({ size: "1m", grace: 0 }));
  const rows = builder.table("t", { key: string, value: string }).groupBy((value, key) => ({ key, value }));
  // @ts-expect-error json
  group.aggregate(() => new Map<string, number>(), same);
  // @ts-expect-error json
  group.aggregate(() => ({ first: new Date(0) }), same);
  // @ts-expect-error json
  windows.aggregate(() => Buffer.alloc(0), same);
  // @ts-expect-error json
  rows.aggregate(() => [0n], same, same, { as: "sums" });
  windows.aggregate(() => Buffer.alloc(0), same, { value: null });
  rows.aggregate(() => [0n], same, same, { value: null });
  group.aggregate(
    () => new Map<string, number>(),
    (all) => all,
    { value: null },
  );
  group.aggregate(
    (): Buffer => Buffer.alloc(0),
    (all) => all,
    { value: bytes },
  );
}

/** What JSON holds, and what the compiler cannot know. */
interface Tree {
  readonly name?: string;
  readonly branches: readonly Tree[];
  readonly parent: Tree | null;
  readonly more: Record<string, any>;
  readonly unknown: unknown;
}
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type Id = string & { readonly __brand: "Id" };
declare const brand: unique symbol;
type Tagged = { readonly id: Id } & { readonly [brand]: () => void };
type Symbolic = { readonly id: string } & { readonly __brand: unique symbol };
interface Numbered<T> {
  readonly value: T;
  readonly next: Numbered<T[]> | null;
}
const Order = z.object({ id: z.string().brand<"OrderId">(), at: z.coerce.date(), tags: z.array(z.string()).optional() });
const Plain = z.object({ id: z.string().brand("PlainId"), kind: z.enum(["a", "b"]), sum: z.number().nullable() });
const Big = z.object({ id: z.bigint() });

export const fine: readonly unknown[] = [
  json(),
  json<unknown>(),
  json<any>(),
  json<object>(),
  json<{}>(),
  json<Tree>(),
  json<Json>(),
  json<Id>(),
  json<Tagged>(),
  json<Symbolic>(),
  json<Numbered<string>>(),
  json<Click | null>(),
  json<readonly [string, number] | undefined>(),
  json<z.infer<typeof Plain>>(),
  json<{ id: number | bigint }>({ integers: "bigint" }),
  json({ integers: "bigint" }),
  json(Order),
  json(Plain),
  json(Big, { integers: "bigint" }),
  json(undefined),
];
export const orders: Serde<z.infer<typeof Order>> = json(Order);
export const clicks: Serde<Click> = json();
export const names: Topic<string, Json> = topic("names", { key: string, value: json() });

/** Functions of a program that do not know the type. */
export function typed<T>(): Serde<T> {
  return json<T>();
}
export function listOf<T>(name: string): Topic<string, readonly T[]> {
  return topic(name, { key: string, value: json<readonly T[]>() });
}
export function counted<T>(of: KStream<string, T>): KTable<string, number> {
  of.to("copy", { key: string, value: json() });
  return of.groupByKey({ key: string, value: json() }).count();
}
export function kept<T extends { readonly at: Date }>(of: KStream<string, T>): KStream<string, T> {
  return of.filter((value) => value.at.getTime() > 0);
}
export function gathered<T>(of: KGroupedStream<string, T>): KTable<string, readonly T[]> {
  return of.aggregate(
    (): readonly T[] => [],
    (all, value) => [...all, value],
    { value: json() },
  );
}
stream.groupByKey({ value: json() }).aggregate(
  () => ({ pages: [] as string[] }),
  (all, click) => ({ pages: [...all.pages, click.page] }),
  { value: json() },
);

export function asynchronous(): void {
  // @ts-expect-error async
  serde({ serialize: async (value: string) => Buffer.from(value), deserialize: (from) => from.toString() });
  // @ts-expect-error async
  serde({ serialize: (value: string) => Buffer.from(value), deserialize: async (from) => from.toString() });
  // @ts-expect-error async
  serde<string>({ serialize: (value) => Buffer.from(value), deserialize: async (from) => from.toString() });
  // @ts-expect-error async
  serde<Click>({ serialize: async (value) => Buffer.from(value.page), deserialize: (from) => ({ page: from.toString() }) });
  const { name, identity, read, sizeMax, write } = string;
  defineSerde({ name, identity, read, sizeMax, write });
  defineSerde<string>({ name, identity, read, sizeMax, write, size: sizeMax });
  // @ts-expect-error async
  defineSerde({ name, identity, read: async (from, start, end) => read(from, start, end), sizeMax, write });
  // @ts-expect-error async
  defineSerde<string>({ name, identity, read: async (from, start, end) => read(from, start, end), sizeMax, write });
  // @ts-expect-error async
  defineSerde({ name, identity, read, sizeMax, write: async (to, at, value) => write(to, at, value) });
  // @ts-expect-error async
  defineSerde<string>({ name, identity, read, sizeMax: async (value) => value.length, write });
  // @ts-expect-error async
  defineSerde<string>({ name, identity, read, sizeMax, write, size: async (value) => value.length });
  // @ts-expect-error async
  defineSerde<string>({ name, identity, read, sizeMax, write, normalize: async (value) => value });
}
stream.groupByKey().count({ value: int64 });
