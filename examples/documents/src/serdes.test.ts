import { TopologyTestDriver } from "@millrace/testkit";
import { StreamsBuilder, string, topic } from "millrace";
import { expect, test } from "vitest";
import { point, refused } from "./serdes.ts";

test("a serde of one's own serves topics and stores", () => {
  const points = topic("points", { key: string, value: point });
  const sums = topic("sums", { key: string, value: point });
  const builder = new StreamsBuilder();
  builder
    .stream(points)
    .groupByKey()
    .reduce((sum, { x, y }) => ({ x: sum.x + x, y: sum.y + y }))
    .toStream()
    .to(sums);
  using driver = new TopologyTestDriver(builder.build());
  driver.inputTopic(points).pipe("a", { x: 1, y: 2 });
  driver.inputTopic(points).pipe("a", { x: 3, y: 4 });
  expect(driver.outputTopic(sums).readValues()).toEqual([
    { x: 1, y: 2 },
    { x: 4, y: 6 },
  ]);
});

test("JSON refuses what it would change", () => {
  expect(refused()).not.toContain("no error");
});
