import { Broker } from "@millrace/broker-lite";
import { nodePlatform } from "@millrace/platform/node";
import { Simulation } from "@millrace/platform/sim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Client } from "./client.ts";
import { clientSuite } from "./testing/client-suite.ts";
import { recordValues } from "./testing/test-topic.ts";
import { textWriter } from "./testing/text-writer.ts";

describe("the client with broker-lite", () => {
  let broker: Broker;

  beforeAll(async () => {
    const config = { groupInitialRebalanceDelayMs: 0 };
    broker = await Broker.start({ host: "127.0.0.1", port: 0, dataDirectory: null, config }, nodePlatform());
  });

  afterAll(() => broker.close());

  clientSuite(() => `${broker.address.host}:${broker.address.port}`);
});

describe("the client with a broker that is killed and comes back", () => {
  test.each([1, 2, 3, 4, 5])("writes every record once and in order, and reads them so (seed %i)", async (seed) => {
    const simulation = new Simulation(seed);
    const host = simulation.host("broker");
    const start = (): Promise<Broker> => {
      const config = { groupInitialRebalanceDelayMs: 0 };
      return Broker.start({ host: "broker", port: 9092, dataDirectory: "/data", config }, host.platform);
    };
    host.platform.files.makeDirectory("/data");
    await simulation.settle(start());
    const client = Client.open({ clientId: "c", brokers: ["broker:9092"] }, simulation.platform("client"));
    const values = Array.from({ length: 400 }, (_, i) => `v${i}`);
    const read: string[] = [];
    const pause = (delayMs: number): Promise<void> => new Promise((resolve) => void simulation.timers.after(delayMs, resolve));
    // The first kill comes in the middle of the writes, the second in the middle of the repairs.
    for (const atMs of [300, 700]) {
      simulation.timers.after(atMs, () => {
        host.kill();
        host.restart();
        void start();
      });
    }
    const producing = async (): Promise<void> => {
      const producer = client.producer({ lingerMs: 1, batchBytesMax: 120 });
      const topic = await producer.topic("t");
      for (const value of values) {
        topic.append(0, Number.NaN, null, textWriter, value, textWriter, []);
        await pause(2);
      }
      await producer.flush();
    };
    const consuming = async (): Promise<void> => {
      const fetcher = client.fetcher();
      fetcher.assign("t", 0, 0);
      while (read.length < values.length) {
        const fetched = fetcher.take();
        if (fetched === null) await fetcher.whenData();
        else if (fetched.error !== null) throw fetched.error;
        else read.push(...recordValues(fetched.buffer));
      }
    };
    await simulation.settle(client.admin.createTopics([{ name: "t", partitionCount: 1 }]));
    await simulation.settle(Promise.all([producing(), consuming()]));
    expect(read).toEqual(values);
    await simulation.settle(client.close());
  });
});
