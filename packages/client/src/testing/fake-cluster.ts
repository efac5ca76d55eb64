import { Simulation } from "@millrace/platform/sim";
import {
  type Api,
  deleteRecords,
  ErrorCode,
  fetch,
  type FetchRequest,
  initProducerId,
  listOffsets,
  metadata,
  type MetadataRequest,
  produce,
  type ProduceRequest,
} from "@millrace/protocol";

import { Client } from "../client.ts";
import type { ClientConfig } from "../config.ts";
import { FakeBroker, type Received } from "./fake-broker.ts";
import { FakeLog } from "./fake-log.ts";

const port = 9092;

export interface FakePartition {
  leaderId: number;
  leaderEpoch: number;
  readonly log: FakeLog;
  /** Brokers that have the log too, up to some offset; fetches of their rack are sent to them. */
  readonly followers: FakeFollower[];
}

export interface FakeFollower {
  readonly nodeId: number;
  readonly rack: string;
  /** Default: as much as the leader. */
  endOffset?: number;
  offline?: boolean;
}

export interface FakeTopic {
  readonly name: string;
  topicId: string;
  readonly partitions: FakePartition[];
}

/** Effect of a fault on a produce request, before or after it is carried out. */
export type ProduceFault = "none" | "disconnect-before" | "disconnect-after" | "not-leader" | "timed-out-after";

/** Some brokers in virtual time that hold real batches: topics, leaders, produce, fetch and offsets, and faults on demand. */
export class FakeCluster {
  readonly simulation: Simulation;
  readonly brokers: FakeBroker[] = [];
  readonly topics = new Map<string, FakeTopic>();
  /** Asked for each produce request. */
  produceFault: (received: Received<ProduceRequest>) => ProduceFault = () => "none";
  /** Larger batches are refused with `MESSAGE_TOO_LARGE`. */
  recordBytesMax = Infinity;
  #producerIds = 1000;
  #topicIds = 0;

