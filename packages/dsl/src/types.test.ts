import { bigint64, bytes, int32, int64, json, string, type RecordView, type Windowed } from "@millrace/core";
import { expectTypeOf, test } from "vitest";
import type { KGroupedStream } from "./stream/kgrouped-stream.ts";
import type { KStream } from "./stream/kstream.ts";
import type { KTable } from "./stream/ktable.ts";
import type { JsonHolds, Misuse, SameKey } from "./misuse.ts";
import { StreamsBuilder } from "./streams-builder.ts";
import { TimeWindows } from "./time-windows.ts";
import { topic, type FitsKey, type Topic } from "./topic.ts";

interface Click {
  readonly page: string;
  readonly at: number;
}
const clicks: Topic<string, Click> = topic("clicks", { key: string, value: json<Click>() });
const builder = new StreamsBuilder();
const stream = builder.stream(clicks);
const table = builder.table(topic("users", { key: string, value: json<{ name: string }>() }));
const windows = TimeWindows.of({ size: "1m", grace: "0s" });

test("topics and serdes give a stream its types", () => {
  expectTypeOf(stream).toEqualTypeOf<KStream<string, Click>>();
  expectTypeOf(builder.stream("in", { key: int64, value: int32 })).toEqualTypeOf<KStream<number, number>>();
  expectTypeOf(builder.stream("in")).toEqualTypeOf<KStream<string, unknown>>();
  expectTypeOf(builder.stream(["a", "b"], { value: string })).toEqualTypeOf<KStream<string, string>>();
});

test("callbacks get value, key and record", () => {
  stream.filter((value, key, record) => {
    expectTypeOf(value).toEqualTypeOf<Click>();
    expectTypeOf(key).toEqualTypeOf<string>();
    expectTypeOf(record).toEqualTypeOf<RecordView>();
    return true;
  });
  expectTypeOf(stream.map((value, key) => ({ key: value.at, value: key }))).toEqualTypeOf<KStream<number, string>>();
  expectTypeOf(stream.mapValues((value) => value.at)).toEqualTypeOf<KStream<string, number>>();
  expectTypeOf(stream.flatMapValues((value) => value.page.split("/"))).toEqualTypeOf<KStream<string, string>>();
  expectTypeOf(stream.selectKey((value) => value.at)).toEqualTypeOf<KStream<number, Click>>();
  expectTypeOf(stream.groupBy((value) => value.at)).toEqualTypeOf<KGroupedStream<number, Click>>();
  expectTypeOf(stream.merge(stream.mapValues(() => 1))).toEqualTypeOf<KStream<string, Click | number>>();
});

test("a guard narrows a stream", () => {
  const mixed = stream.mapValues((value): string | number => (value.at > 0 ? value.at : value.page));
  expectTypeOf(mixed.filter((value) => typeof value === "string")).toEqualTypeOf<KStream<string, string>>();
});

test("null is in a table's type where keys can be deleted", () => {
  expectTypeOf(table).toEqualTypeOf<KTable<string, { name: string } | null>>();
  expectTypeOf(table.mapValues((user) => user.name)).toEqualTypeOf<KTable<string, string | null>>();
  expectTypeOf(table.toStream()).toEqualTypeOf<KStream<string, { name: string } | null>>();
  const grouped = stream.groupByKey();
  expectTypeOf(grouped.count()).toEqualTypeOf<KTable<string, number>>();
  expectTypeOf(grouped.count().filter((count) => count > 1)).toEqualTypeOf<KTable<string, number | null>>();
  expectTypeOf(grouped.reduce((a) => a)).toEqualTypeOf<KTable<string, Click>>();
  expectTypeOf(grouped.reduce((a, b) => (b.at > 0 ? a : null))).toEqualTypeOf<KTable<string, Click | null>>();
  expectTypeOf(
    grouped.aggregate(
      () => 0,
      (sum, click) => sum + click.at,
    ),
  ).toEqualTypeOf<KTable<string, number>>();
  expectTypeOf(
    grouped.aggregate(
      () => 0,
      (sum, click) => (click.at > 0 ? sum : null),
    ),
  ).toEqualTypeOf<KTable<string, number | null>>();
});

test("windows are in the key", () => {
  const counts = stream.groupByKey().windowedBy(windows).count();
  expectTypeOf(counts).toEqualTypeOf<KTable<Windowed<string>, number>>();
  expectTypeOf(counts.toStream().map((count, window) => ({ key: window.key, value: count }))).toEqualTypeOf<
    KStream<string, number>
  >();
});

test("a join sees present values, and a left join maybe null", () => {
  const joined = stream.join(table, (left, right, key) => {
    expectTypeOf(left).toEqualTypeOf<Click>();
    expectTypeOf(right).toEqualTypeOf<{ name: string }>();
    expectTypeOf(key).toEqualTypeOf<string>();
    return right.name.length;
  });
  expectTypeOf(joined).toEqualTypeOf<KStream<string, number>>();
  stream.leftJoin(table, (_, right) => expectTypeOf(right).toEqualTypeOf<{ name: string } | null>());
});

