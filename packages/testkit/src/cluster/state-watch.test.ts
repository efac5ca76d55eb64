import { int64, string } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { SimulatedCluster, type SimulatedApplication, type StateWatch } from "./index.ts";

function counting() {
  const builder = new StreamsBuilder();
  const words = builder.stream("in", { key: string, value: string });
  words.groupByKey().count({ as: "counts" }).toStream().to("out", { key: string, value: int64 });
  return builder.build();
}

const config = { applicationId: "counting", commitIntervalMs: 100, lingerMs: 5, sessionTimeoutMs: 6_000, cacheBytesMax: 0 };

interface Scene {
  readonly cluster: SimulatedCluster;
  readonly application: SimulatedApplication;
  readonly watch: StateWatch;
}

async function send(cluster: SimulatedCluster, keys: readonly string[]): Promise<void> {
  await using producer = cluster.user.producer();
  const topic = await producer.topic("in");
  for (const key of keys) topic.append(-1, 1_000, key, string, "", string, []);
  await producer.flush();
}

/** Counts three records under a watch; then lets `go` happen. */
async function watched(go: (scene: Scene) => Promise<void>): Promise<void> {
  const cluster = new SimulatedCluster({ seed: 1 });
  await cluster.run(async () => {
    await cluster.broker.start();
    await cluster.user.createTopics(["in", "out"], 1);
    const application = cluster.application("one", counting(), config);
    await application.start();
    const counts = { counts: (value: Buffer) => Number(value.readBigInt64BE()) };
    const watch = cluster.watch({ topology: counting(), applicationId: "counting", counts });
    await watch.begin();
    await send(cluster, ["a", "b", "a"]);
    await cluster.when(() => application.commits === 1);
    await cluster.sleep(1_000);
    await go({ cluster, application, watch });
  });
}

const violation = (atMs: RegExp): object => ({
  code: "TESTKIT_SIMULATION_FAILED",
  seed: 1,
  cause: { code: "TESTKIT_INVARIANT_VIOLATED", message: expect.stringMatching(atMs) as string },
});

test("a run whose state is sound passes, through a crash of the instance, and says what was compared", async () => {
  await watched(async ({ cluster, application, watch }) => {
    application.crash();
    await application.start();
    await send(cluster, ["a", "c"]);
    await cluster.when(() => application.commits === 2 && application.recordsUncommitted === 0);
    await cluster.sleep(1_000);
    const { counts, offsets, stores } = await watch.end();
    expect(counts).toBe(5);
    expect(offsets).toBeGreaterThan(2);
    expect(stores).toBeGreaterThan(1);
  });
});

test("a disk that holds what its changelog does not say ends the run", async () => {
  const running = watched(async ({ cluster, application: { stores } }) => {
    const engine = stores.open(stores.directories()[0]!);
    const space = engine.space("counts", 0);
    const batch = engine.batch();
    batch.put(space, Buffer.from("x"), Buffer.alloc(16));
    batch.checkpoint(space, space.checkpoint());
    engine.write(batch);
    await cluster.when(() => false);
  });
  await expect(running).rejects.toMatchObject(
    violation(
      /^After [\d.]+ virtual ms store "counts", partition 0, on host "one" is not what its changelog says before offset 3: only the disk has 78=0{32}; only the changelog has nothing\.$/,
    ),
  );
});

test("a count that goes back in the changelog ends the run", async () => {
  const running = watched(async ({ cluster }) => {
    await using producer = cluster.user.producer();
    const topic = await producer.topic("counting-counts-changelog");
    topic.append(0, 1_000, "a", string, 1, int64, []);
    await producer.flush();
    await cluster.when(() => false);
  });
  await expect(running).rejects.toMatchObject(
    violation(/the count of key "a" in the changelog of store "counts", partition 0, goes back from 2 to 1 at offset 3\.$/),
  );
});

test("a committed offset that goes back ends the run", async () => {
  const running = watched(async ({ cluster, application }) => {
    await application.close();
    await using group = cluster.user.client.group({
      groupId: "counting",
      protocols: () => [],
      assign: () => new Map(),
      onAssigned: () => undefined,
      onRebalance: () => Promise.resolve(),
      onLost: () => undefined,
    });
    await group.commit([{ topic: "in", partition: 0, offset: 1, metadata: "" }]);
    await cluster.when(() => false);
  });
  await expect(running).rejects.toMatchObject(
    violation(/the committed offset of topic "in", partition 0, goes back from 3 to 1\.$/),
  );
});
