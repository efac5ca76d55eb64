import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KafkaStreams, StreamsBuilder } from "millrace";
import { expect, test } from "vitest";
import { streamsRegistry } from "../../packages/service/src/metrics.ts";

test("operations.md has every metric of an application, and no other", async () => {
  const builder = new StreamsBuilder();
  builder.stream("in").to("out");
  const streams = new KafkaStreams(builder.build(), { applicationId: "app", brokers: ["localhost:9092"] });
  const metrics = (await streamsRegistry("app", streams).getMetricsAsJSON()).map(({ name }) => name);
  const page = readFileSync(join(import.meta.dirname, "../../docs/operations.md"), "utf8");
  expect(new Set(page.match(/\bmillrace_\w+/g))).toEqual(new Set(metrics));
});
