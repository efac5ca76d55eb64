import { createTopics, ErrorCode, zeroUuid } from "@millrace/protocol";
import type { CreateTopicsRequest, CreateTopicsResponseInput } from "@millrace/protocol";
import { describeTopicConfig } from "../config/topic-config.ts";
import { TopicRefusedError } from "../errors.ts";
import type { NewTopic } from "../topic/topics.ts";
import type { Handler, Services } from "./handler.ts";

type AskedTopic = CreateTopicsRequest["topics"][number];
type TopicResult = CreateTopicsResponseInput["topics"][number];

/** CreateTopics: each topic for itself; answered when those that were made are durable. */
export function createTopicsHandler(services: Services): Handler<CreateTopicsRequest, CreateTopicsResponseInput> {
  return {
    api: createTopics,
    handle(request) {
      const counts = new Map<string, number>();
      for (const { name } of request.topics) counts.set(name, (counts.get(name) ?? 0) + 1);
      const names = [...counts.keys()];
      const results = names.map((name) => {
        if (counts.get(name)! > 1)
          return refused(name, new TopicRefusedError(ErrorCode.INVALID_REQUEST, "Duplicate topic name."));
        return create(
          services,
          request.topics.find((topic) => topic.name === name)!,
          request.validateOnly,
        );
      });
      const response: CreateTopicsResponseInput = { throttleTimeMs: 0, topics: results };
      const made = !request.validateOnly && results.some(({ errorCode }) => errorCode === ErrorCode.NONE);
      return made ? services.topics.persisted().then(() => response) : response;
    },
  };
}

function create({ topics, nodeId, config, configGiven }: Services, asked: AskedTopic, validateOnly: boolean): TopicResult {
  try {
    const wanted = newTopic(asked, nodeId);
    const checked = topics.check(wanted);
    const topicId = validateOnly ? zeroUuid : topics.create(wanted).id;
    return {
      name: asked.name,
      topicId,
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      topicConfigErrorCode: ErrorCode.NONE,
      numPartitions: checked.partitions,
      replicationFactor: checked.replicationFactor,
      configs: describeTopicConfig(checked.configs, config, configGiven).map(({ definition, value, source }) => ({
        name: definition.name,
        value,
        readOnly: false,
        configSource: source,
        isSensitive: false,
      })),
    };
  } catch (error) {
    if (error instanceof TopicRefusedError) return refused(asked.name, error);
    throw error;
  }
}

/** @throws {TopicRefusedError} when the topic is to lie on brokers that are not there */
function newTopic({ name, numPartitions, replicationFactor, assignments, configs }: AskedTopic, nodeId: number): NewTopic {
  const settings = new Map<string, string>();
  for (const { name: key, value } of configs) if (value !== null) settings.set(key, value);
  if (assignments.length === 0) return { name, partitions: numPartitions, replicationFactor, configs: settings };
  if (numPartitions !== -1 || replicationFactor !== -1) {
    throw new TopicRefusedError(
      ErrorCode.INVALID_REQUEST,
      "Give either assignments, or a number of partitions and a replication factor; not both.",
    );
  }
  const indexes = assignments.map(({ partitionIndex }) => partitionIndex).sort((a, b) => a - b);
  const placed = assignments.every(({ brokerIds }) => brokerIds.length === 1 && brokerIds[0] === nodeId);
  if (!placed || indexes.some((index, i) => index !== i)) {
    throw new TopicRefusedError(
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      `Partitions must be numbered from 0 on, and lie on broker ${nodeId} alone.`,
    );
  }
  return { name, partitions: assignments.length, replicationFactor: 1, configs: settings };
}

function refused(name: string, { kafkaError, message }: TopicRefusedError): TopicResult {
  return {
    name,
    topicId: zeroUuid,
    errorCode: kafkaError,
    errorMessage: message,
    topicConfigErrorCode: ErrorCode.NONE,
    numPartitions: -1,
    replicationFactor: -1,
    configs: [],
  };
}
