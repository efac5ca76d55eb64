import { expect, test } from "vitest";
import { bytes, defineSerde, encode, json, list, serde, string, windowed, type Serde } from "@millrace/core";
import { StreamsBuilder, type KStream } from "@millrace/dsl";
import { TopologyTestDriver } from "../index.ts";

type Stream = KStream<string, any>;

const text: Serde<any> = string;
const texts: Serde<any> = list<any>(string);

const reason = new Error("lookup failed");
const fails = async (): Promise<never> => Promise.reject(reason);

/** Calls that make a promise of the record which rejects; vitest fails on a rejection that nobody handles. */
const told: Readonly<Record<string, (stream: Stream) => unknown>> = {
  "items of an array": (stream) => stream.flatMapValues((() => [1, 2].map(fails)) as never).to("out"),
  "items of a set": (stream) => stream.flatMapValues((() => new Set([fails(), fails()])) as never).to("out"),
  "a later item": (stream) => stream.flatMapValues((() => [fails(), 1, { deep: [fails()] }]) as never).to("out"),
  "items of a flatMap": (stream) => stream.flatMap((() => [fails(), fails()]) as never).to("out"),
  "key and value of a pair": (stream) => stream.map((() => ({ key: fails(), value: fails() })) as never).to("out"),
  "values of pairs": (stream) => stream.flatMap((() => [1, 2].map((key) => ({ key, value: fails() }))) as never).to("out"),
  "a pair that is an array": (stream) => stream.map((() => [fails(), fails()]) as never).to("out"),
  "a partitioner's array": (stream) => stream.to("out", { partitioner: (() => [fails(), fails()]) as never }),
  "a partitioner's set": (stream) => stream.to("out", { partitioner: (() => new Set([fails()])) as never }),
  "an array of mapValues": (stream) => stream.mapValues((() => [1, 2].map(fails)) as never).to("out"),
  "nested in JSON": (stream) =>
    stream.mapValues((() => ({ a: [{ b: fails(), c: new Map([[1, fails()]]) }] })) as never).to("out"),
  "a value that a serde refuses": (stream) => stream.mapValues((() => [fails()]) as never).to("out", { value: text }),
  "items of a list": (stream) => stream.mapValues((() => [fails(), fails()]) as never).to("out", { value: texts }),
  "an aggregate": (stream) =>
    stream.groupByKey().aggregate(() => ({}), (() => ({ sum: [fails(), fails()] })) as never, { value: json() }),
  "an aggregate of a list": (stream) =>
    stream.groupByKey().aggregate(() => [], (() => [fails(), fails()]) as never, { value: texts }),
  "an asynchronous write": (stream) => stream.to("out", { value: defineSerde<any>({ ...string, write: fails as never }) }),
  "an asynchronous sizeMax": (stream) => stream.to("out", { value: defineSerde<any>({ ...string, sizeMax: fails as never }) }),
  "an asynchronous write of keys": (stream) => stream.to("out", { key: defineSerde<any>({ ...string, write: fails as never }) }),
  "an asynchronous serialize": (stream) =>
    stream.to("out", { value: serde<any>({ serialize: fails as never, deserialize: () => null as never }) }),
  "an asynchronous write of a store": (stream) =>
    stream.groupByKey().reduce((a) => a as unknown, { value: defineSerde<any>({ ...json(), write: fails as never }) }),
};

for (const [name, use] of Object.entries(told))
  test(`a rejection is the cause of the record's error: ${name}`, async () => {
    const builder = new StreamsBuilder();
    use(builder.stream<string, any>("in").mapValues((value) => value as unknown));
    using driver = new TopologyTestDriver(builder.build());
    let thrown: unknown;
    try {
      driver.inputTopic("in").pipe("k", "v");
    } catch (error) {
      thrown = error;
    }
    await new Promise(setImmediate);
    expect(causes(thrown).at(-1)).toBe(reason);
  });

