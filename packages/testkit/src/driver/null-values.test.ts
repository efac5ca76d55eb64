import { expect, expectTypeOf, test } from "vitest";
import { json, string, TopologyError } from "@millrace/core";
import { StreamsBuilder, topic, type KStream, type KTable } from "@millrace/dsl";
import { TopologyTestDriver } from "../index.ts";

interface User {
  readonly name: string;
}
const users = topic("users", { key: string, value: json<User>() });

test("a typed stream drops null values, and says so", () => {
  const builder = new StreamsBuilder();
  const stream = builder.stream(users);
  expectTypeOf(stream).toEqualTypeOf<KStream<string, User>>();
  stream.mapValues((user) => user.name).to("names");
  using driver = new TopologyTestDriver(builder.build());
  driver.inputTopic(users).pipe("a", { name: "Ann" });
  driver.inputTopic(users).pipe("a", null);
  expect(driver.outputTopic("names").readAll()).toMatchObject([{ key: "a", value: "Ann" }]);
  expect(driver.drops()).toMatchObject([
    { nodeName: "KSTREAM-SOURCE-0000000000", topic: "users", partition: 0, offset: 1, reason: "null value", cause: null },
  ]);
});

test("null values are kept on request, and then are in the type", () => {
  const builder = new StreamsBuilder();
  const stream = builder.stream(users, { nulls: "keep" });
  expectTypeOf(stream).toEqualTypeOf<KStream<string, User | null>>();
  expectTypeOf(stream.toTable()).toEqualTypeOf<KTable<string, User | null>>();
  stream.toTable({ as: "users" }).toStream().to("out");
  using driver = new TopologyTestDriver(builder.build());
  driver.inputTopic(users).pipe("a", { name: "Ann" });
  driver.inputTopic(users).pipe("a", null);
  expect(driver.outputTopic("out").readAll()).toMatchObject([{ value: { name: "Ann" } }, { value: null }]);
  expect(driver.drops()).toEqual([]);
});

test("a stream of typed values without a serde drops null values as well", () => {
  const builder = new StreamsBuilder();
  const typed = builder.stream<string, User>("in");
  expectTypeOf(typed).toEqualTypeOf<KStream<string, User>>();
  typed.mapValues((user) => user.name).to("out");
  builder.stream("kept", { nulls: "keep" }).to("out");
  using driver = new TopologyTestDriver(builder.build());
  driver.inputTopic("in").pipe("a", null);
  driver.inputTopic("kept").pipe("b", null);
  expect(driver.outputTopic("out").readAll()).toMatchObject([{ key: "b", value: null }]);
  expect(driver.drops()).toMatchObject([{ nodeName: "KSTREAM-SOURCE-0000000000", reason: "null value" }]);
});

test("a table sees null values in any case", () => {
  const builder = new StreamsBuilder();
  builder.table(users, { as: "users" }).toStream().to("out");
  using driver = new TopologyTestDriver(builder.build());
  driver.inputTopic(users).pipe("a", { name: "Ann" });
  driver.inputTopic(users).pipe("a", null);
  expect(driver.outputTopic("out").readAll()).toMatchObject([{ value: { name: "Ann" } }, { value: null }]);
});

test("two streams of a topic want the same of null values", () => {
  const built = (program: (builder: StreamsBuilder) => void): (() => unknown) => {
    const builder = new StreamsBuilder();
    program(builder);
    return () => builder.build();
  };
  expect(built((b) => [b.stream(users), b.stream(users, { nulls: "keep" })])).toThrow(TopologyError);
  expect(built((b) => [b.stream(users, { nulls: "keep" }), b.stream("users", { nulls: "drop" })])).toThrow(
    "are read twice, once with null",
  );
  expect(built((b) => [b.stream("users"), b.stream(users)])).not.toThrow();

  const builder = new StreamsBuilder();
  builder.stream("users").to("out");
  builder
    .stream(users)
    .mapValues((user) => user.name)
    .to("names");
  using driver = new TopologyTestDriver(builder.build());
  driver.inputTopic("users").pipe("a", null);
  expect(driver.outputTopic("out").readAll()).toEqual([]);
  expect(driver.drops()).toMatchObject([{ reason: "null value" }]);
});

test("a value that a repartition's sink refuses is told by the user's steps", () => {
  const builder = new StreamsBuilder();
  builder
    .stream("in")
    .mapValues(() => 1n, { name: "to-bigint" })
    .groupBy(() => "all")
    .count();
  using driver = new TopologyTestDriver(builder.build());
  expect(() => driver.inputTopic("in").pipe("a", 1)).toThrow(
    /of groupBy\(\) cannot write to topic.*The keys come from groupBy "KSTREAM-KEY-SELECT-0000000002", the values from mapValues "to-bigint"\./,
  );
});
