import {
  type Api,
  createTopics,
  type CreateTopicsRequestInput,
  deleteRecords,
  deleteTopics,
  describeConfigs,
  type DescribeConfigsRequestInput,
  ErrorCode,
} from "@millrace/protocol";

import { byLeader, byTopic } from "../cluster/by-leader.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Metadata } from "../cluster/metadata.ts";
import { noTopicId, type TopicMetadata } from "../cluster/topic-metadata.ts";
import { type ClientContext, withRetries } from "../context.ts";
import { BrokerError, type ClientError, UnknownTopicError } from "../errors.ts";
import type { TopicPartition } from "../group/group-options.ts";
import type {
  ConfigEntry,
  CreatedTopic,
  CreateTopicsOptions,
  DeletedRecords,
  DescribedTopic,
  ListedOffset,
  OffsetAt,
  RecordsToDelete,
  TopicToCreate,
} from "./admin-types.ts";
import { listOffsets } from "./list-offsets.ts";

/** Kafka's numbers of resource types. */
const resourceTypes = { topic: 2, broker: 4 } as const;

/** Requests of an application that are not about records. Every call repeats retriable failures for `apiTimeoutMs`. */
export class Admin {
  readonly #context: ClientContext;
  readonly #cluster: Cluster;
  readonly #metadata: Metadata;

  constructor(context: ClientContext, cluster: Cluster, metadata: Metadata) {
    this.#context = context;
    this.#cluster = cluster;
    this.#metadata = metadata;
  }

  /**
   * Creates topics. A topic that fails does not keep the others from being created.
   *
   * @throws {BrokerError} the first refusal, such as `TOPIC_ALREADY_EXISTS` (see `tolerateExisting`) or `INVALID_PARTITIONS`
   */
  async createTopics(topics: readonly TopicToCreate[], options: CreateTopicsOptions = {}): Promise<CreatedTopic[]> {
    const created = new Map<string, boolean>();
    const request = createRequest(topics, options, this.#context.settings.requestTimeoutMs);
    let repeated = false;
    await this.#retrying(
      "createTopics",
      async () => {
        const left = request.topics.filter((topic) => !created.has(topic.name));
        if (left.length === 0) return;
        const response = await this.#askController(createTopics, { ...request, topics: left });
        let refusal: BrokerError | null = null;
        for (const { name, errorCode, errorMessage } of response.topics) {
          const exists = errorCode === ErrorCode.TOPIC_ALREADY_EXISTS;
          if (errorCode === ErrorCode.NONE || (exists && (options.tolerateExisting === true || repeated)))
            created.set(name, !exists || repeated);
          else refusal ??= new BrokerError(`the creation of topic "${name}"`, errorCode, errorMessage);
        }
        if (refusal !== null) throw refusal;
      },
      (error) => {
        // Perhaps only the answer was lost. Then "exists" means that the earlier attempt succeeded.
        repeated ||= !(error instanceof BrokerError);
      },
    );
    return topics.map(({ name }) => ({ name, created: created.get(name) ?? false }));
  }

