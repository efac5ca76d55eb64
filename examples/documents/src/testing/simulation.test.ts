// #region simulation
import { SimulatedCluster } from "@millrace/testkit/cluster";
import { int64, string } from "millrace";
import { expect, test } from "vitest";
import { clicksPerUser } from "./clicks.ts";

test("a count survives the power cut of its instance", async () => {
  const cluster = new SimulatedCluster({ seed: 42 });
  const counted = await cluster.run(async () => {
    await cluster.broker.start();
    await cluster.user.createTopics(["clicks", "counts"], 2);
    const config = { applicationId: "clicks", commitIntervalMs: 1_000, sessionTimeoutMs: 6_000 };
    const [one, other] = ["one", "other"].map((host) => cluster.application(host, clicksPerUser(), config)) as [
      Instance,
      Instance,
    ];
    await Promise.all([one.start(), other.start()]);

    await using producer = cluster.user.producer();
    const topic = await producer.topic("clicks");
    for (let click = 0; click < 1_000; click += 1)
      topic.append(-1, NaN, `user-${String(click % 10)}`, string, "/home", string, []);
    await producer.flush();
    one.crash();

    while ((await cluster.user.lag("clicks", ["clicks"])) > 0) await cluster.sleep(1_000);
    return { records: await cluster.user.read("counts", string, int64), repeatable: one.recordsRepeatable };
  });
  const last = new Map(counted.records.map(({ key, value }) => [key, value ?? 0]));
  const sum = [...last.values()].reduce((before, count) => before + count, 0);
  // At least once: what the instance had processed and not committed may count twice, and nothing else.
  expect(last.size).toBe(10);
  expect(sum).toBeGreaterThanOrEqual(1_000);
  expect(sum).toBeLessThanOrEqual(1_000 + counted.repeatable);
});
// #endregion

type Instance = ReturnType<SimulatedCluster["application"]>;