test("keys of different types do not join, and the type says why", () => {
  expectTypeOf<SameKey<string, string>>().toEqualTypeOf<unknown>();
  expectTypeOf<SameKey<string, number>>().toExtend<Misuse<string>>();
  expectTypeOf<SameKey<string, string | number>>().toExtend<Misuse<string>>();
  // @ts-expect-error join() needs both sides keyed by the same type
  stream.join(builder.table("t", { key: int64, value: string }), (left) => left);
  // @ts-expect-error join() needs both sides keyed by the same type
  stream.join(stream.groupByKey().windowedBy(windows).count(), (left) => left);
  stream.selectKey((value) => value.at).join(builder.table("t2", { key: int64, value: string }), (left) => left);
});

test("what does not fit a topic is not written there", () => {
  stream.to(clicks);
  table.toStream().to(topic("names", { key: string, value: json<{ name: string } | string>() }));
  stream.mapValues((value) => ({ ...value, more: true })).to(clicks); // a wider serde will do
  expectTypeOf<FitsKey<Windowed<string>, string>>().toExtend<Misuse<string>>();
  const counts = stream.groupByKey().windowedBy(windows).count().toStream();
  const byCard = topic("counts", { key: string, value: int64 });
  // @ts-expect-error to() needs keys of the topic's type
  counts.to(byCard);
  // @ts-expect-error the values are no clicks
  stream.mapValues((value) => value.at).to(clicks);
  // @ts-expect-error the keys are no numbers
  stream.to("out", { key: int64 });
});

test("json() takes the type that is needed", () => {
  stream.to("out", { key: string, value: json() });
  stream.groupByKey({ key: string, value: json() }).aggregate(
    (): string[] => [],
    (pages, click) => [...pages, click.page],
    { value: json() },
  );
  stream.repartition({ value: json(), partitioner: (click, _key, partitions) => [click.at % partitions] });
});

test("a stream of more is a stream of less", () => {
  const pages = (of: KStream<string, { readonly page: string }>): void => of.to("pages");
  pages(stream);
});

test("durations are spelled right, and grace is given", () => {
  TimeWindows.of({ size: "500ms", advance: "0.5s", grace: 0 });
  // @ts-expect-error no such unit
  void (() => TimeWindows.of({ size: "5min", grace: 0 }));
  // @ts-expect-error grace is required
  void (() => TimeWindows.of({ size: "5m" }));
});

test("serdes of a store have the table's types", () => {
  const group = stream.groupByKey();
  group.count({ value: int64 });
  // @ts-expect-error counts are no strings
  group.count({ value: string });
  const pages = (all: string, click: Click): string => all + click.page;
  group.aggregate(() => "", pages, { value: string });
  // @ts-expect-error the aggregate is a string
  group.aggregate(() => "", pages, { value: int64 });
});

test("aggregates that JSON, the default serde, cannot hold need a serde", () => {
  const group = stream.groupByKey();
  const windowed = group.windowedBy(windows);
  const rows = table.groupBy((value, key) => ({ key, value }));
  const same = <T>(all: T): T => all;
  // @ts-expect-error JSON cannot hold bytes
  group.aggregate(() => Buffer.alloc(0), same);
  // @ts-expect-error nor a Map
  group.aggregate(() => new Map<string, number>(), same);
  // @ts-expect-error nor a Set in an object
  windowed.aggregate(() => ({ pages: new Set<string>() }), same);
  // @ts-expect-error nor a Date in a list
  windowed.aggregate((): Date[] => [], same);
  // @ts-expect-error nor a bigint
  rows.aggregate(() => 0n, same, same);
  group.aggregate((): Buffer => Buffer.alloc(0), same, { value: bytes });
  windowed.aggregate((): Buffer => Buffer.alloc(0), same, { value: bytes });
  rows.aggregate(() => 0n, same, same, { value: bigint64 });

  interface Tree {
    readonly name?: string;
    readonly children: readonly Tree[];
    readonly more: Record<string, any>;
    readonly unknown: unknown;
  }
  expectTypeOf(group.aggregate((): Tree => ({ children: [], more: {}, unknown: 1 }), same)).toEqualTypeOf<KTable<string, Tree>>();
  const generic = <T>(of: KGroupedStream<string, T>): KTable<string, T[]> =>
    of.aggregate(
      (): T[] => [],
      (all, value) => [...all, value],
    );
  generic(group);
  expectTypeOf<JsonHolds<Buffer>>().toExtend<Misuse<string>>();
  expectTypeOf<JsonHolds<{ a: [1, "x"]; b?: null }>>().toEqualTypeOf<unknown>();
});
