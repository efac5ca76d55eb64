import { NotReadyError, string, UnboundSerdeError, type Serde } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { WaitingRecordError } from "./errors.ts";
import { TopologyTestDriver } from "./topology-test-driver.ts";

test("a record that waits for a look-up is an error, and goes on when the look-up is done", async () => {
  const answer = Promise.withResolvers<void>();
  let isKnown = false;
  const slow: Serde<string> = {
    ...string,
    read: (from, start, end) => {
      if (!isKnown) throw new NotReadyError("slow", "an answer", answer.promise);
      return string.read(from, start, end);
    },
  };
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: slow }).to("out", { key: string, value: string });
  using driver = new TopologyTestDriver(builder.build());
  const input = driver.inputTopic("in", { key: string, value: string });
  const output = driver.outputTopic("out", { key: string, value: string });
  expect(() => input.pipe("k", "a")).toThrow(WaitingRecordError);
  isKnown = true;
  answer.resolve();
  await answer.promise;
  driver.advanceWallClock(0);
  expect(output.read()).toMatchObject({ key: "k", value: "a" });
  input.pipe("k", "b");
  expect(output.read()).toMatchObject({ key: "k", value: "b" });
});

test("a serde that binds at once is bound, and one that takes time is refused", () => {
  const topics: string[] = [];
  const binding = (bound: Serde<string> | Promise<Serde<string>>): Serde<string> => ({
    ...string,
    bind: (topic, role) => (topics.push(`${topic} ${role}`), bound),
  });
  const copying = (value: Serde<string>): TopologyTestDriver => {
    const builder = new StreamsBuilder();
    builder.stream("in", { key: string, value: string }).to("out", { key: string, value });
    return new TopologyTestDriver(builder.build());
  };
  copying(binding(string)).close();
  expect(topics).toEqual(["out value"]);
  expect(() => copying(binding(Promise.resolve(string)))).toThrow(UnboundSerdeError);
});
