import { int64, string } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { SimulatedCluster, type SimulatedClusterOptions } from "./index.ts";

/** Counts the records of each key. */
function counting() {
  const builder = new StreamsBuilder();
  builder
    .stream("in", { key: string, value: string })
    .groupByKey()
    .count({ as: "counts" })
    .toStream()
    .to("out", { key: string, value: int64 });
  return builder.build();
}

const config = { applicationId: "counting", commitIntervalMs: 100, lingerMs: 5, sessionTimeoutMs: 6_000 };

async function send(cluster: SimulatedCluster, keys: readonly string[]): Promise<void> {
  const producer = cluster.user.producer();
  const topic = await producer.topic("in");
  for (const [i, key] of keys.entries()) topic.append(-1, 1_000 + i, key, string, "value", string, []);
  await producer.flush();
  await producer.close();
}

async function outputs(cluster: SimulatedCluster): Promise<string[]> {
  const records = await cluster.user.read("out", string, int64);
  return records.map(
    ({ partition, offset, timestampMs, key, value }) => `${key} ${value} at ${timestampMs} in ${partition}:${offset}`,
  );
}

/** Counts three records, then closes everything. */
async function threeRecords(options: SimulatedClusterOptions): Promise<SimulatedCluster> {
  const cluster = new SimulatedCluster(options);
  await cluster.run(async () => {
    await cluster.broker.start();
    await cluster.user.createTopics(["in", "out"], 1);
    const application = cluster.application("application", counting(), { ...config, cacheBytesMax: 0 });
    await application.start();
    await send(cluster, ["a", "b", "a"]);
    await cluster.when(() => application.commits === 1);
    expect(await cluster.user.lag("counting", ["in"])).toBe(0);
    expect(await outputs(cluster)).toEqual(["a 1 at 1000 in 0:0", "b 1 at 1001 in 0:1", "a 2 at 1002 in 0:2"]);
    await application.close();
    expect([application.recordsProcessed, application.recordsUncommitted, application.recordsRepeatable]).toEqual([3, 0, 0]);
    await cluster.user.client.close();
    await cluster.broker.close();
  });
  return cluster;
}

test("an application reads, counts and writes, and leaves nothing behind when all is closed", async () => {
  const cluster = await threeRecords({ seed: "clean" });
  expect(await cluster.remainder()).toEqual(['host "broker": up', 'host "user": up', 'host "application": up']);
});

test("the seed alone decides what happens", async () => {
  const [one, same, other] = [await threeRecords({ seed: 1 }), await threeRecords({ seed: 1 }), await threeRecords({ seed: 2 })];
  expect(same.traceHash).toBe(one.traceHash);
  expect(other.traceHash).not.toBe(one.traceHash);
});

test("what an application processed and did not commit is counted as repeatable when it is killed", async () => {
  const cluster = new SimulatedCluster({ seed: 3 });
  await cluster.run(async () => {
    await cluster.broker.start();
    await cluster.user.createTopics(["in", "out"], 1);
    const application = cluster.application("application", counting(), config);
    await application.start();
    await send(cluster, ["a", "b"]);
    await cluster.when(() => application.commits === 1);
    await send(cluster, ["c"]);
    await cluster.when(() => application.recordsProcessed === 3);
    expect(application.recordsUncommitted).toBe(1);
    application.kill();
    expect(application.recordsRepeatable).toBe(1);
    await application.start();
    await cluster.when(() => application.commits === 2);
    expect(application.recordsProcessed).toBe(4);
    expect(application.recordsRepeatable).toBe(1);
  });
});

test("a broker that loses its power keeps what its files had synced, and in memory nothing", async () => {
  for (const dataDirectory of ["data", null]) {
    const cluster = new SimulatedCluster({ seed: 4, broker: { dataDirectory, config: { logFlushIntervalMessages: 1 } } });
    await cluster.run(async () => {
      await cluster.broker.start();
      await cluster.user.createTopics(["in"], 1);
      await send(cluster, ["a", "b"]);
      cluster.broker.crash();
      await cluster.sleep(50);
      await cluster.broker.start();
      const topics = await cluster.user.client.admin.listTopics();
      expect(topics.map(({ name }) => name)).toEqual(dataDirectory === null ? [] : ["in"]);
      if (dataDirectory !== null)
        expect((await cluster.user.read("in", string, string)).map(({ key }) => key)).toEqual(["a", "b"]);
    });
  }
});

test.each([
  ["", 0],
  [", also if its clock is set back meanwhile", -3_600_000],
])("an instance that stands still for longer than its session sets no count of its successor back%s", async (_, jumpMs) => {
  const cluster = new SimulatedCluster({ seed: 9 });
  await cluster.run(async () => {
    await cluster.broker.start();
    await cluster.user.createTopics(["in", "out"], 1);
    const zombie = cluster.application("one", counting(), config);
    const successor = cluster.application("other", counting(), config);
    await zombie.start();
    await send(cluster, ["a", "b"]);
    await cluster.when(() => zombie.commits === 1);
    await send(cluster, ["c"]);
    await cluster.when(() => zombie.recordsProcessed === 3);
    zombie.pause();
    await successor.start();
    await send(cluster, ["c", "c"]);
    await cluster.when(() => successor.recordsProcessed === 3 && successor.recordsUncommitted === 0);
    expect([zombie.recordsUncommitted, zombie.recordsRepeatable]).toEqual([1, 0]);
    zombie.jumpClock(jumpMs);
    zombie.resume();
    await cluster.when(() => zombie.recordsRepeatable === 1);
    await cluster.sleep(1_000);
    await zombie.close();
    await successor.close();
    const counts = await cluster.user.read("counting-counts-changelog", string, int64);
    expect(counts.map(({ key, value }) => `${String(key)} ${String(value)}`)).toEqual(["a 1", "b 1", "c 3"]);
  });
});