  /**
   * Deletes topics. A topic that fails does not keep the others from being deleted.
   *
   * @throws {UnknownTopicError}
   * @throws {BrokerError}
   */
  async deleteTopics(names: readonly string[]): Promise<void> {
    const left = new Set(names);
    let repeated = false;
    await this.#retrying(
      "deleteTopics",
      async () => {
        if (left.size === 0) return;
        const response = await this.#askController(deleteTopics, {
          topics: [...left].map((name) => ({ name, topicId: noTopicId })),
          topicNames: [...left],
          timeoutMs: this.#context.settings.requestTimeoutMs,
        });
        let refusal: ClientError | null = null;
        for (const { name, errorCode, errorMessage } of response.responses) {
          if (name === null) continue;
          const unknown = errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
          if (errorCode === ErrorCode.NONE || (unknown && repeated)) {
            left.delete(name);
            this.#metadata.forget(name);
          } else if (unknown) refusal ??= new UnknownTopicError(name, false, false);
          else refusal ??= new BrokerError(`the deletion of topic "${name}"`, errorCode, errorMessage);
        }
        if (refusal !== null) throw refusal;
      },
      (error) => {
        repeated ||= !(error instanceof BrokerError);
      },
    );
  }

  /**
   * Deletes records below an offset. Resolves with the new log start offsets.
   *
   * @throws {BrokerError} such as `OFFSET_OUT_OF_RANGE`
   */
  async deleteRecords(records: readonly RecordsToDelete[]): Promise<DeletedRecords[]> {
    const timeoutMs = this.#context.settings.requestTimeoutMs;
    return this.#retrying("deleteRecords", async () => {
      const leaders = await byLeader(this.#metadata, records);
      const answers = await Promise.all(
        [...leaders].map(([nodeId, led]) => {
          const topics = [...byTopic(led)].map(([name, ofTopic]) => ({
            name,
            partitions: ofTopic.map(({ partition, beforeOffset }) => ({
              partitionIndex: partition,
              offset: BigInt(beforeOffset),
            })),
          }));
          return this.#cluster.link(nodeId, "any").request(deleteRecords, { topics, timeoutMs });
        }),
      );
      return answers
        .flatMap((answer) => answer.topics)
        .flatMap(({ name, partitions }) =>
          partitions.map((partition) => {
            if (partition.errorCode !== ErrorCode.NONE) {
              throw new BrokerError(
                `the deletion of records of topic "${name}", partition ${partition.partitionIndex}`,
                partition.errorCode,
              );
            }
            return { topic: name, partition: partition.partitionIndex, logStartOffset: Number(partition.lowWatermark) };
          }),
        );
    });
  }

  /**
   * Finds offsets of partitions. Fails as a whole if one partition fails.
   *
   * @throws {UnknownTopicError}
   * @throws {UnknownPartitionError}
   * @throws {BrokerError}
   */
  async listOffsets(partitions: readonly TopicPartition[], at: OffsetAt): Promise<ListedOffset[]> {
    if (partitions.length === 0) return [];
    return this.#retrying("listOffsets", () => {
      return listOffsets(this.#cluster, this.#metadata, partitions, at, this.#context.settings.requestTimeoutMs);
    });
  }

  /** Lists all configs of a topic, or of a broker by its node id. @throws {BrokerError} such as `UNKNOWN_TOPIC_OR_PARTITION` */
  async describeConfigs(resource: "topic" | "broker", name: string): Promise<ConfigEntry[]> {
    const request: DescribeConfigsRequestInput = {
      resources: [{ resourceType: resourceTypes[resource], resourceName: name, configurationKeys: null }],
      includeSynonyms: false,
      includeDocumentation: false,
    };
    return this.#retrying("describeConfigs", async () => {
      // Only the broker itself knows its own configs.
      const response = await (resource === "broker"
        ? this.#cluster.link(Number(name), "any").request(describeConfigs, request)
        : this.#cluster.askAny(describeConfigs, request));
      return response.results.flatMap(({ errorCode, errorMessage, configs }) => {
        if (errorCode !== ErrorCode.NONE) throw new BrokerError(`the configs of ${resource} "${name}"`, errorCode, errorMessage);
        return configs.map((config) => ({
          name: config.name,
          value: config.value,
          source: config.configSource,
          readOnly: config.readOnly,
          sensitive: config.isSensitive,
        }));
      });
    });
  }

  /** Lists all topics that the client may see, internal ones too. */
  async listTopics(): Promise<DescribedTopic[]> {
    return this.#retrying("listTopics", async () => (await this.#metadata.all()).map(described));
  }

  /** Describes topics. Asks the cluster, not the cache. @throws {UnknownTopicError} */
  async describeTopics(names: readonly string[]): Promise<DescribedTopic[]> {
    await this.#retrying("describeTopics", () => this.#metadata.refresh(names));
    return Promise.all(names.map(async (name) => described(await this.#metadata.topic(name))));
  }

  async #askController<Response, Input>(api: Api<any, Response, Input, any>, request: Input): Promise<Response> {
    const { controllerId } = this.#cluster;
    // Under KRaft any broker passes the request on. Elsewhere NOT_CONTROLLER makes the next attempt refresh the metadata first.
    return controllerId < 0 ? this.#cluster.askAny(api, request) : this.#cluster.link(controllerId, "any").request(api, request);
  }

  #retrying<T>(operation: string, attempt: () => Promise<T>, onRepeat?: (error: unknown) => void): Promise<T> {
    return withRetries(this.#context, this.#cluster.lifetime, operation, attempt, async (error) => {
      onRepeat?.(error);
      await this.#metadata.refresh();
    });
  }
}

function createRequest(
  topics: readonly TopicToCreate[],
  options: CreateTopicsOptions,
  timeoutMs: number,
): CreateTopicsRequestInput {
  return {
    topics: topics.map(({ name, partitionCount = -1, replicationFactor = -1, configs = {} }) => ({
      name,
      numPartitions: partitionCount,
      replicationFactor,
      assignments: [],
      configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
    })),
    timeoutMs,
    validateOnly: options.validateOnly ?? false,
  };
}

function described({ name, topicId, internal, partitions }: TopicMetadata): DescribedTopic {
  return { name, topicId, internal, partitions: partitions.map((partition, index) => ({ partition: index, ...partition })) };
}
