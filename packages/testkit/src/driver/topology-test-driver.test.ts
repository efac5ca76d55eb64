import { describe, expect, expectTypeOf, test } from "vitest";
import { int64, json, string } from "@millrace/core";
import { StreamsBuilder, TimeWindows, topic } from "@millrace/dsl";
import { TopologyTestDriver } from "../index.ts";

interface Attempt {
  readonly card: string;
  readonly approved: boolean;
}
const attempts = topic("auth-attempt", { key: string, value: json<Attempt>() });

function declines(): StreamsBuilder {
  const builder = new StreamsBuilder();
  builder
    .stream(attempts)
    .filter((attempt) => !attempt.approved)
    .groupByKey()
    .windowedBy(TimeWindows.of({ size: "1m", grace: "0ms" }))
    .count({ as: "declines-per-card" })
    .toStream()
    .map((count, window) => ({ key: window.key, value: { count, from: window.start } }))
    .to("card-alert", { key: string, value: json() });
  return builder;
}

describe("a driver", () => {
  test("pipes records in, gives records out, and shows stores", () => {
    using driver = new TopologyTestDriver(declines().build(), { applicationId: "test" });
    const input = driver.inputTopic(attempts);
    const alerts = driver.outputTopic("card-alert", { key: string, value: json<{ count: number; from: number }>() });
    input.pipe("4111", { card: "4111", approved: false }, { timestamp: 0 });
    input.pipe("4111", { card: "4111", approved: true }, { timestamp: 1_000 });
    input.pipe("4111", { card: "4111", approved: false }, { timestamp: 59_999 });
    input.pipe("4111", { card: "4111", approved: false }, { timestamp: 60_000 });
    const read = alerts.readAll();
    expectTypeOf(read[0]!.value).toEqualTypeOf<{ count: number; from: number }>();
    expect(read.map(({ key, value, timestamp }) => [key, value, timestamp])).toEqual([
      ["4111", { count: 1, from: 0 }, 0],
      ["4111", { count: 2, from: 0 }, 59_999],
      ["4111", { count: 1, from: 60_000 }, 60_000],
    ]);
    expect(alerts.isEmpty()).toBe(true);
    expect(driver.windowStore<string, number>("declines-per-card").fetch("4111", 60_000, 60_000)).toEqual([
      { key: "4111", start: 60_000, end: 120_000, value: 1, timestamp: 60_000 },
    ]);
    expect([...driver.producedTopicNames]).toEqual(["test-declines-per-card-changelog", "card-alert"]);
  });

  test("feeds what is produced to a topic that the topology reads back at once, repartition topics by their physical names", () => {
    const builder = new StreamsBuilder();
    builder
      .stream<string, string>("in", { value: string })
      .selectKey((value) => value)
      .groupByKey({ key: string, value: string })
      .count({ as: "counts" })
      .toStream()
      .to("out", { value: int64 });
    using driver = new TopologyTestDriver(builder.build(), { applicationId: "app" });
    const input = driver.inputTopic("in", { value: string });
    input.pipe(null, "a");
    input.pipe(null, "b");
    input.pipe(null, "a");
    expect(driver.outputTopic("out", { value: int64 }).readKeyValues()).toEqual([
      { key: "a", value: 1 },
      { key: "b", value: 1 },
      { key: "a", value: 2 },
    ]);
    expect([...driver.producedTopicNames]).toEqual(["app-counts-repartition", "app-counts-changelog", "out"]);
    expect(
      driver
        .keyValueStore<string, number>("counts")
        .all()
        .map(({ key, value }) => [key, value]),
    ).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
    expect(
      driver
        .keyValueStore<string, number>("counts")
        .range("b", null)
        .map(({ key }) => key),
    ).toEqual(["b"]);
    expect(driver.keyValueStore<string, number>("counts").get("none")).toBeNull();
  });

  test("works with the default serdes: strings and JSON", () => {
    const builder = new StreamsBuilder();
    builder
      .stream("in")
      .mapValues((value) => ({ was: value }))
      .to("out");
    using driver = new TopologyTestDriver(builder.build());
    driver.inputTopic("in").pipe("k", [1, 2]);
    expect(driver.outputTopic("out").read()).toMatchObject({ key: "k", value: { was: [1, 2] } });
  });

  test("carries headers and null keys and values", () => {
    const builder = new StreamsBuilder();
    builder.stream("in", { nulls: "keep" }).to("out");
    using driver = new TopologyTestDriver(builder.build());
    driver.inputTopic("in").pipe(null, null, {
      timestamp: 7,
      headers: [
        { key: "h", value: "text" },
        { key: "h", value: null },
      ],
    });
    expect(driver.outputTopic("out").read()).toEqual({
      key: null,
      value: null,
      timestamp: 7,
      headers: [
        { key: "h", value: Buffer.from("text") },
        { key: "h", value: null },
      ],
    });
  });

  test("can be disposed of twice, and then takes nothing more", () => {
    const builder = new StreamsBuilder();
    builder.stream("in").to("out");
    const driver = new TopologyTestDriver(builder.build());
    driver.close();
    driver[Symbol.dispose]();
    expect(() => driver.inputTopic("in").pipe("k", 1)).toThrow(expect.objectContaining({ code: "TESTKIT_DRIVER_CLOSED" }));
    expect(() => driver.advanceWallClock(1)).toThrow(expect.objectContaining({ code: "TESTKIT_DRIVER_CLOSED" }));
  });
});