test("an instance whose clock is set ahead by an hour goes on, with records on their way", async () => {
  const cluster = new SimulatedCluster({ seed: 10 });
  await cluster.run(async () => {
    await cluster.broker.start();
    await cluster.user.createTopics(["in", "out"], 1);
    const application = cluster.application("application", counting(), { ...config, cacheBytesMax: 0, lingerMs: 50 });
    await application.start();
    await send(cluster, ["a"]);
    await cluster.when(() => application.recordsProcessed === 1);
    application.jumpClock(3_600_000);
    await cluster.when(() => application.commits === 1);
    await application.close();
    expect(application.recordsRepeatable).toBe(0);
  });
});

test("a condition is acted upon before the next event", async () => {
  const cluster = new SimulatedCluster({ seed: 5 });
  await cluster.run(async () => {
    const happened: string[] = [];
    for (const name of ["first", "second"]) cluster.simulation.timers.after(10, () => void happened.push(name));
    await cluster.when(() => happened.length === 1);
    expect(happened).toEqual(["first"]);
  });
});

test("a scenario's failure tells the seed, how to run it again, and what had happened", async () => {
  const cluster = new SimulatedCluster({ seed: 6, replay: "run --seed 6" });
  const failing = cluster.run(async () => {
    await cluster.broker.start();
    cluster.broker.kill();
    expect(1).toBe(2);
  });
  const error: unknown = await failing.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "TESTKIT_SIMULATION_FAILED", seed: 6, cause: { name: "AssertionError" } });
  expect((error as Error).message).toMatch(
    /^Seed 6 failed after [\d.]+ virtual ms: expected 1 to be 2.*\nThe same again: run --seed 6\n/,
  );
  expect((error as Error).message).toMatch(/ broker: info: .*\n.* broker: killed$/);
});

test("an application that fails by itself ends the run", async () => {
  const cluster = new SimulatedCluster({ seed: 7 });
  const running = cluster.run(async () => {
    await cluster.broker.start();
    void cluster
      .application("application", counting(), config)
      .start()
      .catch(() => undefined);
    await cluster.when(() => false);
  });
  await expect(running).rejects.toMatchObject({
    code: "TESTKIT_SIMULATION_FAILED",
    cause: { code: "TESTKIT_APPLICATION_FAILED", cause: { cause: { code: "STREAMS_MISSING_SOURCE_TOPIC" } } },
  });
});

test("a scenario that waits for what never comes ends at its limit", async () => {
  const cluster = new SimulatedCluster({ seed: 8 });
  const waiting = cluster.run(
    async () => {
      await cluster.broker.start();
      await cluster.when(() => false);
    },
    { virtualMsMax: 3_600_000, eventsMax: 1_000 },
  );
  await expect(waiting).rejects.toMatchObject({ cause: { code: "SIMULATION_LIMIT", limit: "virtualMsMax" } });
});

test("counts come out right while leaders and coordinators move between nodes, and nodes end and start", async () => {
  for (const seed of [1, 2, 3]) {
    const cluster = new SimulatedCluster({ seed, broker: { nodes: 3 } });
    await cluster.run(async () => {
      await cluster.broker.start();
      await cluster.user.createTopics(["in", "out"], 2);
      const application = cluster.application("application", counting(), config);
      await application.start();
      const keys = Array.from({ length: 40 }, (_, i) => `k${i % 5}`);
      const node = (): number => cluster.draw(1, 3);
      for (let round = 0; round < 4; round += 1) {
        await send(cluster, keys.slice(round * 10, round * 10 + 10));
        await cluster.broker.moveLeader("in", cluster.draw(0, 1), node());
        await cluster.broker.moveLeader("out", cluster.draw(0, 1), node());
        cluster.broker.moveCoordinator("counting", node(), cluster.draw(0, 500));
        await cluster.sleep(cluster.draw(0, 300));
        const victim = cluster.draw(2, 3);
        if (round % 2 === 0) cluster.broker.killNode(victim);
        else await cluster.broker.closeNode(victim);
        await cluster.sleep(cluster.draw(10, 2_000));
        await cluster.broker.startNode(victim);
      }
      await cluster.when(() => application.recordsProcessed >= 40 && application.recordsUncommitted === 0);
      const counts = new Map((await cluster.user.read("out", string, int64)).map(({ key, value }) => [key, Number(value)]));
      expect(counts).toEqual(new Map([0, 1, 2, 3, 4].map((i) => [`k${i}`, 8])));
    });
  }
});