/** Places where a serde reads: topics, stores, lists, windows and changes. */
const lateText = defineSerde<any>({
  ...string,
  name: "late",
  identity: "bytes",
  holds: undefined as never,
  read: fails as never,
});
const late: Readonly<Record<string, (builder: StreamsBuilder) => unknown>> = {
  "a value": (builder) => builder.stream("in", { value: lateText }).to("out"),
  "a key": (builder) => builder.stream("in", { key: lateText }).to("out"),
  "the item of a list": (builder) => builder.stream("in", { value: list(lateText) }).to("out"),
  "the key of a window": (builder) => builder.stream("in", { key: windowed(lateText, 10) }).to("out"),
  "a value of a repartition topic": (builder) => builder.stream<string, any>("in").repartition({ value: lateText }).to("out"),
  "an aggregate": (builder) =>
    builder
      .stream<string, any>("in")
      .groupByKey()
      .reduce((a) => a as unknown, { value: lateText, caching: false }),
  "a cached aggregate": (builder) =>
    builder
      .stream<string, any>("in")
      .groupByKey()
      .reduce((a) => a as unknown, { value: lateText }),
  "a change": (builder) =>
    builder
      .table("in", { value: string })
      .groupBy((value, key) => ({ key, value }), { value: lateText })
      .count(),
};
const items = encode(["a"], list(string));
for (const [name, use] of Object.entries(late))
  test(`a serde that reads a promise is refused with its place: ${name}`, async () => {
    const builder = new StreamsBuilder();
    use(builder);
    using driver = new TopologyTestDriver(builder.build());
    let thrown: unknown;
    try {
      const input = driver.inputTopic<any, any>("in", { key: bytes, value: bytes });
      for (const _ of [1, 2]) input.pipe(Buffer.from("a key and more"), Buffer.from(name.includes("list") ? items : '"text"'));
    } catch (error) {
      thrown = error;
    }
    await new Promise(setImmediate);
    const told = causes(thrown);
    expect(told.at(-1)).toBe(reason);
    expect(told.at(-2)).toMatchObject({ code: "STREAMS_DESERIALIZATION" });
    expect(String(told.at(-2))).toContain("its read returned a promise, but serdes are synchronous");
    // a cache that is flushed is at no record
    expect(String(told[0])).toMatch(name === "a cached aggregate" ? '"late"' : /offset \d of "/);
  });

test("promises in what a failing operator was given reject without ending the process", async () => {
  const builder = new StreamsBuilder();
  builder
    .stream<string, any>("in")
    .mapValues(() => ({ items: [1, 2].map(fails) }))
    .mapValues((): string => {
      throw new Error("boom");
    })
    .to("out");
  using driver = new TopologyTestDriver(builder.build(), { processingErrors: "continue" });
  driver.inputTopic("in").pipe("k", "v");
  await new Promise(setImmediate);
  expect(driver.drops()).toMatchObject([{ reason: "processing", cause: { message: "boom" } }]);
});

test.each([1.5, NaN, null, undefined, -1, "9", {}])(
  "a serde whose write returns %s is named, as a key's and a value's",
  (end) => {
    const broken = defineSerde<any>({ ...string, name: "mine", write: () => end as never });
    for (const options of [{ key: broken }, { value: broken }]) {
      const builder = new StreamsBuilder();
      builder.stream<string, any>("in", { value: string }).to("out", { value: string, ...options });
      using driver = new TopologyTestDriver(builder.build());
      expect(() => driver.inputTopic("in", { value: string }).pipe("k", "v")).toThrow('Serde "mine" returned');
    }
  },
);

test.each([1.5, NaN, null, "9", -1])("a serde whose sizeMax returns %s is named", (bytesMax) => {
  const broken = defineSerde<any>({ ...string, name: "mine", sizeMax: () => bytesMax as never });
  const builder = new StreamsBuilder();
  builder.stream<string, any>("in").to("out");
  using driver = new TopologyTestDriver(builder.build());
  expect(() => driver.inputTopic("in", { value: broken }).pipe("k", "v")).toThrow('Serde "mine" returned');
});

function causes(error: unknown): unknown[] {
  const found = [];
  for (let next = error; next instanceof Error; next = next.cause) found.push(next);
  return found;
}
