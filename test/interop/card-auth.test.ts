import { randomUUID } from "node:crypto";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { KafkaStreams } from "millrace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AttemptSource } from "../../examples/card-auth-window/src/attempts.ts";
import { differences, expectedAlerts, sentAlerts } from "../../examples/card-auth-window/src/check.ts";
import { cardAuthWindow } from "../../examples/card-auth-window/src/topology.ts";
import { createTopics } from "./create-topics.ts";
import { targets } from "./targets.ts";
import { temporaryDirectory } from "../support/temporary.ts";

for (const target of await targets()) {
  describe(`card-auth-window over ${target.name}`, () => {
    let address = "";
    let kafka: Kafka;

    beforeAll(async () => {
      address = await target.open();
      kafka = new Kafka({ clientId: "card-auth-test", brokers: [address], logLevel: logLevel.NOTHING });
      const admin = kafka.admin();
      await admin.connect();
      const existing = new Set(await admin.listTopics());
      const missing = ["auth-attempt", "card-alert"].filter((topic) => !existing.has(topic));
      await createTopics(admin, missing, 4);
      await admin.disconnect();
    }, 120_000);
    afterAll(() => target.close());
    const disk = temporaryDirectory();
    afterAll(() => disk.remove());

    test("the alerts are those of an independent computation over what was sent", async () => {
      const run = String(100_000 + Math.floor(Math.random() * 900_000));
      const source = new AttemptSource(run);
      // Event time is the clock's, so that a topic used by an earlier run never makes these records late.
      const sent = Array.from({ length: 20_000 }, () => source.next(Date.now()));
      const streams = new KafkaStreams(cardAuthWindow(), {
        applicationId: `card-auth-${randomUUID()}`,
        brokers: [address],
        autoOffsetReset: "latest",
        stateDirectory: disk.path,
      });
      await streams.start();
      const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
      await producer.connect();
      const messages = sent.map(({ atMs, ...attempt }) => ({
        key: attempt.card,
        value: JSON.stringify(attempt),
        timestamp: String(atMs),
      }));
      for (let at = 0; at < messages.length; at += 2000)
        await producer.send({ topic: "auth-attempt", messages: messages.slice(at, at + 2000) });
      await producer.disconnect();
      await expect.poll(() => streams.metrics().recordsProcessed, { timeout: 60_000, interval: 20 }).toBe(sent.length);
      await streams.close();
      const expected = expectedAlerts(sent);
      expect(expected.size).toBeGreaterThan(100);
      expect(differences(expected, await sentAlerts(kafka, `4111${run}`))).toEqual([]);
    }, 120_000);
  });
}
