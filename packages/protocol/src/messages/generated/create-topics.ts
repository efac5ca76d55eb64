// Generated from schema/CreateTopics.api by schema/generate.ts. Change the table, then run it again.
import { type Reader, type UnknownTaggedField, zeroUuid } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** CreateTopicsRequest (key 19), versions 2-7. */
export interface CreateTopicsRequest {
  /** Topics of the request or answer. */
  topics: CreatableTopic[];
  /** Time that the broker may take, in milliseconds. Default 60000. */
  timeoutMs: number;
  /** Checks the request and creates nothing. Default false. */
  validateOnly: boolean;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link CreateTopicsRequest} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface CreateTopicsRequestInput {
  /** Topics of the request or answer. */
  readonly topics: readonly CreatableTopicInput[];
  /** Time that the broker may take, in milliseconds. Default 60000. */
  readonly timeoutMs?: number | undefined;
  /** Checks the request and creates nothing. Default false. */
  readonly validateOnly?: boolean | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `CreateTopicsRequest.topics`, versions 2-7. */
export interface CreatableTopic {
  /** Name of the topic. */
  name: string;
  /** Number of partitions. -1: the broker's default, or as assigned. */
  numPartitions: number;
  /** Number of replicas. -1: the broker's default, or as assigned. */
  replicationFactor: number;
  /** Brokers of each partition, instead of counts. Empty: the broker chooses. */
  assignments: CreatableReplicaAssignment[];
  /** Configs by name. */
  configs: CreatableTopicConfig[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link CreatableTopic} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface CreatableTopicInput {
  /** Name of the topic. */
  readonly name: string;
  /** Number of partitions. -1: the broker's default, or as assigned. */
  readonly numPartitions: number;
  /** Number of replicas. -1: the broker's default, or as assigned. */
  readonly replicationFactor: number;
  /** Brokers of each partition, instead of counts. Empty: the broker chooses. */
  readonly assignments: readonly CreatableReplicaAssignmentInput[];
  /** Configs by name. */
  readonly configs: readonly CreatableTopicConfigInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `CreatableTopic.assignments`, versions 2-7. */
export interface CreatableReplicaAssignment {
  /** Number of the partition, from 0. */
  partitionIndex: number;
  /** Node ids of the replicas, the preferred leader first. */
  brokerIds: number[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link CreatableReplicaAssignment} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface CreatableReplicaAssignmentInput {
  /** Number of the partition, from 0. */
  readonly partitionIndex: number;
  /** Node ids of the replicas, the preferred leader first. */
  readonly brokerIds: readonly number[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `CreatableTopic.configs`, versions 2-7. */
export interface CreatableTopicConfig {
  /** Name of the config, such as `retention.ms`. */
  name: string;
  /** Value as text; null for sensitive configs, and for the default. */
  value: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link CreatableTopicConfig} for writing. */
export type CreatableTopicConfigInput = Readonly<CreatableTopicConfig>;

/** CreateTopicsResponse (key 19), versions 2-7. */
export interface CreateTopicsResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  throttleTimeMs: number;
  /** Topics of the request or answer. */
  topics: CreatableTopicResult[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link CreateTopicsResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface CreateTopicsResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Topics of the request or answer. */
  readonly topics: readonly CreatableTopicResultInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `CreateTopicsResponse.topics`, versions 2-7. */
export interface CreatableTopicResult {
  /** Name of the topic. */
  name: string;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 7 on. */
  topicId: string;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Text of the broker about the error; null: none. */
  errorMessage: string | null;
  /** Kafka's error that kept the broker from describing the configs; 0: none. Version 5 on, tag 0. */
  topicConfigErrorCode: number;
  /** Number of partitions. Version 5 on, default -1. */
  numPartitions: number;
  /** Number of replicas. Version 5 on, default -1. */
  replicationFactor: number;
  /** Configs by name. Version 5 on. */
  configs: CreatableTopicConfigs[] | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link CreatableTopicResult} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface CreatableTopicResultInput {
  /** Name of the topic. */
  readonly name: string;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 7 on. */
  readonly topicId?: string | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Text of the broker about the error; null: none. */
  readonly errorMessage: string | null;
  /** Kafka's error that kept the broker from describing the configs; 0: none. Version 5 on, tag 0. */
  readonly topicConfigErrorCode?: number | undefined;
  /** Number of partitions. Version 5 on, default -1. */
  readonly numPartitions?: number | undefined;
  /** Number of replicas. Version 5 on, default -1. */
  readonly replicationFactor?: number | undefined;
  /** Configs by name. Version 5 on. */
  readonly configs?: readonly CreatableTopicConfigsInput[] | null | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `CreatableTopicResult.configs`, versions 5-7. */
export interface CreatableTopicConfigs {
  /** Name of the config, such as `retention.ms`. */
  name: string;
  /** Value as text; null for sensitive configs, and for the default. */
  value: string | null;
  /** True when only a restart of the broker changes the value. */
  readOnly: boolean;
  /** Origin of the value, a number. Default -1. */
  configSource: number;
  /** True for passwords and the like, whose value is not told. */
  isSensitive: boolean;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link CreatableTopicConfigs} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface CreatableTopicConfigsInput {
  /** Name of the config, such as `retention.ms`. */
  readonly name: string;
  /** Value as text; null for sensitive configs, and for the default. */
  readonly value: string | null;
  /** True when only a restart of the broker changes the value. */
  readonly readOnly: boolean;
  /** Origin of the value, a number. Default -1. */
  readonly configSource?: number | undefined;
  /** True for passwords and the like, whose value is not told. */
  readonly isSensitive: boolean;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Creates topics.
 * 2: throttled. 4: partition count and replication factor -1 for the broker's defaults (KIP-464). 5: flexible, configs
 * in the answer (KIP-525). 7: topic ids.
 */
export const createTopics: Api<CreateTopicsRequest, CreateTopicsResponse, CreateTopicsRequestInput, CreateTopicsResponseInput> = {
  key: 19,
  name: "CreateTopics",
  minVersion: 2,
  maxVersion: 7,
  flexibleFrom: 5,
  request: { read: readCreateTopicsRequest, write: writeCreateTopicsRequest },
  response: { read: readCreateTopicsResponse, write: writeCreateTopicsResponse },
};

function readCreateTopicsRequest(from: Reader, version: number): CreateTopicsRequest {
  const flexible = version >= 5;
  const topicsCount = from.arrayLength(flexible);
  const topics: CreatableTopic[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readCreatableTopic(from, version));
  const timeoutMs = from.int32();
  const validateOnly = from.bool();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { topics, timeoutMs, validateOnly, unknownTaggedFields };
}

function writeCreateTopicsRequest(to: Writer, message: CreateTopicsRequestInput, version: number): void {
  const flexible = version >= 5;
  const topics = message.topics;
  to.arrayLength(topics.length, flexible);
  for (const element of topics) writeCreatableTopic(to, element, version);
  to.int32(message.timeoutMs ?? 60000);
  to.bool(message.validateOnly ?? false);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readCreatableTopic(from: Reader, version: number): CreatableTopic {
  const flexible = version >= 5;
  const name = from.string(flexible);
  const numPartitions = from.int32();
  const replicationFactor = from.int16();
  const assignmentsCount = from.arrayLength(flexible);
  const assignments: CreatableReplicaAssignment[] = [];
  for (let i = 0; i < assignmentsCount; i += 1) assignments.push(readCreatableReplicaAssignment(from, version));
  const configsCount = from.arrayLength(flexible);
  const configs: CreatableTopicConfig[] = [];
  for (let i = 0; i < configsCount; i += 1) configs.push(readCreatableTopicConfig(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, numPartitions, replicationFactor, assignments, configs, unknownTaggedFields };
}

function writeCreatableTopic(to: Writer, message: CreatableTopicInput, version: number): void {
  const flexible = version >= 5;
  to.string(message.name, flexible);
  to.int32(message.numPartitions);
  to.int16(message.replicationFactor);
  const assignments = message.assignments;
  to.arrayLength(assignments.length, flexible);
  for (const element of assignments) writeCreatableReplicaAssignment(to, element, version);
  const configs = message.configs;
  to.arrayLength(configs.length, flexible);
  for (const element of configs) writeCreatableTopicConfig(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readCreatableReplicaAssignment(from: Reader, version: number): CreatableReplicaAssignment {
  const flexible = version >= 5;
  const partitionIndex = from.int32();
  const brokerIds = from.int32Array(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { partitionIndex, brokerIds, unknownTaggedFields };
}

function writeCreatableReplicaAssignment(to: Writer, message: CreatableReplicaAssignmentInput, version: number): void {
  const flexible = version >= 5;
  to.int32(message.partitionIndex);
  to.int32Array(message.brokerIds, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readCreatableTopicConfig(from: Reader, version: number): CreatableTopicConfig {
  const flexible = version >= 5;
  const name = from.string(flexible);
  const value = from.nullableString(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, value, unknownTaggedFields };
}

function writeCreatableTopicConfig(to: Writer, message: CreatableTopicConfigInput, version: number): void {
  const flexible = version >= 5;
  to.string(message.name, flexible);
  to.nullableString(message.value, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readCreateTopicsResponse(from: Reader, version: number): CreateTopicsResponse {
  const flexible = version >= 5;
  const throttleTimeMs = from.int32();
  const topicsCount = from.arrayLength(flexible);
  const topics: CreatableTopicResult[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readCreatableTopicResult(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, topics, unknownTaggedFields };
}

function writeCreateTopicsResponse(to: Writer, message: CreateTopicsResponseInput, version: number): void {
  const flexible = version >= 5;
  to.int32(message.throttleTimeMs ?? 0);
  const topics = message.topics;
  to.arrayLength(topics.length, flexible);
  for (const element of topics) writeCreatableTopicResult(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readCreatableTopicResult(from: Reader, version: number): CreatableTopicResult {
  const flexible = version >= 5;
  const name = from.string(flexible);
  const topicId = version >= 7 ? from.uuid() : zeroUuid;
  const errorCode = from.int16();
  const errorMessage = from.nullableString(flexible);
  const numPartitions = version >= 5 ? from.int32() : -1;
  const replicationFactor = version >= 5 ? from.int16() : -1;
  const configsCount = version >= 5 ? from.nullableArrayLength(true) : 0;
  const configs: CreatableTopicConfigs[] | null = configsCount < 0 ? null : [];
  for (let i = 0; i < configsCount; i += 1) configs!.push(readCreatableTopicConfigs(from));
  let topicConfigErrorCode: CreatableTopicResult["topicConfigErrorCode"] = 0;
  let unknownTaggedFields: UnknownTaggedField[] | undefined;
  if (flexible) {
    for (let left = from.unsignedVarint(); left > 0; left -= 1) {
      const tag = from.unsignedVarint();
      switch (tag) {
        case 0: {
          const end = from.taggedFieldEnd();
          topicConfigErrorCode = from.int16();
          from.expectPosition(end);
          break;
        }
        default:
          unknownTaggedFields = from.unknownTaggedField(unknownTaggedFields, tag);
      }
    }
  }
  return {
    name,
    topicId,
    errorCode,
    errorMessage,
    topicConfigErrorCode,
    numPartitions,
    replicationFactor,
    configs,
    unknownTaggedFields,
  };
}

function writeCreatableTopicResult(to: Writer, message: CreatableTopicResultInput, version: number): void {
  const flexible = version >= 5;
  to.string(message.name, flexible);
  if (version >= 7) to.uuid(message.topicId ?? zeroUuid);
  to.int16(message.errorCode);
  to.nullableString(message.errorMessage, flexible);
  if (version >= 5) to.int32(message.numPartitions ?? -1);
  if (version >= 5) to.int16(message.replicationFactor ?? -1);
  if (version >= 5) {
    const configs = message.configs === undefined ? [] : message.configs;
    if (configs === null) to.nullArray(true);
    else {
      to.arrayLength(configs.length, true);
      for (const element of configs) writeCreatableTopicConfigs(to, element);
    }
  }
  if (flexible) {
    const unknown = message.unknownTaggedFields;
    const topicConfigErrorCode = message.topicConfigErrorCode ?? 0;
    const hasTopicConfigErrorCode = topicConfigErrorCode !== 0;
    to.unsignedVarint((unknown === undefined ? 0 : unknown.length) + (hasTopicConfigErrorCode ? 1 : 0));
    if (hasTopicConfigErrorCode) {
      const at = to.beginTaggedField(0);
      to.int16(topicConfigErrorCode);
      to.endTaggedField(at);
    }
    to.unknownTaggedFieldsBetween(unknown, 1, Infinity);
  }
}

function readCreatableTopicConfigs(from: Reader): CreatableTopicConfigs {
  const name = from.string(true);
  const value = from.nullableString(true);
  const readOnly = from.bool();
  const configSource = from.int8();
  const isSensitive = from.bool();
  const unknownTaggedFields = from.unknownTaggedFields();
  return { name, value, readOnly, configSource, isSensitive, unknownTaggedFields };
}

function writeCreatableTopicConfigs(to: Writer, message: CreatableTopicConfigsInput): void {
  to.string(message.name, true);
  to.nullableString(message.value, true);
  to.bool(message.readOnly);
  to.int8(message.configSource ?? -1);
  to.bool(message.isSensitive);
  to.unknownTaggedFields(message.unknownTaggedFields);
}
