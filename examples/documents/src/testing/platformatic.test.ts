// #region platformatic
import { Broker } from "@millrace/broker-lite";
import { Consumer, Producer, stringDeserializer, stringSerializers } from "@platformatic/kafka";
import { KafkaStreams } from "millrace";
import { expect, test } from "vitest";
import { clicksPerUser } from "./clicks.ts";

test("clicks that @platformatic/kafka sends are counted, and it reads the counts", async () => {
  await using broker = await Broker.start();
  for (const name of ["clicks", "counts"]) await broker.createTopic({ name, partitions: 2 });
  const bootstrapBrokers = [String(broker.address)];
  await using streams = new KafkaStreams(clicksPerUser(), {
    applicationId: "clicks",
    brokers: bootstrapBrokers,
    commitIntervalMs: 100,
    defaultDslStore: "inMemory",
  });
  await streams.start();

  const producer = new Producer({ clientId: "test", bootstrapBrokers, serializers: stringSerializers });
  await producer.send({ messages: ["/home", "/shoes"].map((value) => ({ topic: "clicks", key: "ann", value })) });
  await producer.close();

  const deserializers = { key: stringDeserializer, value: (bytes?: Buffer) => bytes?.readBigInt64BE() };
  const consumer = new Consumer({ clientId: "test", groupId: "test", bootstrapBrokers, deserializers });
  const counts = await consumer.consume({ topics: ["counts"], mode: "earliest" });
  const counted: string[] = [];
  for await (const { key, value } of counts) {
    counted.push(`${key} = ${String(value)}`);
    if (value === 2n) break;
  }
  await consumer.close(true);
  expect(counted.at(-1)).toBe("ann = 2");
});
// #endregion