describe("time", () => {
  function passThrough(): TopologyTestDriver {
    const builder = new StreamsBuilder();
    builder.stream("in").to("out");
    return new TopologyTestDriver(builder.build(), { wallClockMs: 1_000 });
  }

  test("a record without a time has the wall clock's, which only moves when told to", () => {
    using driver = passThrough();
    const input = driver.inputTopic("in");
    input.pipe("k", 1);
    driver.advanceWallClock("1m");
    input.pipe("k", 2);
    expect(
      driver
        .outputTopic("out")
        .readAll()
        .map(({ timestamp }) => timestamp),
    ).toEqual([1_000, 61_000]);
    expect(driver.wallClockMs).toBe(61_000);
  });

  test("an input topic may count time by itself; explicit times do not move it", () => {
    using driver = passThrough();
    const input = driver.inputTopic("in", { startTimestamp: 5, autoAdvance: 10 });
    input.pipe("k", 1);
    input.pipe("k", 2, { timestamp: 3 });
    input.pipe("k", 3);
    expect(
      driver
        .outputTopic("out")
        .readAll()
        .map(({ timestamp }) => timestamp),
    ).toEqual([5, 3, 15]);
  });

  test("does not go backwards", () => {
    using driver = passThrough();
    expect(() => driver.advanceWallClock(-1)).toThrow(expect.objectContaining({ code: "TESTKIT_INVALID_ADVANCE" }));
  });

  test("releases what waits for another input", () => {
    const builder = new StreamsBuilder();
    builder.stream("a").merge(builder.stream("b")).to("out");
    using driver = new TopologyTestDriver(builder.build(), { maxTaskIdleMs: 100 });
    driver.inputTopic("a").pipe("k", 1);
    const out = driver.outputTopic("out");
    driver.advanceWallClock(99);
    expect(out.isEmpty()).toBe(true);
    driver.advanceWallClock(1);
    expect(out.size).toBe(1);
  });
});

