import { InvalidArgumentError, json, string } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { TopologyTestDriver } from "./topology-test-driver.ts";

function driver(options?: unknown): TopologyTestDriver {
  const builder = new StreamsBuilder();
  builder.stream("in").to("out");
  return new TopologyTestDriver(builder.build(), options as never);
}

test.each<[unknown, RegExp]>([
  [{ cachebytesMax: 0 }, /no option `cachebytesMax` in new TopologyTestDriver\(\); did you mean `cacheBytesMax`\?/],
  [{ applicationID: "x" }, /did you mean `applicationId`\?/],
  ["x", /needs an object as its options, such as \{ applicationId \}, but got the string "x"/],
  [{ defaultValueSerde: json }, /Option `defaultValueSerde` of new TopologyTestDriver\(\) is no serde.*Call it: json\(\)/],
  [{ defaultKeySerde: {} }, /is no serde/],
  [{ deserializationErrors: "contine" }, /must be "fail", "continue" or a function, but is the string "contine"/],
  [{ wallClockMs: "5" }, /must be whole milliseconds/],
  [{ cacheBytesMax: -1 }, /0 or more/],
])("a driver refuses the options %o", (options, message) => {
  expect(() => driver(options)).toThrow(InvalidArgumentError);
  expect(() => driver(options)).toThrow(message);
});

test("a driver refuses a builder and says what to call", () => {
  expect(() => new TopologyTestDriver(new StreamsBuilder() as never)).toThrow(/needs a topology.*Call build\(\) on it\./);
});

test("null and undefined stand for a default serde that is not there, or not given", () => {
  expect(() => driver({ defaultKeySerde: undefined, defaultValueSerde: undefined })).not.toThrow();
});

test.each<[string, (given: TopologyTestDriver) => unknown, RegExp]>([
  ["inputTopic", (given) => given.inputTopic("in", { keySerde: string } as never), /no option `keySerde` in inputTopic\(\)/],
  ["inputTopic", (given) => given.inputTopic("in", { value: json as never }), /Option `value` of inputTopic\(\) is no serde/],
  ["inputTopic", (given) => given.inputTopic(undefined as never), /inputTopic\(\) needs a topic's name/],
  ["outputTopic", (given) => given.outputTopic("out", { vlaue: string } as never), /did you mean `value`\?/],
  ["outputTopic", (given) => given.outputTopic("out", { key: {} as never }), /Option `key` of outputTopic\(\) is no serde/],
  ["pipe", (given) => given.inputTopic("in").pipe("k", 1, { timestampMs: 5 } as never), /did you mean `timestamp`\?/],
  ["pipe", (given) => given.inputTopic("in").pipe("k", 1, 5 as never), /pipe\(\) needs an object as its options/],
])("%s refuses what it does not know", (_, call, message) => {
  using given = driver();
  expect(() => call(given)).toThrow(InvalidArgumentError);
  expect(() => call(given)).toThrow(message);
  expect(given.producedRecords).toEqual([]);
});
