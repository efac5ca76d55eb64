import { json, TopologyError } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { InvalidConfigError } from "./errors.ts";
import { KafkaStreams } from "./kafka-streams.ts";

const config = { applicationId: "a", brokers: ["localhost:9092"] };

test("a builder instead of a topology is refused, with what to call", () => {
  expect(() => new KafkaStreams(new StreamsBuilder() as never, config)).toThrow(/needs a topology.*Call build\(\) on it\./);
});

test.each(["onStateChange", "onRestore"] as const)("%s() refuses a listener that is no function", (method) => {
  const streams = new KafkaStreams(new StreamsBuilder().build(), config);
  const listen = (listener: unknown): unknown => streams[method](listener as never);
  for (const listener of [undefined, null, 5, { onBatch: () => 1 }])
    expect(() => listen(listener)).toThrow(new RegExp(`^${method}\\(\\) needs a function as its listener, but got `));
});

test.each(["start", "run"] as const)("%s() refuses a topology that reads nothing, and changes no state", async (method) => {
  const streams = new KafkaStreams(new StreamsBuilder().build(), config);
  const refusal = streams[method]();
  await expect(refusal).rejects.toThrow(TopologyError);
  await expect(refusal).rejects.toThrow("The topology reads no topic");
  expect(streams.state).toBe("created");
});

test("settings are checked without a topology that reads something", () => {
  const empty = new StreamsBuilder().build();
  expect(() => new KafkaStreams(empty, { ...config, maxRequestSize: 0 })).toThrow(InvalidConfigError);
});

test.each([json, {}, { read: () => 1, write: () => 1 }, "string"])("%o is no default serde", (value) => {
  const builder = new StreamsBuilder();
  builder.stream("in").to("out");
  const topology = builder.build();
  const given = (name: string): unknown => new KafkaStreams(topology, { ...config, [name]: value });
  for (const name of ["defaultKeySerde", "defaultValueSerde"]) expect(() => given(name)).toThrow(InvalidConfigError);
});
