import { int32, StreamsBuilder, string } from "millrace";
// #region driver
import { TopologyTestDriver } from "@millrace/testkit";
import { expect, test } from "vitest";
import { clicks, clicksPerUser, counts } from "./clicks.ts";

test("clicks are counted per user", () => {
  using driver = new TopologyTestDriver(clicksPerUser());
  const input = driver.inputTopic(clicks);
  const output = driver.outputTopic(counts);

  input.pipe("ann", "/home", { timestamp: 0 });
  input.pipe("ann", "/shoes", { timestamp: 5_000 });

  expect(output.readKeyValues()).toEqual([
    { key: "ann", value: 1 },
    { key: "ann", value: 2 },
  ]);
  expect(driver.keyValueStore("clicks-per-user").get("ann")).toBe(2);
});
// #endregion

test("a record that cannot be read is dropped if the driver is told so", () => {
  const builder = new StreamsBuilder();
  builder.stream("amounts", { key: string, value: int32 }).to("out");
  const topology = builder.build();
  // #region errors
  using driver = new TopologyTestDriver(topology, { deserializationErrors: "continue" });
  driver.pipeBytes("amounts", 0, Buffer.from("ann"), Buffer.from("no int32"));
  expect(driver.droppedRecords).toBe(1);
  // #endregion
});
