import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Broker } from "@millrace/broker-lite";
import { nodePlatform } from "@millrace/platform/node";
import { afterAll, expect, test } from "vitest";
import { KafkaStreams, StreamsBuilder, string } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-kafka-streams-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("stores lie in the state directory, in one named after the application", async () => {
  const config = { groupInitialRebalanceDelayMs: 0, autoCreateTopicsEnable: true };
  const broker = await Broker.start({ host: "127.0.0.1", port: 0, dataDirectory: null, config }, nodePlatform());
  try {
    const builder = new StreamsBuilder();
    builder.stream("in", { key: string, value: string }).groupByKey().count();
    const streams = new KafkaStreams(builder.build(), {
      applicationId: "app",
      brokers: [`127.0.0.1:${String(broker.address.port)}`],
      stateDirectory: folder,
    });
    expect(streams).toBeInstanceOf(KafkaStreams);
    const started = streams.start();
    await expect(started).rejects.toMatchObject({ cause: { code: "STREAMS_MISSING_SOURCE_TOPIC" } });
    expect(existsSync(join(folder, "app"))).toBe(true);
    await streams.close();
  } finally {
    await broker.close();
  }
});

test("a class may extend it", () => {
  class Named extends KafkaStreams {
    readonly name = "named";
  }
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: string }).to("out");
  const streams = new Named(builder.build(), { applicationId: "app", brokers: ["localhost:9092"] });
  expect([streams.name, streams.state, streams instanceof Named]).toEqual(["named", "created", true]);
});
