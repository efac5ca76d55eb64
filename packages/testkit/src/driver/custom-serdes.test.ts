import { expect, test } from "vitest";
import { defineSerde, int64, serde, string, windowed } from "@millrace/core";
import { StreamsBuilder, TimeWindows } from "@millrace/dsl";
import { TopologyTestDriver } from "../index.ts";

interface Reading {
  readonly sensor: string;
  readonly value: number;
}

const calls = { written: 0, nulls: 0 };
const reading = serde<Reading>({
  name: "reading",
  serialize(value) {
    calls.written += 1;
    if ((value as Reading | null) === null) calls.nulls += 1;
    return Buffer.from(`${value.sensor}/${value.value}`);
  },
  deserialize(bytes) {
    const [sensor, value] = bytes.toString().split("/");
    return { sensor: sensor!, value: Number(value) };
  },
});
const sensor = serde<string>({
  name: "sensor",
  serialize: (name) => Buffer.from(`#${name}`),
  deserialize: (bytes) => bytes.toString("utf8", 1),
});

test("a serde of two functions serves topics, repartition topics, stores, changelogs and windowed keys", () => {
  const builder = new StreamsBuilder();
  const readings = builder.stream("readings", { key: string, value: reading });
  const bySensor = readings.groupBy((value) => value.sensor, { key: sensor, value: reading });
  bySensor
    .reduce((a, b) => (a.value > b.value ? a : b), { as: "largest", key: sensor, value: reading })
    .toStream()
    .to("largest");
  bySensor
    .windowedBy(TimeWindows.of({ size: "1m", grace: 0 }))
    .count({ as: "counts", key: sensor })
    .toStream()
    .to("counts", { key: windowed(sensor, 60_000), value: int64 });
  readings
    .filter(({ value }) => value < 0)
    .mapValues(() => null)
    .to("deleted", { value: reading });
  using driver = new TopologyTestDriver(builder.build());
  const input = driver.inputTopic("readings", { key: string, value: reading });
  for (const [value, timestamp] of [
    [1, 0],
    [3, 1],
    [-2, 60_000],
  ] as const)
    input.pipe("k", { sensor: "a", value }, { timestamp });

  expect(driver.keyValueStore("largest").all()).toMatchObject([{ key: "a", value: { sensor: "a", value: 3 } }]);
  expect(
    driver
      .outputTopic("largest", { key: sensor, value: reading })
      .readValues()
      .map(({ value }) => value),
  ).toEqual([1, 3, 3]);
  const counts = driver.outputTopic("counts", { key: windowed(sensor, 60_000), value: int64 }).readAll();
  expect(counts.map(({ key, value }) => `${key.key}@${key.start}: ${value}`)).toEqual(["a@0: 1", "a@0: 2", "a@60000: 1"]);
  expect(driver.outputTopic("deleted").readAll()).toMatchObject([{ key: "k", value: null }]);
  const changelog = driver.producedRecords.filter(({ topic }) => topic === "test-largest-changelog");
  expect(changelog.map(({ key, value }) => `${key!.toString()} ${value!.toString()}`)).toEqual(["#a a/1", "#a a/3", "#a a/3"]);
  // three records into the driver, three puts of the store, and what went to topics of such values
  const written = driver.producedRecords.filter(({ topic }) => topic === "largest" || topic.endsWith("-repartition"));
  expect(calls).toEqual({ written: 3 + 3 + written.length, nulls: 0 });
});

test("a serde that announces too few bytes never cuts a value off, wherever it is written", () => {
  const short = defineSerde<string>({
    name: "short",
    identity: "bytes",
    read: string.read,
    sizeMax: () => 3,
    write: (to, at, value) => at + to.write(value, at),
  });
  const programs: Readonly<Record<string, (builder: StreamsBuilder) => unknown>> = {
    sink: (builder) => builder.stream<string, string>("in", { value: string }).to("out", { value: short }),
    key: (builder) => builder.stream<string, string>("in", { value: string }).to("out", { key: short }),
    store: (builder) => builder.table("in", { key: string, value: string }).filter(() => true, { as: "rows", value: short }),
    "store without cache": (builder) =>
      builder.table("in", { key: string, value: string }).filter(() => true, { as: "rows", value: short, caching: false }),
    "key of a store": (builder) =>
      builder.stream<string, string>("in", { value: string }).groupByKey().count({ as: "rows", key: short, caching: false }),
    "windowed key": (builder) =>
      builder
        .stream<string, string>("in", { value: string })
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: "1m", grace: 0 }))
        .count()
        .toStream()
        .to("out", { key: windowed(short, 60_000), value: int64 }),
  };
  for (const [name, program] of Object.entries(programs)) {
    const builder = new StreamsBuilder();
    program(builder);
    using driver = new TopologyTestDriver(builder.build());
    let causes = "";
    try {
      driver.inputTopic("in", { key: string, value: string }).pipe("a long key", "a long value");
    } catch (error) {
      for (let each = error as Error | undefined; each !== undefined; each = each.cause as Error | undefined)
        causes += each.message;
    }
    expect(`${name}: ${causes}`).toContain('Serde "short" wrote');
  }
});
