import { createTopics, deleteRecords, deleteTopics, describeConfigs, ErrorCode, listOffsets } from "@millrace/protocol";
import { describe, expect, test } from "vitest";

import { UnknownPartitionError, UnknownTopicError } from "../errors.ts";
import { TestCluster } from "../testing/test-cluster.ts";
import { textWriter } from "../testing/text-writer.ts";

async function open(brokerCount = 2) {
  const cluster = await TestCluster.start(11, brokerCount);
  cluster.createTopic("t", 4);
  const client = cluster.client({ retryBackoffMs: 10, apiTimeoutMs: 1_000 });
  return { cluster, client, admin: client.admin };
}

describe("createTopics", () => {
  test("asks the controller for partitions, replicas and configs, -1 being the broker's defaults", async () => {
    const { cluster, admin } = await open();
    for (const broker of cluster.brokers) {
      broker.on(createTopics, ({ body }) => ({
        topics: body.topics.map(({ name }) => ({ name, errorCode: ErrorCode.NONE, errorMessage: null, configs: [] })),
      }));
    }
    await cluster.settle(admin.listTopics());
    const topics = [
      { name: "a", partitionCount: 3, replicationFactor: 2, configs: { "cleanup.policy": "compact" } },
      { name: "b" },
    ];
    expect(await cluster.settle(admin.createTopics(topics))).toEqual([
      { name: "a", created: true },
      { name: "b", created: true },
    ]);
    const [asked] = cluster.received(createTopics);
    expect(asked!.nodeId).toBe(1);
    expect(asked!.body).toMatchObject({
      validateOnly: false,
      topics: [
        { name: "a", numPartitions: 3, replicationFactor: 2, configs: [{ name: "cleanup.policy", value: "compact" }] },
        { name: "b", numPartitions: -1, replicationFactor: -1, configs: [] },
      ],
    });
  });

  test("refuses or tolerates a topic that exists, as asked", async () => {
    const { cluster, admin } = await open(1);
    cluster.broker.on(createTopics, () => ({
      topics: [{ name: "t", errorCode: ErrorCode.TOPIC_ALREADY_EXISTS, errorMessage: "there", configs: [] }],
    }));
    const refused = cluster.settle(admin.createTopics([{ name: "t" }]));
    await expect(refused).rejects.toThrow('The broker refused the creation of topic "t" with TOPIC_ALREADY_EXISTS (36): there.');
    expect(await cluster.settle(admin.createTopics([{ name: "t" }], { tolerateExisting: true }))).toEqual([
      { name: "t", created: false },
    ]);
  });

  test("takes a topic that exists for its own after an answer was lost", async () => {
    const { cluster, admin } = await open(1);
    let calls = 0;
    cluster.broker.on(createTopics, (received) => {
      calls += 1;
      if (calls > 1)
        return { topics: [{ name: "new", errorCode: ErrorCode.TOPIC_ALREADY_EXISTS, errorMessage: null, configs: [] }] };
      received.disconnect();
      return null;
    });
    expect(await cluster.settle(admin.createTopics([{ name: "new" }]))).toEqual([{ name: "new", created: true }]);
  });

  test("asks again only for the topics that failed, and another controller", async () => {
    const { cluster, admin } = await open(1);
    let calls = 0;
    cluster.broker.on(createTopics, ({ body }) => {
      calls += 1;
      const errorOf = (name: string): number => (calls === 1 && name === "b" ? ErrorCode.NOT_CONTROLLER : ErrorCode.NONE);
      return { topics: body.topics.map(({ name }) => ({ name, errorCode: errorOf(name), errorMessage: null, configs: [] })) };
    });
    await cluster.settle(admin.createTopics([{ name: "a" }, { name: "b" }]));
    expect(cluster.received(createTopics).map(({ body }) => body.topics.map(({ name }) => name))).toEqual([["a", "b"], ["b"]]);
  });
});

describe("deleteTopics", () => {
  test("forgets what was known of them", async () => {
    const { cluster, admin } = await open(1);
    expect((await cluster.settle(admin.describeTopics(["t"])))[0]!.partitions.length).toBe(4);
    await cluster.settle(admin.deleteTopics(["t"]));
    await expect(cluster.settle(admin.describeTopics(["t"]))).rejects.toThrow(UnknownTopicError);
  });

  test("names the topic that could not be deleted", async () => {
    const { cluster, admin } = await open(1);
    cluster.broker.on(deleteTopics, ({ body }) => ({
      responses: body.topics.map(({ name, topicId }) => ({ name, topicId, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION })),
    }));
    await expect(cluster.settle(admin.deleteTopics(["gone"]))).rejects.toThrow(UnknownTopicError);
    expect(cluster.received(deleteTopics).length).toBe(1);
  });
});

