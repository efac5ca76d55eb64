import { describe, expect, test } from "vitest";
import { bytes, int64, json, string } from "@millrace/core";
import { StreamsBuilder, TimeWindows, type KStream } from "@millrace/dsl";
import { TopologyTestDriver, type DriverOptions } from "../index.ts";

type Stream = KStream<any, any>;
type Made = () => any;

const minutes = TimeWindows.of({ size: "1m", grace: 0 });

class Seen {
  readonly count = 1;
  readonly pages = new Set(["a"]);
}
/** Values that the default serde, JSON, does not give back. */
const values: Readonly<Record<string, [Made, RegExp]>> = {
  Buffer: [() => Buffer.from("x"), /Buffer does not come back from JSON/],
  Uint8Array: [() => ({ body: new Uint8Array(2) }), /at \.body: Uint8Array does not come back from JSON/],
  Map: [() => new Map([[1, 2]]), /JSON has no Map/],
  Set: [() => [new Set([1])], /at \[0\]: JSON has no Set/],
  bigint: [() => ({ id: 1n }), /at \.id: JSON has no bigint/],
  function: [() => ({ run: () => 1 }), /at \.run: JSON has no function/],
  "a field of a class": [() => new Seen(), /at \.pages: JSON has no Set/],
};
/** Values that are another value when they are read again. */
const changed: Readonly<Record<string, [Made, RegExp]>> = {
  Date: [() => ({ day: new Date(0) }), /at \.day: a Date would come back as its text/],
  "an object with toJSON": [() => new URL("file:///a"), /URL would come back as what its method toJSON returns/],
};

