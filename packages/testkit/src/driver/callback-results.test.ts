import { describe, expect, test } from "vitest";
import { json, string, type StreamPartitioner } from "@millrace/core";
import { StreamsBuilder, TimeWindows, topic, type KStream, type KTable } from "@millrace/dsl";
import { TopologyTestDriver } from "../index.ts";

type Any = (...args: any[]) => any;
type Stream = KStream<string, any>;
type Table = KTable<string, any>;

const pair = { key: "g", value: 1 };
const sum = (total: number, value: number): number => total + value;
const minutes = TimeWindows.of({ size: "1m", grace: 0 });
const numbers = { value: json<any>() };
const pairs = { key: string, value: json<any>() };

/** Every operator that takes a function which makes a value, by the name in its messages. */
const values: Readonly<Record<string, (stream: Stream, table: Table, callback: Any) => unknown>> = {
  "mapper of mapValues()": (stream, _table, callback) => stream.mapValues(callback).to("out"),
  "mapper of flatMapValues()": (stream, _table, callback) => stream.flatMapValues(() => [callback()] as never).to("out"),
  "mapper of map()": (stream, _table, callback) => stream.map(() => ({ key: "k", value: callback() as unknown })).to("out"),
  "mapper of flatMap()": (stream, _table, callback) =>
    stream.flatMap(() => [{ key: "k", value: callback() as unknown }]).to("out"),
  "initializer of aggregate()": (stream, _table, callback) => stream.groupByKey().aggregate(callback, sum as never, numbers),
  "aggregator of aggregate()": (stream, _table, callback) => stream.groupByKey().aggregate(() => 0, callback, numbers),
  "reducer of reduce()": (stream, _table, callback) => stream.groupByKey().reduce(callback),
  "joiner of join()": (stream, table, callback) => stream.join(table, callback).to("out"),
  "joiner of leftJoin()": (stream, table, callback) => stream.leftJoin(table, callback).to("out"),
};

const windowed: typeof values = {
  "initializer of aggregate()": (stream, _table, callback) =>
    stream
      .groupByKey()
      .windowedBy(minutes)
      .aggregate(callback, sum as never, numbers),
  "aggregator of aggregate()": (stream, _table, callback) =>
    stream
      .groupByKey()
      .windowedBy(minutes)
      .aggregate(() => 0, callback, numbers),
  "reducer of reduce()": (stream, _table, callback) => stream.groupByKey().windowedBy(minutes).reduce(callback),
};

const tables: typeof values = {
  "mapper of mapValues()": (_stream, table, callback) => table.mapValues(callback).toStream().to("out"),
  "mapper of mapValues() with a store": (_stream, table, callback) => table.mapValues(callback, { as: "m", ...numbers }),
  "mapper of mapValues() that a join looks up": (stream, table, callback) =>
    stream.join(table.mapValues(callback), (left) => left as unknown).to("out"),
  "mapper of groupBy()": (_stream, table, callback) =>
    table.groupBy((() => ({ key: "g", value: callback() as unknown })) as never, pairs).count(),
  "initializer of aggregate()": (_stream, table, callback) =>
    table.groupBy(() => pair, pairs).aggregate(callback, sum as never, sum as never, numbers),
  "adder of aggregate()": (_stream, table, callback) =>
    table.groupBy(() => pair, pairs).aggregate(() => 0, callback, sum as never, numbers),
  "subtractor of aggregate()": (_stream, table, callback) =>
    table.groupBy(() => pair, pairs).aggregate(() => 0, sum as never, callback, numbers),
  "adder of reduce()": (_stream, table, callback) => table.groupBy(() => pair, pairs).reduce(callback, sum),
  "subtractor of reduce()": (_stream, table, callback) => table.groupBy(() => pair, pairs).reduce(sum, callback),
};

