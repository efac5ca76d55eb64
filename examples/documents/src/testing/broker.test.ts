// #region broker
import { Broker } from "@millrace/broker-lite";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { KafkaStreams } from "millrace";
import { expect, test } from "vitest";
import { clicksPerUser } from "./clicks.ts";

test("clicks that kafkajs sends are counted, and kafkajs reads the counts", async () => {
  await using broker = await Broker.start();
  for (const name of ["clicks", "counts"]) await broker.createTopic({ name, partitions: 2 });
  const brokers = [String(broker.address)];
  await using streams = new KafkaStreams(clicksPerUser(), {
    applicationId: "clicks",
    brokers,
    commitIntervalMs: 100,
    defaultDslStore: "inMemory",
  });
  await streams.start();

  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: "clicks", messages: ["/home", "/shoes"].map((value) => ({ key: "ann", value })) });
  await producer.disconnect();

  const consumer = kafka.consumer({ groupId: "test" });
  await consumer.connect();
  await consumer.subscribe({ topic: "counts", fromBeginning: true });
  const counted = await new Promise((resolve) => {
    void consumer.run({
      eachMessage: async ({ message: { key, value } }) => {
        // int64 is eight bytes, the most significant first, as Java's Long.
        const count = value?.readBigInt64BE() ?? 0n;
        if (count === 2n) resolve(`${String(key)} = ${String(count)}`);
      },
    });
  });
  await consumer.disconnect();
  expect(counted).toBe("ann = 2");
});
// #endregion
