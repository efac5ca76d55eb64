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

test("what a record does that cannot be read is an option", () => {
  // #region errors
  using driver = new TopologyTestDriver(clicksPerUser(), { deserializationErrors: "continue" });
  driver.pipeBytes("clicks", 0, Buffer.from("ann"), null);
  expect(driver.droppedRecords).toBe(1);
  // #endregion
});
