import { expect, test } from "vitest";
import { TestCluster } from "../testing/test-cluster.ts";
import { clientContext } from "../context.ts";
import { BrokerLink } from "./broker-link.ts";
import { Reachability } from "./reachability.ts";

const refused = new Error("connect ECONNREFUSED");

function world() {
  let nowMs = 1_000;
  const said: string[] = [];
  const clock = { nowMs: () => 5, monotonicMs: () => nowMs };
  const reachability = new Reachability(
    clock,
    (level, text, fields) => void said.push(`${level} ${text} ${String(fields?.["awayMs"])}`),
  );
  const failAt = (atMs: number): void => {
    nowMs = 1_000 + atMs;
    reachability.failed("b:1", refused);
  };
  return { reachability, said, failAt };
}

test("a broker that stays away is told of with growing pauses", () => {
  const { said, failAt, reachability } = world();
  for (const atMs of [0, 50, 9_999, 10_000, 10_050, 29_999, 30_000, 69_999, 70_000]) failAt(atMs);
  expect(said).toEqual([
    "warn could not reach a broker undefined",
    "warn still cannot reach a broker 10000",
    "warn still cannot reach a broker 30000",
    "warn still cannot reach a broker 70000",
  ]);
  reachability.reached("b:1");
  reachability.reached("b:1");
  expect(said.slice(4)).toEqual(["info reached a broker again 70000"]);
});

test("pauses grow to five minutes at most", () => {
  const { said, failAt } = world();
  for (let atMs = 0; atMs <= 3_600_000; atMs += 1_000) failAt(atMs);
  // after 10, 30, 70, 150, 310 and 610 s, then each 300 s
  expect(said).toHaveLength(1 + 6 + Math.floor((3_600 - 610) / 300));
});

test("two links to one broker tell of it once, also when it is back", async () => {
  const { simulation, broker } = await TestCluster.start(3);
  const platform = simulation.platform("client");
  const said: string[] = [];
  const context = clientContext(
    { clientId: "c", brokers: ["broker-1:9092"], log: (_level, text) => void said.push(text) },
    platform,
  );
  const links = [
    new BrokerLink({ host: "broker-1", port: 9092 }, context),
    new BrokerLink({ host: "broker-1", port: 9092 }, context),
  ];
  const connectBoth = (): Promise<unknown> => simulation.settle(Promise.allSettled(links.map((link) => link.connect())));
  await broker.close();
  await connectBoth();
  await connectBoth();
  expect(said).toEqual(["could not reach a broker"]);
  await broker.listen();
  await connectBoth();
  expect(said).toEqual(["could not reach a broker", "reached a broker again"]);
});
