import { json, TopologyError } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { InvalidConfigError } from "./errors.ts";
import { KafkaStreams } from "./kafka-streams.ts";

const config = { applicationId: "a", brokers: ["localhost:9092"] };

test("a builder instead of a topology is refused, with what to call", () => {
  expect(() => new KafkaStreams(new StreamsBuilder() as never, config)).toThrow(/needs a topology.*Call build\(\) on it\./);
});

test("a topology that reads nothing is refused where it is given", () => {
  const empty = new StreamsBuilder().build();
  expect(() => new KafkaStreams(empty, config)).toThrow(TopologyError);
  expect(() => new KafkaStreams(empty, config)).toThrow("The topology reads no topic");
});

test.each([json, {}, { read: () => 1, write: () => 1 }, "string"])("%o is no default serde", (value) => {
  const builder = new StreamsBuilder();
  builder.stream("in").to("out");
  const topology = builder.build();
  const given = (name: string): unknown => new KafkaStreams(topology, { ...config, [name]: value });
  for (const name of ["defaultKeySerde", "defaultValueSerde"]) expect(() => given(name)).toThrow(InvalidConfigError);
});
