import { describe, expect, test } from "vitest";
import { string, windowed, type Serde } from "@millrace/core";
import { StreamsBuilder, type KStream } from "@millrace/dsl";
import { TopologyTestDriver, type DriverOptions } from "../index.ts";

type Stream = KStream<string, any>;

function driverOf(use: (stream: Stream) => unknown, options: DriverOptions = {}): TopologyTestDriver {
  const builder = new StreamsBuilder();
  use(builder.stream<string, any>("in"));
  return new TopologyTestDriver(builder.build(), options);
}

describe("a windowed key that cannot be written", () => {
  const key: Serde<any> = windowed(string, 10);
  test.each([5, { key: NaN, start: 1, end: 2 }, { key: "a", start: 1.5, end: 2 }])("is the sink's error: %j", (wrong) => {
    const use = (stream: Stream): unknown => stream.selectKey(() => wrong).to("out", { key });
    using failing = driverOf(use);
    const failure = /Sink "KSTREAM-SINK-0000000002" of to\(\) cannot write to topic "out" .* cannot write the key: expected/;
    expect(() => failing.inputTopic("in").pipe("k", 1)).toThrow(failure);
    using continuing = driverOf(use, { serializationErrors: "continue" });
    continuing.inputTopic("in").pipe("k", 1);
    expect(continuing.drops()).toMatchObject([{ reason: "serialization", nodeName: "KSTREAM-SINK-0000000002" }]);
  });
});

const asyncGenerator = async function* (): AsyncGenerator<number> {
  yield 1;
};
const generator = function* (): Generator<number> {
  yield 1;
};
const neverRun: Readonly<Record<string, (stream: Stream, callback: any) => unknown>> = {
  foreach: (stream, callback) => stream.foreach(callback),
  peek: (stream, callback) => stream.peek(callback).to("out"),
  filter: (stream, callback) => stream.filter(callback).to("out"),
  mapValues: (stream, callback) => stream.mapValues(callback).to("out"),
  map: (stream, callback) => stream.map(callback).to("out"),
  aggregate: (stream, callback) => stream.groupByKey().aggregate(() => 0, callback),
};
for (const [name, use] of Object.entries(neverRun)) {
  test(`an async generator given to ${name}() is an error`, () => {
    using driver = driverOf((stream) => use(stream, asyncGenerator), { processingErrors: "continue" });
    for (const value of [1, 2]) driver.inputTopic("in").pipe("k", value);
    expect(driver.drops().map(({ cause }) => cause)).toMatchObject([1, 2].map(() => ({ code: "STREAMS_ASYNC_CALLBACK" })));
    expect(String(driver.drops()[0]?.cause)).toContain(`${name}() at node`);
    expect(String(driver.drops()[0]?.cause)).toContain("returned an async generator, but callbacks are synchronous");
  });

  test(`a generator given to ${name}() is an error with its own words`, () => {
    using driver = driverOf((stream) => use(stream, generator));
    expect(() => driver.inputTopic("in").pipe("k", 1)).toThrow("returned a generator, so that nothing of it has run");
  });
}

const thrown = [
  Object.create(null),
  {
    toString(): never {
      throw new Error("no text");
    },
  },
  Object.defineProperty(new Error("x"), "message", {
    get(): never {
      throw new Error("no message");
    },
  }),
  Object.assign(new Error("x"), { message: Object.create(null) }),
] as const;
test.each(thrown.map((value, index) => [index, value] as const))(
  "a thrown value without a text fails at its node: %i",
  (_, value) => {
    using driver = driverOf((stream) =>
      stream
        .mapValues((): never => {
          throw value;
        })
        .to("out"),
    );
    expect(() => driver.inputTopic("in").pipe("k", 1)).toThrow(
      /mapValues\(\) at node .* (a thrown object that cannot become a text|\{\})/,
    );
  },
);

test("an instance of a class without public fields is refused, a plain empty object is not", () => {
  class Hidden {
    readonly #value = 1;
    get value(): number {
      return this.#value;
    }
  }
  class Told extends Hidden {
    toJSON(): number {
      return this.value;
    }
  }
  using driver = driverOf((stream) => stream.mapValues((value) => ({ part: value === 1 ? new Hidden() : new Told() })).to("out"));
  expect(() => driver.inputTopic("in").pipe("k", 1)).toThrow("at .part: JSON has no Hidden, and would write {}.");
  using fine = driverOf((stream) => stream.mapValues(() => [new Told(), {}, Object.create(null)] as unknown).to("out"));
  fine.inputTopic("in").pipe("k", 2);
  expect(fine.outputTopic("out").readValues()).toEqual([[1, {}, {}]]);
});

test("what Java does not count is missing in droppedRecords only", () => {
  using driver = driverOf((stream) => stream.groupBy(() => null as never).count());
  driver.inputTopic("in").pipe("k", 1);
  expect(driver.drops()).toMatchObject([{ reason: "no key to partition by" }]);
  expect(driver.droppedRecords).toBe(0);
});

test.each([
  [[{ key: "h", value: 5 }], 'The value of header "h" is a Buffer, a string or null, not the number 5.'],
  [[{ key: null, value: "x" }], "The key of header 0 is a string, not null."],
  [[null], "Header 0 of a record is { key, value }, not null."],
  [{ h: "x" }, "Option `headers` of pipe() must be an"],
  [null, "Option `headers` of pipe() must be an"],
])("headers of another kind are named: %j", (headers, message) => {
  using driver = driverOf((stream) => stream.to("out"));
  expect(() => driver.inputTopic("in").pipe("k", 1, { headers: headers as never })).toThrow(message);
});

test("a wrong key that is piped in is told as the key", () => {
  using driver = driverOf((stream) => stream.to("out"));
  expect(() => driver.inputTopic<any>("in").pipe(5, 1)).toThrow('Serde "string" cannot write the key');
});
