import { Cluster, type BrokerConfig, type NodeOptions, type ReceivedRequest, type Verdict } from "@millrace/broker-lite";
import { Simulation } from "@millrace/platform/sim";
import { type AnyApi, type Api, apiVersions, ErrorCode, produce, type ProduceRequest } from "@millrace/protocol";

import { Client } from "../client.ts";
import type { ClientConfig } from "../config.ts";
import { TestTopic } from "./test-topic.ts";

/** Request as a node got it. */
export interface Received<Body = unknown> extends Omit<ReceivedRequest<Body>, "close" | "connection"> {
  /** Number of the connection on its node, counted from 0. */
  readonly connectionIndex: number;
  /** Breaks the connection. */
  readonly disconnect: () => void;
  /** Has the node serve the request. */
  readonly serve: () => Promise<any>;
}

/** Makes an answer; null: there never is one. */
export type Answer<Body = unknown> = (received: Received<Body>) => unknown;

type AnswerOf<Request, ResponseInput> = (received: Received<Request>) => ResponseInput | null | Promise<ResponseInput | null>;

/** A node of broker-lite that answers some APIs as a test tells it. */
export class TestNode {
  readonly nodeId: number;
  readonly host: string;
  readonly received: Received[] = [];
  readonly #cluster: Cluster;
  readonly #scripted = new Map<string, { readonly api: AnyApi; readonly answer: Answer }>();
  #maxVersions: ReadonlyMap<number, number> = new Map();

  constructor(nodeId: number, host: string, cluster: Cluster) {
    this.nodeId = nodeId;
    this.host = host;
    this.#cluster = cluster;
  }

