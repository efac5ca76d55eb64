import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { plans } from "./plans.ts";
import { rehearse } from "./rehearsal.ts";
import { exercise, sizing } from "./sizing.ts";

test("625,000 views an hour need 7 brokers and 13 consumers, and so 13 partitions", () => {
  expect(sizing(exercise)).toEqual({ viewsPerHour: 625_000, brokers: 7, consumers: 13, partitions: 13 });
});

// The first three: the computed numbers, a broker less, a consumer less.
for (const { expected, ...plan } of plans.slice(0, 3)) {
  const { brokers, consumers, partitions } = plan;
  test(`${brokers} brokers and ${consumers} consumers of ${partitions} partitions ${expected ? "keep up" : "fall behind"}`, async () => {
    const outcome = await rehearse(exercise, plan, 3);
    expect(outcome).toMatchObject({ keepsUp: expected, viewsIn: 31_250, wrongPages: expected ? 0 : null });
  });
}

test("the page shows a run of these plans", () => {
  const rows = [...readFileSync("docs/clickstream.md", "utf8").matchAll(/^ +(\d+) +(\d+) +(\d+) .* (yes|no)$/gm)];
  expect(rows.map(([, brokers, consumers, partitions, keepsUp]) => [brokers, consumers, partitions, keepsUp])).toEqual(
    plans.map(({ brokers, consumers, partitions, expected }) => [
      ...[brokers, consumers, partitions].map(String),
      expected ? "yes" : "no",
    ]),
  );
});
