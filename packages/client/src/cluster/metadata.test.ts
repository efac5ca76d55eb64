import { ErrorCode, metadata, type MetadataResponse } from "@millrace/protocol";
import { describe, expect, test } from "vitest";

import { BrokerUnreachableError, ClosedError, UnknownTopicError } from "../errors.ts";
import { TestCluster } from "../testing/test-cluster.ts";

async function open(brokerCount = 1) {
  const cluster = await TestCluster.start(3, brokerCount);
  cluster.createTopic("a", 2);
  cluster.createTopic("b", 1);
  return { cluster, client: cluster.client({ retryBackoffMs: 10 }) };
}

function namesAsked(cluster: TestCluster): (readonly (string | null)[] | null)[] {
  return cluster.received(metadata).map(({ body }) => body.topics?.map(({ name }) => name) ?? null);
}

describe("metadata", () => {
  test("is asked for once, then comes from the cache", async () => {
    const { cluster, client } = await open(2);
    const topic = await cluster.settle(client.metadata.topic("a"));
    expect(topic).toMatchObject({ name: "a", topicId: cluster.topics.get("a")!.topicId, internal: false });
    expect(topic.partitions.map(({ leaderId }) => leaderId)).toEqual([1, 2]);
    expect(await cluster.settle(client.metadata.topic("a"))).toBe(topic);
    expect(namesAsked(cluster)).toEqual([["a"]]);
    expect(client.metadata.brokers.map(({ nodeId }) => nodeId)).toEqual([1, 2]);
    expect(client.metadata.clusterId).toMatch(/^[\w-]{22}$/);
  });

  test("of topics that are asked for together comes in one request", async () => {
    const { cluster, client } = await open();
    await cluster.settle(Promise.all([client.metadata.topic("a"), client.metadata.topic("b"), client.metadata.topic("a")]));
    expect(namesAsked(cluster)).toEqual([["a", "b"]]);
  });

  test("asked for while a request is under way comes with the next one", async () => {
    const { cluster, client } = await open();
    const first = client.metadata.topic("a");
    await cluster.simulation.run(() => cluster.received(metadata).length === 1);
    await cluster.settle(
      Promise.all([first, client.metadata.refresh(["a"]), client.metadata.refresh(["b"]), client.metadata.refresh(["b"])]),
    );
    expect(namesAsked(cluster)).toEqual([["a"], ["a", "b"]]);
  });

  test("of an unknown topic fails with its name, after several brokers' answers", async () => {
    const { cluster, client } = await open();
    const failure = cluster.settle(client.metadata.topic("nope"));
    await expect(failure).rejects.toThrow(UnknownTopicError);
    await expect(failure).rejects.toThrow('Topic "nope" does not exist. Create it first');
    expect(namesAsked(cluster).length).toBe(4);
    expect(cluster.received(metadata).every(({ body }) => !body.allowAutoTopicCreation)).toBe(true);
  });

  test("of a topic that other brokers have not heard of comes in the end", async () => {
    const { cluster, client } = await open();
    const topic = client.metadata.topic("late");
    await cluster.simulation.run(() => cluster.received(metadata).length === 2);
    cluster.createTopic("late", 1);
    expect((await cluster.settle(topic)).name).toBe("late");
  });

  test("lets the broker create a topic only when asked to, and not in the company of others", async () => {
    const cluster = await TestCluster.start(3, 1, { config: { numPartitions: 3 } });
    const client = cluster.client({ retryBackoffMs: 10 });
    const made = client.metadata.topic("made", { allowAutoTopicCreation: true });
    const missing = expect(client.metadata.topic("missing")).rejects.toThrow(UnknownTopicError);
    expect((await cluster.settle(made)).partitions.length).toBe(3);
    await cluster.simulation.run(() => namesAsked(cluster).filter((names) => names?.includes("missing")).length === 4);
    await cluster.settle(missing);
    expect(() => cluster.cluster.topicId("missing")).toThrow("missing");
  });

  test("does not go back to an older leader epoch", async () => {
    const { cluster, client } = await open(2);
    const topic = cluster.topics.get("a")!;
    await cluster.settle(cluster.moveLeader(topic, 0, 2));
    await cluster.settle(client.metadata.topic("a"));
    // A broker that has not heard of the move yet.
    const [old, another] = [{ leaderId: 1, leaderEpoch: 0 }, "BBBBBBBBBBBBBBBBBBBBBA"];
    let topicId: string | null = null;
    for (const broker of cluster.brokers) {
      broker.on(metadata, async ({ serve }) => {
        const answer = await serve();
        const topics = answer.topics.map((each: MetadataResponse["topics"][number]) => ({
          ...each,
          topicId: topicId ?? each.topicId,
          partitions: each.partitions.map((partition) => ({ ...partition, ...old })),
        }));
        return { ...answer, topics };
      });
    }
    await cluster.settle(client.metadata.refresh());
    expect(client.metadata.cached("a")?.partitions[0]).toMatchObject({ leaderId: 2, leaderEpoch: 1 });
    // Another topic with the same name begins anew.
    topicId = another;
    await cluster.settle(client.metadata.refresh());
    expect(client.metadata.cached("a")?.partitions[0]).toMatchObject({ leaderId: 1, leaderEpoch: 0 });
  });

  test("is refreshed when it is old", async () => {
    const { cluster } = await open();
    const client = cluster.client({ metadataMaxAgeMs: 5_000 });
    await cluster.settle(client.metadata.topic("a"));
    await cluster.settle(cluster.moveLeader(cluster.topics.get("a")!, 0, 1));
    await cluster.simulation.run(() => client.metadata.cached("a")?.partitions[0]?.leaderEpoch === 1);
    expect(cluster.simulation.elapsedMs).toBeGreaterThan(5_000);
    await client.close();
  });

  test("comes from another broker when one is away", async () => {
    const { cluster, client } = await open(3);
    await cluster.settle(client.metadata.topic("a"));
    await cluster.settle(cluster.broker.close());
    for (let i = 0; i < 5; i += 1) await cluster.settle(client.metadata.refresh(["b"]));
    expect(client.metadata.cached("b")).toBeDefined();
  });

  test("fails with all addresses when no broker answers", async () => {
    const { cluster } = await open(2);
    for (const broker of cluster.brokers) await cluster.settle(broker.close());
    const client = cluster.client({ apiTimeoutMs: 2_000 });
    const failure = cluster.settle(client.metadata.topic("a"));
    await expect(failure).rejects.toThrow(BrokerUnreachableError);
    await expect(failure).rejects.toThrow(/broker-1:9092/);
    await expect(failure).rejects.toThrow(/broker-2:9092/);
    await client.close();
  });

  test("waits for a broker that comes later", async () => {
    const { cluster } = await open();
    await cluster.settle(cluster.broker.close());
    const client = cluster.client();
    const topic = client.metadata.topic("a");
    cluster.simulation.timers.after(3_000, () => void cluster.broker.listen());
    expect((await cluster.settle(topic)).name).toBe("a");
  });

  test("that is pending is rejected when the client closes", async () => {
    const { cluster, client } = await open();
    cluster.broker.on(metadata, () => null);
    const pending = expect(client.metadata.topic("a")).rejects.toThrow(ClosedError);
    await cluster.simulation.run(() => cluster.received(metadata).length === 1);
    await client.close();
    await pending;
    await expect(client.metadata.topic("b")).rejects.toThrow(ClosedError);
    expect(() => client.producer()).toThrow(ClosedError);
  });

  test("takes an error of the whole answer for a failure", async () => {
    const { cluster } = await open();
    cluster.broker.on(metadata, () => ({ errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, brokers: [], topics: [] }));
    await expect(cluster.settle(cluster.client().metadata.topic("a"))).rejects.toThrow(
      "The broker refused metadata with CLUSTER_AUTHORIZATION_FAILED (31).",
    );
  });
});
