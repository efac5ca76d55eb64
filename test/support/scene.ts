import type { BrokerConfig } from "@millrace/broker-lite";
import { bytes, string, type Serde, type Topology } from "@millrace/core";
import type { CommittedOffset } from "@millrace/client";
import { KafkaStreams, type StreamsConfig, type StreamsEnvironment, type StreamsState } from "@millrace/runtime";
import { SimulatedCluster, SimulatedState, type UserRecord } from "@millrace/testkit/cluster";
import { expect } from "vitest";

export interface SceneOptions {
  readonly broker?: Partial<BrokerConfig>;
  /** Where the broker keeps its files. Default: in memory. */
  readonly dataDirectory?: string;
}

/** A record to send. */
export interface Sent<K, V> {
  readonly key: K | null;
  readonly value: V | null;
  /** Default 0. */
  readonly timestampMs?: number;
  /** Default: the key decides. */
  readonly partition?: number;
}

/** What a host keeps of stores; an instance's environment opens engines on it. */
export type Disk = SimulatedState;

export interface Instance {
  readonly streams: KafkaStreams;
  /** In the order in which it went through them. */
  readonly states: readonly StreamsState[];
  /** What it logged at level info and above. */
  readonly logs: readonly string[];
}

/** One broker, some instances and a user of the topics, in virtual time. */
export class Scene {
  readonly cluster: SimulatedCluster;
  readonly #instances: { readonly host: string; readonly streams: KafkaStreams }[] = [];

  constructor(options: SceneOptions) {
    const config = { groupInitialRebalanceDelayMs: 0, autoCreateTopicsEnable: false, ...options.broker };
    this.cluster = new SimulatedCluster({ seed: 1, broker: { config, dataDirectory: options.dataDirectory ?? null } });
  }

  /** An instance on a host of its own, not started yet; it is closed at the end of the scene. */
  instance(
    topology: Topology,
    config: Partial<StreamsConfig> = {},
    host = "app",
    environment: StreamsEnvironment = {},
  ): Instance {
    const logs: string[] = [];
    const states: StreamsState[] = [];
    const whole: StreamsConfig = {
      applicationId: "app",
      brokers: [this.cluster.broker.address],
      lingerMs: 5,
      log: (level, text) => {
        if (level !== "debug") logs.push(`${level}: ${text}`);
      },
      ...config,
    };
    const streams = new KafkaStreams(topology, whole, { platform: this.cluster.simulation.platform(host), ...environment });
    streams.onStateChange((state) => states.push(state));
    this.#instances.push({ host, streams });
    return { streams, states, logs };
  }

  /** An empty disk for stores. */
  disk(): Disk {
    return new SimulatedState(this.cluster.simulation.random);
  }

  /** An instance that runs. */
  async start(topology: Topology, config: Partial<StreamsConfig> = {}, host = "app"): Promise<Instance> {
    const instance = this.instance(topology, config, host);
    await instance.streams.start();
    return instance;
  }

  async topics(names: readonly string[], partitionCount = 1): Promise<void> {
    await this.cluster.user.createTopics(names, partitionCount);
  }

  async send<K, V>(topic: string, records: readonly Sent<K, V>[], key: Serde<K>, value: Serde<V>): Promise<void> {
    await using producer = this.cluster.user.producer({ lingerMs: 0 });
    const to = await producer.topic(topic);
    for (const record of records)
      to.append(record.partition ?? -1, record.timestampMs ?? 0, record.key, key, record.value, value, []);
    await producer.flush();
  }

  /** Texts, all with the same key and a millisecond after the other. */
  async sendTexts(topic: string, values: readonly string[], key = "k", fromMs = 0): Promise<void> {
    await this.send(
      topic,
      values.map((value, index) => ({ key, value, timestampMs: fromMs + index })),
      string,
      string,
    );
  }

  read<K, V>(topic: string, key: Serde<K>, value: Serde<V>): Promise<UserRecord<K, V>[]> {
    return this.cluster.user.read(topic, key, value);
  }

  /** Key and value of each record, as texts. */
  async readTexts(topic: string): Promise<string[]> {
    return (await this.read(topic, string, string)).map(({ key, value }) => `${key ?? "null"}=${value ?? "null"}`);
  }

  async count(topic: string): Promise<number> {
    return (await this.read(topic, bytes, bytes)).length;
  }

  async committed(groupId: string, topic: string, partition = 0): Promise<CommittedOffset> {
    await using group = this.cluster.user.client.group({
      groupId,
      protocols: () => [],
      assign: () => new Map(),
      onAssigned: () => undefined,
      onRebalance: () => Promise.resolve(),
      onLost: () => undefined,
    });
    const [committed] = await group.committed([{ topic, partition }]);
    return committed!;
  }

  processed({ streams }: Instance, count: number): Promise<void> {
    return this.cluster.when(() => streams.metrics().recordsProcessed >= count || streams.failure !== null);
  }

  sleep(delayMs: number): Promise<void> {
    return this.cluster.sleep(delayMs);
  }

  async close(): Promise<void> {
    for (const { host, streams } of this.#instances) {
      // Nothing of a crashed host ever ends.
      if (this.cluster.simulation.host(host).up) await streams.close();
    }
    await this.cluster.user.client.close();
    await this.cluster.broker.close();
  }
}

/**
 * Lets a scene happen, and closes everything after it; what happens may wait for nothing but the scene. Nobody may leave a
 * timer, a listener or a connection behind.
 */
export async function happens(what: (scene: Scene) => Promise<void>, options: SceneOptions = {}): Promise<void> {
  const scene = new Scene(options);
  await scene.cluster.run(async () => {
    await scene.cluster.broker.start();
    await what(scene);
    await scene.close();
  });
  const left = await scene.cluster.remainder();
  expect(left.filter((line) => !/^host "[^"]+": (up|down)$/.test(line))).toEqual([]);
}
