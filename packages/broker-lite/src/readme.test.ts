import { Kafka, logLevel } from "kafkajs";
import { expect, test } from "vitest";
// #region readme
import { Broker } from "@millrace/broker-lite";

test("records come back", async () => {
  await using broker = await Broker.start();
  await broker.createTopic({ name: "greetings", partitions: 1 });

  const kafka = new Kafka({ brokers: [String(broker.address)], logLevel: logLevel.ERROR });
  const producer = kafka.producer();
  await producer.connect();
  const [sent] = await producer.send({ topic: "greetings", messages: [{ key: "en", value: "hello" }] });
  expect(sent?.baseOffset).toBe("0");
  await producer.disconnect();
});
// #endregion
