import { nodePlatform } from "@millrace/platform/node";
import { describeConfigs, listGroups, metadata } from "@millrace/protocol";
import { Kafka, logLevel } from "kafkajs";
import { expect, test } from "vitest";
import { Broker } from "./broker.ts";
import { WireClient } from "./testing/wire-client.ts";

test("a broker without options is in memory, on a free port of this machine, and gone with its block", async () => {
  let address = "";
  {
    await using broker = await Broker.start();
    await using other = await Broker.start();
    address = String(broker.address);
    expect(address).toBe(`127.0.0.1:${broker.address.port}`);
    expect(String(other.address)).not.toBe(address);
    await broker.createTopic({ name: "t", partitions: 3 });
    const client = await WireClient.connect(nodePlatform().transport, broker.address);
    const { topics } = await client.send(metadata, 12, { topics: null });
    expect(topics.map(({ name, partitions }) => [name, partitions.length])).toEqual([["t", 3]]);
    client.close();
  }
  const [host = "", port = ""] = address.split(":");
  await expect(WireClient.connect(nodePlatform().transport, { host, port: Number(port) })).rejects.toThrow(/ECONNREFUSED/);
});

/** `group.initial.rebalance.delay.ms`, as the broker tells it. */
async function delayOf(broker: Broker): Promise<string | null> {
  const client = await WireClient.connect(nodePlatform().transport, broker.address);
  const resources = [{ resourceType: 4, resourceName: "1", configurationKeys: ["group.initial.rebalance.delay.ms"] }];
  const { results } = await client.send(describeConfigs, 4, { resources });
  client.close();
  return results[0]!.configs[0]!.value;
}

test("groups of a broker in memory do not wait for more members, unless that was asked", async () => {
  await using quick = await Broker.start();
  expect(await delayOf(quick)).toBe("0");
  await using patient = await Broker.start({ config: { groupInitialRebalanceDelayMs: 500 } });
  expect(await delayOf(patient)).toBe("500");
});

test("a consumer of kafkajs gets its records from it", async () => {
  await using broker = await Broker.start();
  const kafka = new Kafka({ brokers: [String(broker.address)], logLevel: logLevel.NOTHING });
  await broker.createTopic({ name: "t" });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: "t", messages: [{ value: "hello" }] });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: "g" });
  await consumer.connect();
  await consumer.subscribe({ topic: "t", fromBeginning: true });
  const seen = await new Promise((resolve) => {
    void consumer.run({ eachMessage: ({ message }) => Promise.resolve(resolve(message.value?.toString())) });
  });
  expect(seen).toBe("hello");
  const client = await WireClient.connect(nodePlatform().transport, broker.address);
  expect((await client.send(listGroups, 4, {})).groups.map(({ groupId }) => groupId)).toEqual(["g"]);
  client.close();
  await consumer.disconnect();
});
