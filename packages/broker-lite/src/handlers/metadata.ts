import { ErrorCode, metadata, zeroUuid } from "@millrace/protocol";
import type { MetadataResponseInput } from "@millrace/protocol";
import { TopicRefusedError } from "../errors.ts";
import { isInternalTopic } from "../topic/topic-name.ts";
import type { Topic } from "../topic/topics.ts";
import { handler } from "./guard.ts";
import type { Handler, Services } from "./handler.ts";
import { clusterOperations, notAsked, topicOperations } from "./operations.ts";

type TopicResponse = MetadataResponseInput["topics"][number];

/** Metadata: brokers and topics; names that are asked for and unknown are made, where both sides allow it. */
export const metadataHandler: Handler = handler(
  metadata,
  {
    where: "any",
    refuse: (errorCode, request) => ({
      throttleTimeMs: 0,
      brokers: [],
      clusterId: null,
      controllerId: -1,
      topics: (request.topics ?? []).map(({ name, topicId }) => unknown(name, topicId, errorCode, notAsked)),
      clusterAuthorizedOperations: notAsked,
      errorCode,
    }),
  },
  (services, request, { version, local }) => {
    const { topics, config, placement } = services;
    const operations = request.includeTopicAuthorizedOperations ? topicOperations : notAsked;
    const mayCreate = config.autoCreateTopicsEnable && (version < 4 || request.allowAutoTopicCreation);
    const all = request.topics === null || (version === 0 && request.topics.length === 0);
    let created = false;
    const find = ({ name, topicId }: { name: string | null; topicId: string }): TopicResponse => {
      const topic = name === null ? topics.byId(topicId) : topics.get(name);
      if (topic !== undefined) return describe(services, topic, operations);
      if (name === null) return unknown(null, topicId, ErrorCode.UNKNOWN_TOPIC_ID, operations);
      if (!mayCreate) return unknown(name, zeroUuid, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, operations);
      try {
        const made = topics.create({ name, partitions: -1, replicationFactor: -1, configs: new Map() });
        created = true;
        return describe(services, made, operations);
      } catch (error) {
        if (!(error instanceof TopicRefusedError)) throw error;
        return unknown(name, zeroUuid, error.kafkaError, operations);
      }
    };
    const found = all ? [...topics.all()].map((topic) => describe(services, topic, operations)) : request.topics!.map(find);
    const response: MetadataResponseInput = {
      throttleTimeMs: 0,
      brokers: placement.nodes.map((node) => ({ nodeId: node.nodeId, ...node.addressFor(local), rack: null })),
      clusterId: services.clusterId,
      controllerId: placement.controllerId,
      topics: found,
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations ? clusterOperations : notAsked,
      errorCode: ErrorCode.NONE,
    };
    return created ? topics.persisted().then(() => response) : response;
  },
);

function describe({ placement }: Services, topic: Topic, topicAuthorizedOperations: number): TopicResponse {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.map((_, partitionIndex) => {
      const { nodeId, epoch } = placement.leader(topic, partitionIndex);
      return {
        errorCode: nodeId < 0 ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.NONE,
        partitionIndex,
        leaderId: nodeId,
        leaderEpoch: epoch,
        replicaNodes: nodeId < 0 ? [] : [nodeId],
        isrNodes: nodeId < 0 ? [] : [nodeId],
        offlineReplicas: [],
      };
    }),
    topicAuthorizedOperations,
  };
}

function unknown(name: string | null, topicId: string, errorCode: number, topicAuthorizedOperations: number): TopicResponse {
  return { errorCode, name, topicId, isInternal: false, partitions: [], topicAuthorizedOperations };
}
