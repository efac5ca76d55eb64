import { spawn } from "node:child_process";
import { Broker } from "@millrace/broker-lite";
import { KafkaStreams } from "millrace";
import { expect, test } from "vitest";
import { topology } from "../../template/src/topology.ts";

const folder = "examples/documents/src/getting-started";

test("the programs that getting started shows create topics, send orders and read totals", async () => {
  await using broker = await Broker.start();
  const brokers = [String(broker.address)];
  const start = (file: string) =>
    spawn(process.execPath, [`${folder}/${file}`], { env: { ...process.env, BROKERS: brokers[0] } });

  expect(await new Promise((resolve) => start("topics.mjs").on("exit", resolve))).toBe(0);
  await using streams = new KafkaStreams(topology(), {
    applicationId: "order-totals",
    brokers,
    commitIntervalMs: 100,
    defaultDslStore: "inMemory",
  });
  await streams.start();

  const orders = start("orders.mjs");
  let printed = "";
  const all = new Promise((resolve) => {
    orders.stdout.on("data", (bytes: Buffer) => {
      printed += bytes.toString();
      if (printed.includes("ada ordered 750 cents") && printed.includes("bob ordered 900 cents")) resolve(undefined);
    });
  });
  const exit = new Promise((resolve) => orders.on("exit", resolve));
  await Promise.race([all, exit]);
  orders.kill("SIGINT");
  expect(printed).toContain("ada ordered 750 cents this hour\n");
  expect(await exit).toBe(0);
});