describe("requests to leaders", () => {
  test("go to the leader of each partition", async () => {
    const { cluster, client, admin } = await open();
    const producer = client.producer();
    const topic = await cluster.settle(producer.topic("t"));
    for (let i = 0; i < 8; i += 1) topic.append(1, i, null, textWriter, `v${i}`, textWriter, []);
    await cluster.settle(producer.flush());
    const partitions = [0, 1, 2, 3].map((partition) => ({ topic: "t", partition }));
    const listed = await cluster.settle(admin.listOffsets(partitions, "latest"));
    listed.sort((a, b) => a.partition - b.partition);
    expect(listed.map(({ partition, offset, timestampMs }) => [partition, offset, timestampMs])).toEqual([
      [0, 0, null],
      [1, 8, null],
      [2, 0, null],
      [3, 0, null],
    ]);
    const asked = cluster
      .received(listOffsets)
      .map(({ nodeId, body }) => `${nodeId}: ${body.topics[0]!.partitions.map(({ partitionIndex }) => partitionIndex).join()}`);
    expect(asked.sort()).toEqual(["1: 0,2", "2: 1,3"]);
    const deleted = await cluster.settle(admin.deleteRecords([{ topic: "t", partition: 1, beforeOffset: 7 }]));
    expect(deleted).toEqual([{ topic: "t", partition: 1, logStartOffset: 7 }]);
    expect(cluster.received(deleteRecords).map(({ nodeId }) => nodeId)).toEqual([2]);
  });

  test("follow a leader that moved", async () => {
    const { cluster, admin } = await open();
    await cluster.settle(admin.describeTopics(["t"]));
    await cluster.settle(cluster.moveLeader(cluster.topics.get("t")!, 0, 2));
    expect(await cluster.settle(admin.listOffsets([{ topic: "t", partition: 0 }], "earliest"))).toMatchObject([{ offset: 0 }]);
    expect(cluster.received(listOffsets).map(({ nodeId }) => nodeId)).toEqual([1, 2]);
  });

  test("fail at once for a partition that does not exist, and in time for one without a leader", async () => {
    const { cluster, admin } = await open();
    await expect(cluster.settle(admin.listOffsets([{ topic: "t", partition: 9 }], "latest"))).rejects.toThrow(
      UnknownPartitionError,
    );
    await cluster.settle(cluster.moveLeader(cluster.topics.get("t")!, 0, 2));
    await cluster.settle(cluster.brokers[1]!.close());
    await cluster.settle(admin.describeTopics(["t"]));
    await expect(cluster.settle(admin.listOffsets([{ topic: "t", partition: 0 }], "latest"))).rejects.toMatchObject({
      errorName: "LEADER_NOT_AVAILABLE",
    });
  });

  test("give null where no record has such a timestamp", async () => {
    const { cluster, admin } = await open(1);
    cluster.broker.on(listOffsets, ({ body }) => {
      expect(body.topics[0]!.partitions[0]!.timestamp).toBe(123n);
      return {
        topics: [{ name: "t", partitions: [{ partitionIndex: 0, errorCode: 0, timestamp: -1n, offset: -1n, leaderEpoch: -1 }] }],
      };
    });
    expect(await cluster.settle(admin.listOffsets([{ topic: "t", partition: 0 }], 123))).toEqual([
      { topic: "t", partition: 0, offset: null, timestampMs: null, leaderEpoch: -1 },
    ]);
    expect(await admin.listOffsets([], "latest")).toEqual([]);
  });
});

describe("describeConfigs", () => {
  test("asks a broker itself for its own configs", async () => {
    const { cluster, admin } = await open();
    for (const broker of cluster.brokers) {
      broker.on(describeConfigs, ({ body }) => ({
        results: body.resources.map(({ resourceType, resourceName }) => ({
          errorCode: ErrorCode.NONE,
          errorMessage: null,
          resourceType,
          resourceName,
          configs: [
            { name: "k", value: "v", readOnly: false, configSource: 5, isSensitive: false, synonyms: [], documentation: null },
          ],
        })),
      }));
    }
    await cluster.settle(admin.listTopics());
    expect(await cluster.settle(admin.describeConfigs("broker", "2"))).toEqual([
      { name: "k", value: "v", source: 5, readOnly: false, sensitive: false },
    ]);
    expect(cluster.received(describeConfigs).map(({ nodeId, body }) => [nodeId, body.resources[0]!.resourceType])).toEqual([
      [2, 4],
    ]);
  });
});