  private constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  static async start(seed: number | string, brokerCount = 1): Promise<FakeCluster> {
    const cluster = new FakeCluster(new Simulation(seed));
    for (let nodeId = 1; nodeId <= brokerCount; nodeId += 1) await cluster.simulation.settle(cluster.#startBroker(nodeId));
    return cluster;
  }

  get broker(): FakeBroker {
    return this.brokers[0]!;
  }

  /** Partitions are led by the brokers in turns. */
  createTopic(name: string, partitionCount: number): FakeTopic {
    this.#topicIds += 1;
    const topicId = `${"A".repeat(20 - String(this.#topicIds).length)}${this.#topicIds}AA`;
    const partitions = Array.from({ length: partitionCount }, (_, index) => ({
      leaderId: 1 + (index % this.brokers.length),
      leaderEpoch: 0,
      log: new FakeLog(),
      followers: [],
    }));
    const topic = { name, topicId, partitions };
    this.topics.set(name, topic);
    return topic;
  }

  moveLeader(topic: FakeTopic, partition: number, leaderId: number): void {
    const moved = topic.partitions[partition]!;
    moved.leaderId = leaderId;
    moved.leaderEpoch += 1;
  }

  client(config: Partial<ClientConfig> = {}): Client {
    const brokers = this.brokers.map(({ host }) => `${host}:${port}`);
    return Client.open({ clientId: "test", brokers, ...config }, this.simulation.platform("client"));
  }

  /** Lets virtual time go on until the promise settles. */
  settle<T>(promise: Promise<T>): Promise<T> {
    return this.simulation.settle(promise);
  }

  received<Request>(api: Api<Request, any, any, any>): Received<Request>[] {
    return this.brokers.flatMap((broker) => broker.of(api));
  }

  async #startBroker(nodeId: number): Promise<void> {
    const host = `broker-${nodeId}`;
    const broker = new FakeBroker(nodeId, host, this.simulation.platform(host));
    broker.on(metadata, ({ body }) => this.#metadata(body));
    broker.on(initProducerId, () => ({
      errorCode: ErrorCode.NONE,
      producerId: BigInt((this.#producerIds += 1)),
      producerEpoch: 0,
    }));
    broker.on(produce, (received) => this.#produce(received));
    broker.on(fetch, ({ body }) => this.#fetch(nodeId, body));
    broker.on(listOffsets, ({ body }) => ({
      topics: body.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, timestamp }) => {
          const log = this.topics.get(name)?.partitions[partitionIndex]?.log;
          const offset = timestamp === -2n ? 0n : BigInt(log?.endOffset ?? -1);
          return {
            partitionIndex,
            errorCode: log === undefined ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NONE,
            timestamp: -1n,
            offset,
          };
        }),
      })),
    }));
    broker.on(deleteRecords, ({ body }) => ({
      topics: body.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, offset }) => ({
          partitionIndex,
          lowWatermark: offset,
          errorCode: ErrorCode.NONE,
        })),
      })),
    }));
    this.brokers.push(broker);
    await broker.listen(port);
  }

  #metadata(body: MetadataRequest) {
    const names = body.topics === null ? [...this.topics.keys()] : body.topics.map(({ name }) => name ?? "");
    return {
      brokers: this.brokers.map(({ nodeId, host }) => ({ nodeId, host, port })),
      clusterId: "fake",
      controllerId: 1,
      topics: names.map((name) => {
        const topic = this.topics.get(name);
        if (topic === undefined) return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, name, partitions: [] };
        return {
          errorCode: ErrorCode.NONE,
          name,
          topicId: topic.topicId,
          partitions: topic.partitions.map(({ leaderId, leaderEpoch, followers }, partitionIndex) => ({
            errorCode: leaderId < 0 ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.NONE,
            partitionIndex,
            leaderId,
            leaderEpoch,
            replicaNodes: [leaderId, ...followers.map((follower) => follower.nodeId)],
            isrNodes: [leaderId],
            offlineReplicas: followers.filter(({ offline }) => offline === true).map((follower) => follower.nodeId),
          })),
        };
      }),
    };
  }

  #produce(received: Received<ProduceRequest>) {
    const fault = this.produceFault(received);
    if (fault === "disconnect-before") {
      received.disconnect();
      return null;
    }
    const responses = received.body.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index, records }) => {
        const partition = this.#topic(name, topicId)?.partitions[index];
        if (fault === "not-leader" || partition?.leaderId !== received.nodeId) {
          const errorCode = partition === undefined ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NOT_LEADER_OR_FOLLOWER;
          return { index, errorCode, baseOffset: -1n };
        }
        if (records!.length > this.recordBytesMax) return { index, errorCode: ErrorCode.MESSAGE_TOO_LARGE, baseOffset: -1n };
        const { errorCode, baseOffset } = partition.log.append(records!);
        if (fault === "timed-out-after") return { index, errorCode: ErrorCode.REQUEST_TIMED_OUT, baseOffset: -1n };
        return { index, errorCode, baseOffset: BigInt(baseOffset) };
      }),
    }));
    if (fault === "disconnect-after") {
      received.disconnect();
      return null;
    }
    return { responses };
  }

  async #fetch(nodeId: number, body: FetchRequest) {
    const platform = this.simulation.platform(`broker-${nodeId}`);
    const deadlineMs = platform.clock.nowMs() + body.maxWaitMs;
    for (;;) {
      const { responses, ready } = this.#read(nodeId, body);
      if (ready || platform.clock.nowMs() >= deadlineMs) return { responses };
      await new Promise<void>((resolve) => void platform.timers.after(5, resolve));
    }
  }

  #read(nodeId: number, body: FetchRequest) {
    let ready = false;
    const responses = body.topics.map(({ topic: name, topicId, partitions }) => ({
      topic: name,
      topicId,
      partitions: partitions.map(({ partition: partitionIndex, fetchOffset, partitionMaxBytes }) => {
        const partition = this.#topic(name, topicId)?.partitions[partitionIndex];
        const offset = Number(fetchOffset);
        const log = partition?.log;
        const follower = partition?.followers.find((each) => each.nodeId === nodeId);
        const endOffset = follower?.endOffset ?? log?.endOffset ?? -1;
        const highWatermark = BigInt(endOffset);
        let errorCode: number = ErrorCode.NONE;
        if (partition === undefined) errorCode = name === "" ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        else if (partition.leaderId !== nodeId && follower === undefined) errorCode = ErrorCode.NOT_LEADER_OR_FOLLOWER;
        else if (offset > endOffset) errorCode = ErrorCode.OFFSET_OUT_OF_RANGE;
        const near =
          partition?.leaderId === nodeId
            ? partition.followers.find(
                ({ rack, endOffset: end = offset, offline = false }) => rack === body.rackId && end >= offset && !offline,
              )
            : undefined;
        const isSent = errorCode === ErrorCode.NONE && near !== undefined;
        if (isSent) ready = true;
        const records =
          errorCode === ErrorCode.NONE && !isSent ? log!.read(offset, partitionMaxBytes, endOffset) : Buffer.alloc(0);
        if (records.length > 0 || errorCode !== ErrorCode.NONE) ready = true;
        return {
          partitionIndex,
          errorCode,
          highWatermark,
          lastStableOffset: highWatermark,
          logStartOffset: 0n,
          abortedTransactions: null,
          records,
          preferredReadReplica: isSent ? near.nodeId : -1,
        };
      }),
    }));
    return { responses, ready };
  }

  #topic(name: string, topicId: string): FakeTopic | undefined {
    if (name !== "") return this.topics.get(name);
    return [...this.topics.values()].find((topic) => topic.topicId === topicId);
  }
}
