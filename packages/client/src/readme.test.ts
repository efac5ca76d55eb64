import { Broker } from "@millrace/broker-lite";
import { expect, test } from "vitest";
// #region readme
import { Client } from "@millrace/client";
import { nodePlatform } from "@millrace/platform/node";

async function topicsOf(brokers: readonly string[]): Promise<string[]> {
  await using client = Client.open({ brokers, clientId: "topics" }, nodePlatform());
  await client.admin.createTopics([{ name: "greetings", partitionCount: 3 }]);
  return (await client.admin.listTopics()).map(({ name }) => name);
}
// #endregion

test("the example finds the topic that it makes", async () => {
  await using broker = await Broker.start({ host: "127.0.0.1", port: 0, dataDirectory: null }, nodePlatform());
  expect(await topicsOf([`127.0.0.1:${broker.address.port}`])).toContain("greetings");
});
