import { Broker } from "@millrace/broker-lite";
import type { Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { nodePlatform } from "@millrace/platform/node";
import { expect, test } from "vitest";
// #region readme
import { KafkaStreams } from "@millrace/runtime";

/** Until `end`, SIGINT or SIGTERM, or a failure, which it rejects with. */
async function runUntil(topology: Topology, brokers: readonly string[], end: Promise<unknown>): Promise<void> {
  const streams = new KafkaStreams(topology, { applicationId: "example", brokers });
  void end.then(() => streams.close());
  await streams.run();
}
// #endregion

test("the example starts and ends", async () => {
  const config = { groupInitialRebalanceDelayMs: 0 };
  await using broker = await Broker.start({ host: "127.0.0.1", port: 0, dataDirectory: null, config }, nodePlatform());
  await broker.createTopic({ name: "in" });
  await broker.createTopic({ name: "out" });
  const builder = new StreamsBuilder();
  builder.stream("in").to("out");
  await expect(runUntil(builder.build(), [`127.0.0.1:${broker.address.port}`], Promise.resolve())).resolves.toBeUndefined();
});