  /** Sets how requests of an API are answered from now on. */
  on<Request, ResponseInput>(api: Api<Request, any, any, ResponseInput>, answer: AnswerOf<Request, ResponseInput>): void {
    // Lets the node read requests of an API that it does not serve.
    if (!this.#scripted.has(api.name)) this.#cluster.interceptAt(this.nodeId, api, () => "pass");
    this.#scripted.set(api.name, { api, answer: answer as Answer });
  }

  /** Returns how requests of an API are answered now, to be wrapped. */
  answerOf<Request, ResponseInput>(api: Api<Request, any, any, ResponseInput>): AnswerOf<Request, ResponseInput> {
    const scripted = this.#scripted.get(api.name);
    return scripted === undefined
      ? (received) => received.serve() as Promise<ResponseInput>
      : (scripted.answer as AnswerOf<Request, ResponseInput>);
  }

  /** Offers no versions above these. */
  limit(...limits: readonly (readonly [api: AnyApi, maxVersion: number])[]): void {
    this.#maxVersions = new Map(limits.map(([api, maxVersion]) => [api.key, maxVersion]));
  }

  of<Request>(api: Api<Request, any, any, any>): Received<Request>[] {
    return this.received.filter((received) => received.api === api.name) as Received<Request>[];
  }

  disconnectAll(): void {
    this.#cluster.dropConnections(this.nodeId);
  }

  close(): Promise<void> {
    return this.#cluster.stopNode(this.nodeId, { handOver: false });
  }

  listen(): Promise<void> {
    return this.#cluster.startNode(this.nodeId);
  }

  /** Notes a request, and decides what becomes of it. */
  decide(request: ReceivedRequest, fault: (received: Received) => Verdict | Promise<Verdict>): Verdict | Promise<Verdict> {
    const { close, connection: connectionIndex, ...rest } = request;
    const notServed = (): Promise<never> => Promise.reject(new NotServedError(request.api));
    const received: Received = { ...rest, connectionIndex, disconnect: close, serve: notServed };
    this.received.push(received);
    const scripted = this.#scripted.get(request.api);
    if (scripted !== undefined)
      return { answer: (serve) => answered(scripted.answer, { ...received, serve: async () => serve() }) };
    if (request.api === apiVersions.name) return { answer: async (serve) => this.#versions((await serve()) as Versions) };
    return request.api === produce.name ? fault(received) : "pass";
  }

  #versions(response: Versions): Versions {
    const served = new Set(response.apiKeys.map(({ apiKey }) => apiKey));
    const scripted = [...this.#scripted.values()]
      .filter(({ api }) => !served.has(api.key))
      .map(({ api: { key: apiKey, minVersion, maxVersion } }) => ({ apiKey, minVersion, maxVersion }));
    const apiKeys = [...response.apiKeys, ...scripted].map((each) => ({
      ...each,
      maxVersion: this.#maxVersions.get(each.apiKey) ?? each.maxVersion,
    }));
    return { ...response, apiKeys };
  }
}

interface Versions {
  readonly apiKeys: readonly { readonly apiKey: number; readonly minVersion: number; readonly maxVersion: number }[];
}

async function answered(answer: Answer, received: Received): Promise<unknown> {
  const body = await answer(received);
  // A promise that never settles holds back the answers behind it, as a parked request does.
  return body ?? new Promise(() => {});
}

/** A scripted answer asked a node to serve a request twice, or after it was decided. */
class NotServedError extends Error {
  readonly code = "TEST_NOT_SERVED";

  constructor(api: string) {
    super(`A recorded ${api} request cannot be served any more.`);
  }
}

/** Options of `TestCluster.start`. */
export interface TestClusterOptions {
  readonly config?: Partial<BrokerConfig>;
  readonly tls?: NodeOptions["tls"];
}

const port = 9092;

/** A cluster of broker-lite in virtual time, with faults and scripted answers on demand; its nodes are on the hosts `broker-1` and so on. */
export class TestCluster {
  readonly simulation: Simulation;
  readonly cluster: Cluster;
  readonly brokers: readonly TestNode[];
  readonly topics = new Map<string, TestTopic>();
  /** Decides the fate of each produce request. */
  produceFault: (received: Received<ProduceRequest>) => Verdict | Promise<Verdict> = () => "pass";

  private constructor(simulation: Simulation, cluster: Cluster) {
    this.simulation = simulation;
    this.cluster = cluster;
    this.brokers = cluster.nodes.map(({ nodeId }) => new TestNode(nodeId, hostOf(nodeId), cluster));
    cluster.interceptAll((request) =>
      this.brokers[request.nodeId - 1]!.decide(request, (received) => this.produceFault(received as Received<ProduceRequest>)),
    );
  }

  static async start(
    seed: number | string,
    brokerCount = 1,
    { config, tls = null }: TestClusterOptions = {},
  ): Promise<TestCluster> {
    const simulation = new Simulation(seed);
    const nodes = Array.from({ length: brokerCount }, (_, i) => {
      const host = hostOf(i + 1);
      return { host, port, tls, platform: simulation.platform(host) };
    });
    // Records of tests are from 1970, and the client's limits are what is tested.
    const settings = { logRetentionMs: -1, connectionsMaxIdleMs: -1, ...config };
    const starting = Cluster.start({ nodes, config: settings }, simulation.platform("cluster"));
    return new TestCluster(simulation, await simulation.settle(starting));
  }

  get broker(): TestNode {
    return this.brokers[0]!;
  }

  /** Makes a topic. Its partitions are led by the nodes in turns. */
  createTopic(name: string, partitionCount: number, configs: Readonly<Record<string, string>> = {}): TestTopic {
    void this.cluster.createTopic({ name, partitions: partitionCount, configs });
    const topic = new TestTopic(this.cluster, name, partitionCount);
    this.topics.set(name, topic);
    return topic;
  }

  moveLeader(topic: TestTopic, partition: number, leaderId: number): Promise<void> {
    return this.cluster.moveLeader(topic.name, partition, leaderId);
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
}

/** Serves a produce request, and answers that it timed out. */
export const timedOutAfter: Verdict = {
  answer: async (serve) => {
    const { responses, ...rest } = (await serve()) as ProduceAnswer;
    return {
      ...rest,
      responses: responses.map((topic) => ({
        ...topic,
        partitionResponses: topic.partitionResponses.map((each) => ({
          ...each,
          errorCode: ErrorCode.REQUEST_TIMED_OUT,
          baseOffset: -1n,
        })),
      })),
    };
  },
};

interface ProduceAnswer {
  readonly responses: readonly { readonly partitionResponses: readonly object[] }[];
}

function hostOf(nodeId: number): string {
  return `broker-${nodeId}`;
}
