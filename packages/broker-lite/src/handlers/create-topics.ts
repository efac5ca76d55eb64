import { createTopics, ErrorCode, zeroUuid } from "@millrace/protocol";
import type { Placement } from "../placement/placement.ts";
import type { CreateTopicsRequest, CreateTopicsResponseInput } from "@millrace/protocol";
import { describeTopicConfig } from "../config/topic-config.ts";
import { TopicRefusedError } from "../errors.ts";
import type { NewTopic } from "../topic/topics.ts";
import { handler } from "./guard.ts";
import type { Handler, Services } from "./handler.ts";

type AskedTopic = CreateTopicsRequest["topics"][number];
type TopicResult = CreateTopicsResponseInput["topics"][number];

/** CreateTopics: each topic for itself; answered when those that were made are durable. */
export const createTopicsHandler: Handler = handler(
  createTopics,
  {
    where: "controller",
    refuse: (errorCode, { topics }) => ({
      throttleTimeMs: 0,
      topics: topics.map(({ name }) => refused(name, errorCode, "The request was refused.")),
    }),
  },
  (services, request) => {
    const counts = new Map<string, number>();
    for (const { name } of request.topics) counts.set(name, (counts.get(name) ?? 0) + 1);
    const names = [...counts.keys()];
    const results = names.map((name) => {
      if (counts.get(name)! > 1) return refused(name, ErrorCode.INVALID_REQUEST, "Duplicate topic name.");
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
);

function create({ topics, placement, config, configGiven }: Services, asked: AskedTopic, validateOnly: boolean): TopicResult {
  try {
    const wanted = newTopic(asked, placement);
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
    if (error instanceof TopicRefusedError) return refused(asked.name, error.kafkaError, error.message);
    throw error;
  }
}

/** @throws {TopicRefusedError} when the topic is to lie on brokers that are not there */
function newTopic({ name, numPartitions, replicationFactor, assignments, configs }: AskedTopic, placement: Placement): NewTopic {
  const settings = new Map<string, string>();
  for (const { name: key, value } of configs) if (value !== null) settings.set(key, value);
  if (assignments.length === 0) return { name, partitions: numPartitions, replicationFactor, configs: settings };
  if (numPartitions !== -1 || replicationFactor !== -1) {
    throw new TopicRefusedError(
      ErrorCode.INVALID_REQUEST,
      "Give either assignments, or a number of partitions and a replication factor; not both.",
    );
  }
  const byPartition = [...assignments].sort((a, b) => a.partitionIndex - b.partitionIndex);
  const nodeIds = placement.nodes.map(({ nodeId }) => nodeId);
  const isPlaced = byPartition.every(
    ({ partitionIndex, brokerIds }, i) => partitionIndex === i && brokerIds.length === 1 && nodeIds.includes(brokerIds[0]!),
  );
  if (!isPlaced) {
    const nodes = nodeIds.length === 1 ? `broker ${nodeIds[0]} alone` : `one of the brokers ${nodeIds.join(", ")} each`;
    throw new TopicRefusedError(
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      `Partitions must be numbered from 0 on, and lie on ${nodes}.`,
    );
  }
  const leaders = byPartition.map(({ brokerIds }) => brokerIds[0]!);
  return { name, partitions: assignments.length, replicationFactor: 1, configs: settings, leaders };
}

function refused(name: string, errorCode: number, errorMessage: string): TopicResult {
  return {
    name,
    topicId: zeroUuid,
    errorCode,
    errorMessage,
    topicConfigErrorCode: ErrorCode.NONE,
    numPartitions: -1,
    replicationFactor: -1,
    configs: [],
  };
}
