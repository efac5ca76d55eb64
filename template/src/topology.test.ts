import { TopologyTestDriver } from "@millrace/testkit";
import { expect, test } from "vitest";
import { orders, orderTotals, topology } from "./topology.js";

const hourMs = 3_600_000;

test("the orders of a customer are summed up by the hour", () => {
  using driver = new TopologyTestDriver(topology());
  const input = driver.inputTopic(orders);
  const output = driver.outputTopic(orderTotals);

  input.pipe("order-1", { customer: "ada", cents: 500 }, { timestamp: 0 });
  input.pipe("order-2", { customer: "bob", cents: 900 }, { timestamp: 1_000 });
  input.pipe("order-3", { customer: "ada", cents: 250 }, { timestamp: hourMs - 1 });
  input.pipe("order-4", { customer: "ada", cents: 100 }, { timestamp: hourMs });

  expect(output.readAll().map(({ key, value }) => [key, value])).toEqual([
    ["ada", { cents: 500, fromMs: 0 }],
    ["bob", { cents: 900, fromMs: 0 }],
    ["ada", { cents: 750, fromMs: 0 }],
    ["ada", { cents: 100, fromMs: hourMs }],
  ]);
});
