import { networkInterfaces } from "node:os";
import { Simulation } from "@millrace/platform/sim";
import { describeCluster, findCoordinator, metadata } from "@millrace/protocol";
import { Kafka, logLevel } from "kafkajs";
import { describe, expect, test } from "vitest";
import { Broker } from "./broker.ts";
import { InvalidConfigError } from "./errors.ts";
import { connect, startBroker } from "./testing/sim-broker.ts";
import { WireClient } from "./testing/wire-client.ts";

/** Returns the address that each API tells, for all APIs that tell the broker's address. */
async function told(simulation: Simulation, client: WireClient): Promise<string[]> {
  const ask = async () => [
    ...(await client.send(metadata, 12, { topics: null })).brokers,
    ...(await client.send(describeCluster, 1, { includeClusterAuthorizedOperations: false })).brokers,
    await client.send(findCoordinator, 2, { key: "g", keyType: 0 }),
    ...(await client.send(findCoordinator, 6, { keyType: 0, coordinatorKeys: ["g"] })).coordinators,
  ];
  return (await simulation.settle(ask())).map(({ host, port }) => `${host}:${port}`);
}

describe("clients are told", () => {
  test.each(["0.0.0.0", "::"])("by a broker on %s the address by which each came", async (host) => {
    const simulation = new Simulation(1);
    await startBroker(simulation, { host });
    expect(new Set(await told(simulation, await connect(simulation)))).toEqual(new Set(["broker:9092"]));
    const { transport } = simulation.platform("broker");
    const local = await simulation.settle(WireClient.connect(transport, { host: "127.0.0.1", port: 9092 }));
    expect(new Set(await told(simulation, local))).toEqual(new Set(["127.0.0.1:9092"]));
  });

  test("by a broker on one address that, however it was found", async () => {
    const simulation = new Simulation(1);
    await startBroker(simulation, { host: "127.0.0.1" });
    const { transport } = simulation.platform("broker");
    const local = await simulation.settle(WireClient.connect(transport, { host: "localhost", port: 9092 }));
    expect(new Set(await told(simulation, local))).toEqual(new Set(["127.0.0.1:9092"]));
  });

  test.each([
    ["PLAINTEXT://kafka.example:19092", "kafka.example:19092"],
    ["kafka.example:19092", "kafka.example:19092"],
    ["EXTERNAL://[2001:db8::7]:19092", "2001:db8::7:19092"],
  ])("what advertised.listeners says: %s", async (advertisedListeners, address) => {
    for (const host of ["broker", "0.0.0.0"]) {
      const simulation = new Simulation(1);
      await startBroker(simulation, { host, config: { advertisedListeners } });
      expect(new Set(await told(simulation, await connect(simulation)))).toEqual(new Set([address]));
    }
  });

  test.each([
    "kafka.example",
    "kafka.example:0",
    "kafka.example:65536",
    "PLAINTEXT://",
    "PLAINTEXT://:9092",
    "0.0.0.0:9092",
    "[::]:9092",
  ])("nothing that leads nowhere: advertised.listeners refuses %s", async (advertisedListeners) => {
    await expect(startBroker(new Simulation(1), { config: { advertisedListeners } })).rejects.toThrow(InvalidConfigError);
  });

  test("one listener only", async () => {
    const config = { advertisedListeners: "A://a.example:1,B://b.example:2" };
    await expect(startBroker(new Simulation(1), { config })).rejects.toThrow(/needs one host:port/);
  });
});

/** Another address of this machine than 127.0.0.1: Linux has all of 127.0.0.0/8. */
const otherAddress =
  process.platform === "linux"
    ? "127.0.0.2"
    : Object.values(networkInterfaces())
        .flat()
        .find((each) => each !== undefined && !each.internal && each.family === "IPv4")?.address;

test.each(["0.0.0.0", "::"])("kafkajs works with a broker on %s from another address than 127.0.0.1", async (host) => {
  await using broker = await Broker.start({ host });
  for (const address of ["127.0.0.1", otherAddress ?? "localhost"]) {
    const kafka = new Kafka({
      brokers: [`${address}:${broker.address.port}`],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    });
    const admin = kafka.admin();
    await admin.connect();
    expect((await admin.describeCluster()).brokers).toEqual([{ nodeId: 1, host: address, port: broker.address.port }]);
    await admin.createTopics({ topics: [{ topic: address, numPartitions: 1 }] });
    await admin.disconnect();
    const producer = kafka.producer();
    await producer.connect();
    const [sent] = await producer.send({ topic: address, messages: [{ value: "hello" }] });
    expect(sent?.baseOffset).toBe("0");
    await producer.disconnect();
  }
});