/** Ways of a value to a topic or store that the application reads itself, with what the error says of the program. */
const readAgain: Readonly<Record<string, [(stream: Stream, made: Made, builder: StreamsBuilder) => unknown, RegExp]>> = {
  repartition: [(stream, made) => stream.mapValues(made).repartition().to("out"), /of repartition\(\).* values from mapValues "/],
  "groupBy of mapValues": [
    (stream, made) =>
      stream
        .mapValues(made)
        .groupBy((_, key) => key)
        .count(),
    /of groupBy\(\).* values from mapValues "/,
  ],
  "groupByKey of map": [
    (stream, made) =>
      stream
        .map((_, key) => ({ key, value: made() }))
        .groupByKey()
        .count(),
    /of groupByKey\(\).* values from map "/,
  ],
  "groupByKey of flatMap": [
    (stream, made) =>
      stream
        .flatMap((_, key) => [{ key, value: made() }])
        .groupByKey()
        .count(),
    /of groupByKey\(\).* values from flatMap "/,
  ],
  reduce: [
    (stream, made) =>
      stream
        .mapValues(made)
        .groupByKey()
        .reduce((a) => a),
    /^reduce\(\) at node "/,
  ],
  "reduce without cache": [
    (stream, made) =>
      stream
        .mapValues(made)
        .groupByKey()
        .reduce((a) => a, { caching: false }),
    /^reduce\(\) at node "/,
  ],
  "windowed reduce": [
    (stream, made) =>
      stream
        .mapValues(made)
        .groupByKey()
        .windowedBy(minutes)
        .reduce((a) => a),
    /^reduce\(\) at node "/,
  ],
  aggregate: [(stream, made) => stream.groupByKey().aggregate(made, (all) => all), /^aggregate\(\) at node "/],
  "windowed aggregate": [
    (stream, made) =>
      stream
        .groupByKey()
        .windowedBy(minutes)
        .aggregate(made, (all) => all),
    /^aggregate\(\) at node "/,
  ],
  toTable: [(stream, made) => stream.flatMapValues(() => [made()]).toTable({ as: "st" }), /^toTable\(\) at node "/],
  "mapValues of a table": [(stream, made) => stream.toTable().mapValues(made, { as: "st" }), /^mapValues\(\) at node "/],
  "groupBy of a table": [
    (stream, made) =>
      stream
        .toTable()
        .groupBy((_, key) => ({ key, value: made() }))
        .count(),
    /of groupBy\(\).* values from groupBy "/,
  ],
  "join of another key": [
    (stream, made, builder) =>
      stream
        .mapValues(made)
        .selectKey((_, key) => key)
        .join(builder.table("t"), () => 1)
        .to("out"),
    /of join\(\).* values from mapValues "/,
  ],
  "join and repartition": [
    (stream, made, builder) => stream.leftJoin(builder.table("t"), made).repartition().to("out"),
    /of repartition\(\).* values from leftJoin "/,
  ],
};
const written: typeof readAgain = {
  to: [(stream, made) => stream.mapValues(made).to("out"), /of to\(\) cannot write to topic "out".* values from mapValues "/],
  "to chosen topics": [(stream, made) => stream.mapValues(made).to(() => "out"), /of to\(\) cannot write to topic "out"/],
};

/** Ways of a key to a topic. Stores come behind a repartition topic where the key is new. */
const keyed: typeof readAgain = {
  to: [(stream, made) => stream.selectKey(made).to("out"), /of to\(\).* keys come from selectKey "/],
  "to of map": [(stream, made) => stream.map((value) => ({ key: made(), value })).to("out"), /of to\(\).* keys come from map "/],
  repartition: [
    (stream, made) => stream.selectKey(made).repartition().to("out"),
    /of repartition\(\).* keys come from selectKey "/,
  ],
  groupByKey: [(stream, made) => stream.selectKey(made).groupByKey().count(), /of groupByKey\(\).* keys come from selectKey "/],
  groupBy: [(stream, made) => stream.groupBy(made).count(), /of groupBy\(\).* keys come from groupBy "/],
  toTable: [(stream, made) => stream.selectKey(made).toTable(), /of toTable\(\).* keys come from selectKey "/],
  join: [
    (stream, made, builder) =>
      stream
        .selectKey(made)
        .join(builder.table("t"), () => 1)
        .to("out"),
    /of join\(\).* keys come from selectKey "/,
  ],
  "groupBy of a table": [
    (stream, made) =>
      stream
        .toTable()
        .groupBy((value) => ({ key: made(), value }))
        .count(),
    /of groupBy\(\).* keys come from groupBy "/,
  ],
};

function run(use: (typeof readAgain)[string][0], made: Made, options: DriverOptions = {}): string {
  const builder = new StreamsBuilder();
  use(builder.stream<any, any>("in", { key: string, value: string }), made, builder);
  using driver = new TopologyTestDriver(builder.build(), options);
  try {
    for (const value of ["1", "2"]) driver.inputTopic("in", { key: string, value: string }).pipe("k", value);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(Object.entries({ ...readAgain, ...written }))("%s", (_way, [use, operator]) => {
  test.each(Object.entries(values))(
    "refuses what the default serde does not hold, and names the operator: %s",
    (_name, [made, reason]) => {
      const message = run(use, made);
      expect(message).toMatch(operator);
      expect(message).toMatch(/Serde "json" cannot write the value: /);
      expect(message).toMatch(reason);
    },
  );
});

describe.each(Object.entries(readAgain))("%s, whose values the application reads again,", (_way, [use, operator]) => {
  test.each(Object.entries(changed))("refuses %s", (_name, [made, reason]) => {
    const message = run(use, made);
    expect(message).toMatch(operator);
    expect(message).toMatch(reason);
  });
});

test.each(Object.values(written))("a Date is its text in a topic that others read", (use) => {
  expect(run(use, changed["Date"]![0])).toBe("");
});

test("a serde that is given decides about dates, whether it is JSON or not", () => {
  const dated = { day: new Date(0) };
  expect(
    run(
      (stream) =>
        stream
          .mapValues(() => dated)
          .repartition({ value: json<any>() })
          .to("out"),
      () => 1,
    ),
  ).toBe("");
  expect(
    run(
      (stream) =>
        stream
          .mapValues(() => dated)
          .repartition()
          .to("out"),
      () => 1,
      { defaultValueSerde: json<any>() },
    ),
  ).toContain("a Date would");
});

describe.each(Object.entries(keyed))("%s", (_way, [use, operator]) => {
  const keys: Readonly<Record<string, Made>> = {
    number: () => 5,
    Buffer: () => Buffer.from("k"),
    object: () => ({ id: 1 }),
    Date: () => new Date(0),
  };
  test.each(Object.entries(keys))("refuses a key that is no string, and names the operator: %s", (_name, made) => {
    const message = run(use, made);
    expect(message).toMatch(operator);
    expect(message).toContain('Serde "string" cannot write the key: expected a string, but got');
  });

  test("takes the key where the application's default serde holds it", () => {
    expect(run(use, keys["number"]!, { defaultKeySerde: int64 })).toBe("");
  });
});

test.each(Object.entries(readAgain))("%s takes bytes where the application's default serde holds them", (_way, [use]) => {
  expect(run(use, () => Buffer.from("x"), { defaultValueSerde: bytes })).toBe("");
});

test("a windowed key is no string, and the error names the steps", () => {
  const message = run(
    (stream) =>
      stream
        .groupBy((value) => value as string)
        .windowedBy(minutes)
        .count()
        .toStream()
        .to("out"),
    () => 1,
  );
  expect(message).toMatch(
    /of to\(\).*Serde "string" cannot write the key: expected a string, but got an object of class Windowed.*keys come from groupBy "/,
  );
});
