import { json, string } from "millrace";
import { TopologyTestDriver } from "@millrace/testkit";
import { expect, test } from "vitest";
import { authAttempt, cardAuthWindow } from "./topology.ts";

test("the third decline of a card within a minute raises an alert for every window that holds all three", () => {
  // #region driver
  using driver = new TopologyTestDriver(cardAuthWindow());
  const attempts = driver.inputTopic(authAttempt);
  const alerts = driver.outputTopic("card-alert", { key: string, value: json<{ count: number; from: number; to: number }>() });

  const declined = { card: "4111", merchant: "m1", amountCents: 100, approved: false };
  attempts.pipe("4111", declined, { timestamp: 60_000 });
  attempts.pipe("4111", declined, { timestamp: 75_000 });
  attempts.pipe("4111", { ...declined, approved: true }, { timestamp: 80_000 });
  attempts.pipe("4111", declined, { timestamp: 95_000 });
  const windows = alerts.readAll().map(({ value }) => value?.from);
  // #endregion
  expect(windows).toEqual([40_000, 50_000, 60_000]);
});