/** Those whose whole result is a promise when the function is `async`. */
const others: typeof values = {
  "predicate of filter()": (stream, _table, callback) => stream.filter(callback).to("out"),
  "predicate of filterNot()": (stream, _table, callback) => stream.filterNot(callback).to("out"),
  "key selector of selectKey()": (stream, _table, callback) => stream.selectKey(callback).to("out"),
  "key selector of groupBy()": (stream, _table, callback) => stream.groupBy(callback).count(),
  "mapper of map()": (stream, _table, callback) => stream.map(callback as never).to("out"),
  "mapper of flatMap()": (stream, _table, callback) => stream.flatMap(callback as never).to("out"),
  "mapper of flatMapValues()": (stream, _table, callback) => stream.flatMapValues(callback as never).to("out"),
  "action of peek()": (stream, _table, callback) => stream.peek(callback).to("out"),
  "action of foreach()": (stream, _table, callback) => stream.foreach(callback),
  "predicate of filter() of a table": (_stream, table, callback) => table.filter(callback).toStream().to("out"),
  "predicate of filter() with a store": (_stream, table, callback) => table.filter(callback, { as: "f" }),
  "predicate of filterNot() that a join looks up": (stream, table, callback) =>
    stream.join(table.filterNot(callback), (left) => left as unknown).to("out"),
  "mapper of groupBy() of a table": (_stream, table, callback) => table.groupBy(callback as never, pairs).count(),
  "topic extractor of to()": (stream, _table, callback) => stream.to(callback as never),
  "partitioner of to()": (stream, _table, callback) => stream.to("out", { partitioner: callback as StreamPartitioner<any, any> }),
};

const rows = topic("rows", { key: string, value: json<any>() });

/** Two rows of a key, then two records of it: what each operator needs in order to call all its functions. */
function run(program: (stream: Stream, table: Table, callback: Any) => unknown, callback: Any): TopologyTestDriver {
  const builder = new StreamsBuilder();
  program(builder.stream("in"), builder.table(rows), callback);
  const driver = new TopologyTestDriver(builder.build(), { processingErrors: "continue", processingErrorsScope: "everywhere" });
  const names = new Set(builder.build().nodes.flatMap((node) => (node.kind === "source" ? node.topics : [])));
  for (const value of [1, 2]) if (names.has("rows")) driver.inputTopic(rows).pipe("k", value);
  for (const value of [1, 2]) driver.inputTopic("in").pipe("k", value);
  return driver;
}

function causes(driver: TopologyTestDriver): { readonly code: string; readonly message: string; readonly cause?: unknown }[] {
  return driver.drops().map(({ cause }) => cause as never);
}

/** `role of operator()`, as messages say it: `The role given to operator() at node …`. */
function said(name: string): string {
  const [, role, operator] = /^(.+?) of (\w+\(\))/.exec(name)!;
  return `The ${role!} given to ${operator!} at node "`;
}

const makers = [values, windowed, tables].flatMap((table) => Object.entries(table));

describe("undefined", () => {
  test.each(makers)("is refused where it was made: the %s", (name, program) => {
    using driver = run(program, () => undefined);
    expect(causes(driver)).not.toEqual([]);
    for (const { code, message } of causes(driver)) {
      expect(code).toBe("STREAMS_UNDEFINED_VALUE");
      expect(message).toContain(said(name));
    }
    expect(driver.producedRecords.filter(({ topic: to }) => to === "out")).toEqual([]);
  });

  test.each(makers)("is not null, which is taken: the %s", (_name, program) => {
    using driver = run(program, () => null);
    expect(causes(driver).filter((cause) => cause !== null && cause.code === "STREAMS_UNDEFINED_VALUE")).toEqual([]);
  });

  const keys: Readonly<Record<string, (stream: Stream, table: Table) => unknown>> = {
    selectKey: (stream) => stream.selectKey(() => undefined).to("out", { key: string as never }),
    map: (stream) => stream.map((value: number) => ({ key: undefined, value })).to("out", { key: string as never }),
    flatMap: (stream) => stream.flatMap((value: number) => [{ key: undefined, value }]).to("out", { key: string as never }),
  };
  test.each(Object.entries(keys))("as a key is null: %s", (_name, program) => {
    using driver = run(program, () => undefined);
    expect(driver.outputTopic("out").readKeyValues()).toEqual([
      { key: null, value: 1 },
      { key: null, value: 2 },
    ]);
  });

  test("as the key of a group is null: the record or row is in none", () => {
    using streams = run(
      (stream) => stream.groupBy(() => undefined as never).count({ as: "counts" }),
      () => undefined,
    );
    expect(streams.keyValueStore("counts").all()).toEqual([]);
    using grouped = run(
      (_stream, table) => table.groupBy((() => ({ key: undefined, value: 1 })) as never, pairs).count({ as: "counts" }),
      () => undefined,
    );
    expect(grouped.keyValueStore("counts").all()).toEqual([]);
    expect([...causes(streams), ...causes(grouped)].filter((cause) => cause !== null)).toEqual([]);
  });
});