describe("mistakes", () => {
  test("an unknown topic is an error that lists those there are", () => {
    const builder = new StreamsBuilder();
    builder.stream("in").to("out");
    using driver = new TopologyTestDriver(builder.build());
    expect(() => driver.inputTopic("nope").pipe("k", 1)).toThrow('No source of the topology reads topic "nope"; they read "in"');
  });

  test("an output topic that the topology cannot write to is an error that lists those there are", () => {
    const builder = new StreamsBuilder();
    const stream = builder.stream("in");
    stream.to("out");
    stream
      .selectKey(() => "k")
      .groupByKey({ name: "by" })
      .count({ as: "counts" });
    using driver = new TopologyTestDriver(builder.build());
    const misspelt = driver.outputTopic("ot");
    const message =
      'Nothing in the topology writes to topic "ot"; it writes to "out", "test-by-repartition", "test-counts-changelog".';
    for (const read of ["isEmpty", "read", "readAll", "readValues", "readToMap"] as const)
      expect(() => misspelt[read]()).toThrow(message);
    expect(() => misspelt.size).toThrow(message);
    for (const name of ["out", "test-by-repartition", "test-counts-changelog"])
      expect(driver.outputTopic(name).isEmpty()).toBe(true);
  });

  test("any output topic may be looked at where a sink names them record by record", () => {
    const builder = new StreamsBuilder();
    builder.stream("in").to(() => "k");
    using driver = new TopologyTestDriver(builder.build());
    expect(driver.outputTopic("k").readAll()).toEqual([]);
    driver.inputTopic("in").pipe("k", 1);
    expect(driver.outputTopic("k").size).toBe(1);
  });

  test("reading where nothing is left or ever was is an error", () => {
    const builder = new StreamsBuilder();
    builder.stream("in").to("out");
    using driver = new TopologyTestDriver(builder.build());
    const out = driver.outputTopic("out");
    expect(() => out.read()).toThrow('Nothing was produced to topic "out"');
    driver.inputTopic("in").pipe("k", 1);
    out.read();
    expect(() => out.read()).toThrow('All records of topic "out" have been read');
  });

  test("a failing operator throws out of pipe, or drops the record if so wished", () => {
    const builder = new StreamsBuilder();
    builder
      .stream<string, number>("in")
      .mapValues((value) => {
        if (value === 2) throw new RangeError("two");
        return value;
      })
      .to("out");
    using failing = new TopologyTestDriver(builder.build());
    expect(() => failing.inputTopic<string, number>("in").pipe("k", 2)).toThrow(
      expect.objectContaining({ code: "STREAMS_PROCESSING_FAILED" }),
    );
    using continuing = new TopologyTestDriver(builder.build(), { processingErrors: "continue" });
    const input = continuing.inputTopic<string, number>("in");
    for (const value of [1, 2, 3]) input.pipe("k", value);
    expect(continuing.outputTopic("out").readValues()).toEqual([1, 3]);
    expect(continuing.droppedRecords).toBe(1);
    expect(continuing.drops()).toEqual([
      {
        taskId: "0_0",
        nodeName: "KSTREAM-MAPVALUES-0000000001",
        topic: "in",
        partition: 0,
        offset: 1,
        timestampMs: 0,
        reason: "processing",
        recordCount: 1,
        cause: new RangeError("two"),
      },
    ]);
  });

  test("a sink directly behind its source is under the processing handler only if so wished", () => {
    const builder = new StreamsBuilder();
    builder.stream<string, number>("in").to("out", { value: int64 });
    const pipeAll = (driver: TopologyTestDriver): void => {
      for (const value of [1, "two", 3]) driver.inputTopic("in").pipe("k", value);
    };
    using asJava = new TopologyTestDriver(builder.build(), { processingErrors: "continue" });
    expect(() => pipeAll(asJava)).toThrow(expect.objectContaining({ code: "STREAMS_SINK_RECORD_UNWRITABLE" }));
    using everywhere = new TopologyTestDriver(builder.build(), {
      processingErrors: "continue",
      processingErrorsScope: "everywhere",
    });
    pipeAll(everywhere);
    expect(everywhere.outputTopic("out", { value: int64 }).readValues()).toEqual([1, 3]);
    expect(everywhere.drops()).toMatchObject([{ nodeName: "KSTREAM-SOURCE-0000000000", offset: 1, reason: "processing" }]);
  });
});

test("two objects for one output topic share what is unread, and a map keeps each key's last value", () => {
  const builder = new StreamsBuilder();
  builder.stream("in", { nulls: "keep" }).to("out");
  using driver = new TopologyTestDriver(builder.build());
  const input = driver.inputTopic("in");
  for (const [key, value] of [
    ["a", 1],
    ["b", 2],
    ["a", 3],
    ["b", null],
  ] as const)
    input.pipe(key, value);
  expect(driver.outputTopic("out").read().value).toBe(1);
  expect([...driver.outputTopic("out").readToMap()]).toEqual([
    ["b", null],
    ["a", 3],
  ]);
});
