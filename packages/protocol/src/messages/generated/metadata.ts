// Generated from schema/Metadata.api by schema/generate.ts. Change the table, then run it again.
import { type Reader, type UnknownTaggedField, zeroUuid } from "../../bytes/reader.ts";
import { notNull, type Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** MetadataRequest (key 3), versions 0-13. */
export interface MetadataRequest {
  /** Topics of the request or answer. Null (v0: empty): all topics. */
  topics: MetadataRequestTopic[] | null;
  /** Lets the broker create topics that do not exist. Version 4 on, default true. */
  allowAutoTopicCreation: boolean;
  /** Asks for the operations that the client may do on the cluster. Versions 8 to 10. */
  includeClusterAuthorizedOperations: boolean;
  /** Asks for the operations that the client may do on the topics. Version 8 on. */
  includeTopicAuthorizedOperations: boolean;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link MetadataRequest} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface MetadataRequestInput {
  /** Topics of the request or answer. Null (v0: empty): all topics. */
  readonly topics: readonly MetadataRequestTopicInput[] | null;
  /** Lets the broker create topics that do not exist. Version 4 on, default true. */
  readonly allowAutoTopicCreation?: boolean | undefined;
  /** Asks for the operations that the client may do on the cluster. Versions 8 to 10. */
  readonly includeClusterAuthorizedOperations?: boolean | undefined;
  /** Asks for the operations that the client may do on the topics. Version 8 on. */
  readonly includeTopicAuthorizedOperations?: boolean | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `MetadataRequest.topics`, versions 0-13. */
export interface MetadataRequestTopic {
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  topicId: string;
  /** Name of the topic. Null: by id. */
  name: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link MetadataRequestTopic} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface MetadataRequestTopicInput {
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  readonly topicId?: string | undefined;
  /** Name of the topic. Null: by id. */
  readonly name: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** MetadataResponse (key 3), versions 0-13. */
export interface MetadataResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 3 on, default 0. */
  throttleTimeMs: number;
  /** Brokers of the cluster with their advertised addresses. */
  brokers: MetadataResponseBroker[];
  /** Id of the cluster. Version 2 on, default null. */
  clusterId: string | null;
  /** Node id of the controller; with KRaft any broker. Version 1 on, default -1. */
  controllerId: number;
  /** Topics of the request or answer. */
  topics: MetadataResponseTopic[];
  /**
   * Operations that the client may do on the cluster. Bits; the default means not asked for. Versions 8 to 10, default
   * -2147483648.
   */
  clusterAuthorizedOperations: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. Version 13 on. */
  errorCode: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link MetadataResponse} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface MetadataResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 3 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Brokers of the cluster with their advertised addresses. */
  readonly brokers: readonly MetadataResponseBrokerInput[];
  /** Id of the cluster. Version 2 on, default null. */
  readonly clusterId?: string | null | undefined;
  /** Node id of the controller; with KRaft any broker. Version 1 on, default -1. */
  readonly controllerId?: number | undefined;
  /** Topics of the request or answer. */
  readonly topics: readonly MetadataResponseTopicInput[];
  /**
   * Operations that the client may do on the cluster. Bits; the default means not asked for. Versions 8 to 10, default
   * -2147483648.
   */
  readonly clusterAuthorizedOperations?: number | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. Version 13 on. */
  readonly errorCode?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `MetadataResponse.brokers`, versions 0-13. */
export interface MetadataResponseBroker {
  /** Node id of the broker. */
  nodeId: number;
  /** Name or address of the advertised listener. */
  host: string;
  /** Port of the advertised listener. */
  port: number;
  /** Rack of the broker (`broker.rack`); null: none. Version 1 on, default null. */
  rack: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link MetadataResponseBroker} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface MetadataResponseBrokerInput {
  /** Node id of the broker. */
  readonly nodeId: number;
  /** Name or address of the advertised listener. */
  readonly host: string;
  /** Port of the advertised listener. */
  readonly port: number;
  /** Rack of the broker (`broker.rack`); null: none. Version 1 on, default null. */
  readonly rack?: string | null | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `MetadataResponse.topics`, versions 0-13. */
export interface MetadataResponseTopic {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Name of the topic. */
  name: string | null;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  topicId: string;
  /** True for topics of the brokers, such as `__consumer_offsets`. Version 1 on, default false. */
  isInternal: boolean;
  /** Partitions of the topic. */
  partitions: MetadataResponsePartition[];
  /**
   * Operations that the client may do on the topic. Bits; the default means not asked for. Version 8 on, default
   * -2147483648.
   */
  topicAuthorizedOperations: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link MetadataResponseTopic} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface MetadataResponseTopicInput {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Name of the topic. */
  readonly name: string | null;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  readonly topicId?: string | undefined;
  /** True for topics of the brokers, such as `__consumer_offsets`. Version 1 on, default false. */
  readonly isInternal?: boolean | undefined;
  /** Partitions of the topic. */
  readonly partitions: readonly MetadataResponsePartitionInput[];
  /**
   * Operations that the client may do on the topic. Bits; the default means not asked for. Version 8 on, default
   * -2147483648.
   */
  readonly topicAuthorizedOperations?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `MetadataResponseTopic.partitions`, versions 0-13. */
export interface MetadataResponsePartition {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Number of the partition, from 0. */
  partitionIndex: number;
  /** Node id of the leader; -1: none or unknown. */
  leaderId: number;
  /** Number of the leadership of the partition, which rises with each change; -1: unknown. Version 7 on, default -1. */
  leaderEpoch: number;
  /** Node ids of all replicas, the preferred leader first. */
  replicaNodes: number[];
  /** Node ids of the in-sync replicas. */
  isrNodes: number[];
  /** Node ids of the replicas whose broker or disk is away. Version 5 on. */
  offlineReplicas: number[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link MetadataResponsePartition} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface MetadataResponsePartitionInput {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Number of the partition, from 0. */
  readonly partitionIndex: number;
  /** Node id of the leader; -1: none or unknown. */
  readonly leaderId: number;
  /** Number of the leadership of the partition, which rises with each change; -1: unknown. Version 7 on, default -1. */
  readonly leaderEpoch?: number | undefined;
  /** Node ids of all replicas, the preferred leader first. */
  readonly replicaNodes: readonly number[];
  /** Node ids of the in-sync replicas. */
  readonly isrNodes: readonly number[];
  /** Node ids of the replicas whose broker or disk is away. Version 5 on. */
  readonly offlineReplicas?: readonly number[] | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Brokers, and topics with their partitions and leaders.
 * 1: controller, racks. 4: auto creation can be refused. 5: offline replicas. 7: leader epoch. 8: authorized
 * operations (KIP-430). 9: flexible. 10: topic ids (KIP-516). 12: a topic by id alone. 13: error of the whole request
 * (KIP-1102).
 */
export const metadata: Api<MetadataRequest, MetadataResponse, MetadataRequestInput, MetadataResponseInput> = {
  key: 3,
  name: "Metadata",
  minVersion: 0,
  maxVersion: 13,
  flexibleFrom: 9,
  request: { read: readMetadataRequest, write: writeMetadataRequest },
  response: { read: readMetadataResponse, write: writeMetadataResponse },
};

function readMetadataRequest(from: Reader, version: number): MetadataRequest {
  const flexible = version >= 9;
  const topicsCount = version >= 1 ? from.nullableArrayLength(flexible) : from.arrayLength(flexible);
  const topics: MetadataRequestTopic[] | null = topicsCount < 0 ? null : [];
  for (let i = 0; i < topicsCount; i += 1) topics!.push(readMetadataRequestTopic(from, version));
  const allowAutoTopicCreation = version >= 4 ? from.bool() : true;
  const includeClusterAuthorizedOperations = version >= 8 && version <= 10 ? from.bool() : false;
  const includeTopicAuthorizedOperations = version >= 8 ? from.bool() : false;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return {
    topics,
    allowAutoTopicCreation,
    includeClusterAuthorizedOperations,
    includeTopicAuthorizedOperations,
    unknownTaggedFields,
  };
}

function writeMetadataRequest(to: Writer, message: MetadataRequestInput, version: number): void {
  const flexible = version >= 9;
  const topics = message.topics;
  if (topics === null && version >= 1) to.nullArray(flexible);
  else {
    const list = notNull(topics, "MetadataRequest.topics");
    to.arrayLength(list.length, flexible);
    for (const element of list) writeMetadataRequestTopic(to, element, version);
  }
  if (version >= 4) to.bool(message.allowAutoTopicCreation ?? true);
  if (version >= 8 && version <= 10) to.bool(message.includeClusterAuthorizedOperations ?? false);
  if (version >= 8) to.bool(message.includeTopicAuthorizedOperations ?? false);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readMetadataRequestTopic(from: Reader, version: number): MetadataRequestTopic {
  const flexible = version >= 9;
  const topicId = version >= 10 ? from.uuid() : zeroUuid;
  const name = version >= 10 ? from.nullableString(flexible) : from.string(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { topicId, name, unknownTaggedFields };
}

function writeMetadataRequestTopic(to: Writer, message: MetadataRequestTopicInput, version: number): void {
  const flexible = version >= 9;
  if (version >= 10) to.uuid(message.topicId ?? zeroUuid);
  const name = message.name;
  if (version >= 10) to.nullableString(name, flexible);
  else to.string(notNull(name, "MetadataRequestTopic.name"), flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readMetadataResponse(from: Reader, version: number): MetadataResponse {
  const flexible = version >= 9;
  const throttleTimeMs = version >= 3 ? from.int32() : 0;
  const brokersCount = from.arrayLength(flexible);
  const brokers: MetadataResponseBroker[] = [];
  for (let i = 0; i < brokersCount; i += 1) brokers.push(readMetadataResponseBroker(from, version));
  const clusterId = version >= 2 ? from.nullableString(flexible) : null;
  const controllerId = version >= 1 ? from.int32() : -1;
  const topicsCount = from.arrayLength(flexible);
  const topics: MetadataResponseTopic[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readMetadataResponseTopic(from, version));
  const clusterAuthorizedOperations = version >= 8 && version <= 10 ? from.int32() : -2147483648;
  const errorCode = version >= 13 ? from.int16() : 0;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return {
    throttleTimeMs,
    brokers,
    clusterId,
    controllerId,
    topics,
    clusterAuthorizedOperations,
    errorCode,
    unknownTaggedFields,
  };
}

function writeMetadataResponse(to: Writer, message: MetadataResponseInput, version: number): void {
  const flexible = version >= 9;
  if (version >= 3) to.int32(message.throttleTimeMs ?? 0);
  const brokers = message.brokers;
  to.arrayLength(brokers.length, flexible);
  for (const element of brokers) writeMetadataResponseBroker(to, element, version);
  if (version >= 2) to.nullableString(message.clusterId ?? null, flexible);
  if (version >= 1) to.int32(message.controllerId ?? -1);
  const topics = message.topics;
  to.arrayLength(topics.length, flexible);
  for (const element of topics) writeMetadataResponseTopic(to, element, version);
  if (version >= 8 && version <= 10) to.int32(message.clusterAuthorizedOperations ?? -2147483648);
  if (version >= 13) to.int16(message.errorCode ?? 0);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readMetadataResponseBroker(from: Reader, version: number): MetadataResponseBroker {
  const flexible = version >= 9;
  const nodeId = from.int32();
  const host = from.string(flexible);
  const port = from.int32();
  const rack = version >= 1 ? from.nullableString(flexible) : null;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { nodeId, host, port, rack, unknownTaggedFields };
}

function writeMetadataResponseBroker(to: Writer, message: MetadataResponseBrokerInput, version: number): void {
  const flexible = version >= 9;
  to.int32(message.nodeId);
  to.string(message.host, flexible);
  to.int32(message.port);
  if (version >= 1) to.nullableString(message.rack ?? null, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readMetadataResponseTopic(from: Reader, version: number): MetadataResponseTopic {
  const flexible = version >= 9;
  const errorCode = from.int16();
  const name = version >= 12 ? from.nullableString(flexible) : from.string(flexible);
  const topicId = version >= 10 ? from.uuid() : zeroUuid;
  const isInternal = version >= 1 ? from.bool() : false;
  const partitionsCount = from.arrayLength(flexible);
  const partitions: MetadataResponsePartition[] = [];
  for (let i = 0; i < partitionsCount; i += 1) partitions.push(readMetadataResponsePartition(from, version));
  const topicAuthorizedOperations = version >= 8 ? from.int32() : -2147483648;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { errorCode, name, topicId, isInternal, partitions, topicAuthorizedOperations, unknownTaggedFields };
}

function writeMetadataResponseTopic(to: Writer, message: MetadataResponseTopicInput, version: number): void {
  const flexible = version >= 9;
  to.int16(message.errorCode);
  const name = message.name;
  if (version >= 12) to.nullableString(name, flexible);
  else to.string(notNull(name, "MetadataResponseTopic.name"), flexible);
  if (version >= 10) to.uuid(message.topicId ?? zeroUuid);
  if (version >= 1) to.bool(message.isInternal ?? false);
  const partitions = message.partitions;
  to.arrayLength(partitions.length, flexible);
  for (const element of partitions) writeMetadataResponsePartition(to, element, version);
  if (version >= 8) to.int32(message.topicAuthorizedOperations ?? -2147483648);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readMetadataResponsePartition(from: Reader, version: number): MetadataResponsePartition {
  const flexible = version >= 9;
  const errorCode = from.int16();
  const partitionIndex = from.int32();
  const leaderId = from.int32();
  const leaderEpoch = version >= 7 ? from.int32() : -1;
  const replicaNodes = from.int32Array(flexible);
  const isrNodes = from.int32Array(flexible);
  const offlineReplicas = version >= 5 ? from.int32Array(flexible) : [];
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { errorCode, partitionIndex, leaderId, leaderEpoch, replicaNodes, isrNodes, offlineReplicas, unknownTaggedFields };
}

function writeMetadataResponsePartition(to: Writer, message: MetadataResponsePartitionInput, version: number): void {
  const flexible = version >= 9;
  to.int16(message.errorCode);
  to.int32(message.partitionIndex);
  to.int32(message.leaderId);
  if (version >= 7) to.int32(message.leaderEpoch ?? -1);
  to.int32Array(message.replicaNodes, flexible);
  to.int32Array(message.isrNodes, flexible);
  if (version >= 5) to.int32Array(message.offlineReplicas ?? [], flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