describe("a promise", () => {
  const asynchronous = [...makers, ...Object.entries(others)];
  test.each(asynchronous)("is refused where it was made: the %s", async (name, program) => {
    const rejected = new RangeError("refused later");
    using driver = run(program, () => Promise.reject(rejected));
    const found = causes(driver);
    expect(found).not.toEqual([]);
    for (const { code, message } of found) {
      expect(code).toBe("STREAMS_ASYNC_CALLBACK");
      expect(message).toContain(said(name));
      expect(message).toContain("callbacks are synchronous");
    }
    expect(driver.producedRecords.filter(({ topic: to }) => to === "out")).toEqual([]);
    // its rejection is the cause from now on; unhandled, it would end this test's process
    await Promise.resolve();
    for (const { cause } of found) expect(cause).toBe(rejected);
  });

  test("of another library counts, and is not set going", () => {
    let started = 0;
    using driver = run(
      (stream, _table, callback) => stream.foreach(callback),
      // oxlint-disable-next-line unicorn/no-thenable
      () => ({ then: () => void (started += 1) }),
    );
    expect(causes(driver).map(({ code }) => code)).toEqual(["STREAMS_ASYNC_CALLBACK", "STREAMS_ASYNC_CALLBACK"]);
    expect(started).toBe(0);
  });

  test("in a list is refused one by one, and an async generator as a whole", () => {
    using list = run(
      (stream, _table, callback) => stream.flatMapValues(callback as never).to("out"),
      () => [1, Promise.resolve(2)],
    );
    expect(list.outputTopic("out").readValues()).toEqual([1, 1]);
    expect(causes(list)[0]).toMatchObject({ code: "STREAMS_ASYNC_CALLBACK" });
    using generator = run(
      (stream, _table, callback) => stream.flatMapValues(callback as never).to("out"),
      async function* () {
        yield await Promise.resolve(1);
      },
    );
    expect(causes(generator)[0]!.message).toContain("returned an async generator");
  });

  test("of a timestamp extractor is the extractor's error", () => {
    const builder = new StreamsBuilder();
    builder.stream("in", { timestampExtractor: (() => Promise.resolve(1)) as never }).to("out");
    using driver = new TopologyTestDriver(builder.build());
    expect(() => driver.inputTopic("in").pipe("k", 1)).toThrow(
      expect.objectContaining({
        code: "STREAMS_TIMESTAMP_EXTRACTOR_FAILED",
        cause: expect.objectContaining({ code: "STREAMS_ASYNC_CALLBACK" }),
      }),
    );
  });
});

test.each([
  ["map", (stream: Stream) => stream.map((() => 7) as never).to("out"), "an object { key, value }"],
  ["flatMap", (stream: Stream) => stream.flatMap((() => ({})) as never).to("out"), "an iterable"],
  ["flatMapValues", (stream: Stream) => stream.flatMapValues((() => 7) as never).to("out"), "an iterable"],
  ["flatMap", (stream: Stream) => stream.flatMap((() => [7]) as never).to("out"), "an object { key, value }"],
])("what %s cannot take is named, and what it needs", (operator, program, wanted) => {
  using driver = run(program, () => undefined);
  expect(causes(driver)[0]).toMatchObject({
    code: "STREAMS_NULL_RESULT",
    message: expect.stringMatching(new RegExp(`given to ${operator}\\(\\) .* but ${wanted}`)),
  });
});

test("a generator function is an iterable like any other", () => {
  using driver = run(
    (stream, _table, callback) => stream.flatMapValues(callback as never).to("out"),
    function* (value: never) {
      yield value;
      yield value;
    },
  );
  expect(driver.outputTopic("out").readValues()).toEqual([1, 1, 2, 2]);
});
