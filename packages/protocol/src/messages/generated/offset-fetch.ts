// Generated from schema/OffsetFetch.api by schema/generate.ts. Change the table, then run it again.
import { type Reader, type UnknownTaggedField, zeroUuid } from "../../bytes/reader.ts";
import { notNull, type Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** OffsetFetchRequest (key 9), versions 1-10. */
export interface OffsetFetchRequest {
  /** Id of the group (`group.id`). Versions 1 to 7. */
  groupId: string;
  /** Topics of the request or answer. Null: all. Versions 1 to 7. */
  topics: OffsetFetchRequestTopic[] | null;
  /** Groups by id. Version 8 on. */
  groups: OffsetFetchRequestGroup[];
  /** Fails while a transaction has offsets that are not decided. Version 7 on, default false. */
  requireStable: boolean;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link OffsetFetchRequest} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface OffsetFetchRequestInput {
  /** Id of the group (`group.id`). Versions 1 to 7. */
  readonly groupId?: string | undefined;
  /** Topics of the request or answer. Null: all. Versions 1 to 7. */
  readonly topics?: readonly OffsetFetchRequestTopicInput[] | null | undefined;
  /** Groups by id. Version 8 on. */
  readonly groups?: readonly OffsetFetchRequestGroupInput[] | undefined;
  /** Fails while a transaction has offsets that are not decided. Version 7 on, default false. */
  readonly requireStable?: boolean | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetFetchRequest.topics`, versions 1-7. */
export interface OffsetFetchRequestTopic {
  /** Name of the topic. */
  name: string;
  /** Numbers of the partitions. */
  partitionIndexes: number[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetFetchRequestTopic} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface OffsetFetchRequestTopicInput {
  /** Name of the topic. */
  readonly name: string;
  /** Numbers of the partitions. */
  readonly partitionIndexes: readonly number[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetFetchRequest.groups`, versions 8-10. */
export interface OffsetFetchRequestGroup {
  /** Id of the group (`group.id`). */
  groupId: string;
  /** Id that the coordinator gave to the member. Version 9 on, default null. */
  memberId: string | null;
  /** Epoch of the member in the consumer protocol. Version 9 on, default -1. */
  memberEpoch: number;
  /** Topics of the request or answer. Null: all. */
  topics: OffsetFetchRequestTopics[] | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetFetchRequestGroup} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface OffsetFetchRequestGroupInput {
  /** Id of the group (`group.id`). */
  readonly groupId: string;
  /** Id that the coordinator gave to the member. Version 9 on, default null. */
  readonly memberId?: string | null | undefined;
  /** Epoch of the member in the consumer protocol. Version 9 on, default -1. */
  readonly memberEpoch?: number | undefined;
  /** Topics of the request or answer. Null: all. */
  readonly topics: readonly OffsetFetchRequestTopicsInput[] | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetFetchRequestGroup.topics`, versions 8-10. */
export interface OffsetFetchRequestTopics {
  /** Name of the topic. Versions 8 to 9. */
  name: string;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  topicId: string;
  /** Numbers of the partitions. */
  partitionIndexes: number[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetFetchRequestTopics} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface OffsetFetchRequestTopicsInput {
  /** Name of the topic. Versions 8 to 9. */
  readonly name?: string | undefined;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  readonly topicId?: string | undefined;
  /** Numbers of the partitions. */
  readonly partitionIndexes: readonly number[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** OffsetFetchResponse (key 9), versions 1-10. */
export interface OffsetFetchResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 3 on, default 0. */
  throttleTimeMs: number;
  /** Topics of the request or answer. Versions 1 to 7. */
  topics: OffsetFetchResponseTopic[];
  /** Kafka's error, a number of `ErrorCode`; 0: none. Versions 2 to 7, default 0. */
  errorCode: number;
  /** Groups by id. Version 8 on. */
  groups: OffsetFetchResponseGroup[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetFetchResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface OffsetFetchResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 3 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Topics of the request or answer. Versions 1 to 7. */
  readonly topics?: readonly OffsetFetchResponseTopicInput[] | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. Versions 2 to 7, default 0. */
  readonly errorCode?: number | undefined;
  /** Groups by id. Version 8 on. */
  readonly groups?: readonly OffsetFetchResponseGroupInput[] | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetFetchResponse.topics`, versions 1-7. */
export interface OffsetFetchResponseTopic {
  /** Name of the topic. */
  name: string;
  /** Partitions of the topic. */
  partitions: OffsetFetchResponsePartition[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetFetchResponseTopic} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface OffsetFetchResponseTopicInput {
  /** Name of the topic. */
  readonly name: string;
  /** Partitions of the topic. */
  readonly partitions: readonly OffsetFetchResponsePartitionInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetFetchResponseTopic.partitions`, versions 1-7. */
export interface OffsetFetchResponsePartition {
  /** Number of the partition, from 0. */
  partitionIndex: number;
  /** Offset of the next record to process. -1: none. */
  committedOffset: bigint;
  /** Leader epoch of the last record that was processed. Version 5 on, default -1. */
  committedLeaderEpoch: number;
  /** Text that was committed with the offset. */
  metadata: string | null;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetFetchResponsePartition} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface OffsetFetchResponsePartitionInput {
  /** Number of the partition, from 0. */
  readonly partitionIndex: number;
  /** Offset of the next record to process. -1: none. */
  readonly committedOffset: bigint;
  /** Leader epoch of the last record that was processed. Version 5 on, default -1. */
  readonly committedLeaderEpoch?: number | undefined;
  /** Text that was committed with the offset. */
  readonly metadata: string | null;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetFetchResponse.groups`, versions 8-10. */
export interface OffsetFetchResponseGroup {
  /** Id of the group (`group.id`). */
  groupId: string;
  /** Topics of the request or answer. */
  topics: OffsetFetchResponseTopics[];
  /** Kafka's error, a number of `ErrorCode`; 0: none. Default 0. */
  errorCode: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetFetchResponseGroup} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface OffsetFetchResponseGroupInput {
  /** Id of the group (`group.id`). */
  readonly groupId: string;
  /** Topics of the request or answer. */
  readonly topics: readonly OffsetFetchResponseTopicsInput[];
  /** Kafka's error, a number of `ErrorCode`; 0: none. Default 0. */
  readonly errorCode?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetFetchResponseGroup.topics`, versions 8-10. */
export interface OffsetFetchResponseTopics {
  /** Name of the topic. Versions 8 to 9. */
  name: string;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  topicId: string;
  /** Partitions of the topic. */
  partitions: OffsetFetchResponsePartitions[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetFetchResponseTopics} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface OffsetFetchResponseTopicsInput {
  /** Name of the topic. Versions 8 to 9. */
  readonly name?: string | undefined;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  readonly topicId?: string | undefined;
  /** Partitions of the topic. */
  readonly partitions: readonly OffsetFetchResponsePartitionsInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetFetchResponseTopics.partitions`, versions 8-10. */
export interface OffsetFetchResponsePartitions {
  /** Number of the partition, from 0. */
  partitionIndex: number;
  /** Offset of the next record to process. -1: none. */
  committedOffset: bigint;
  /** Leader epoch of the last record that was processed. Default -1. */
  committedLeaderEpoch: number;
  /** Text that was committed with the offset. */
  metadata: string | null;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetFetchResponsePartitions} for writing. Fields that have a default, or that some version lacks, may
 * be left out.
 */
export interface OffsetFetchResponsePartitionsInput {
  /** Number of the partition, from 0. */
  readonly partitionIndex: number;
  /** Offset of the next record to process. -1: none. */
  readonly committedOffset: bigint;
  /** Leader epoch of the last record that was processed. Default -1. */
  readonly committedLeaderEpoch?: number | undefined;
  /** Text that was committed with the offset. */
  readonly metadata: string | null;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Committed offsets of groups.
 * 2: all topics. 6: flexible. 7: wait for pending transactions (KIP-447). 8: several groups (KIP-709). 9: member
 * epochs (KIP-848). 10: topic ids.
 */
export const offsetFetch: Api<OffsetFetchRequest, OffsetFetchResponse, OffsetFetchRequestInput, OffsetFetchResponseInput> = {
  key: 9,
  name: "OffsetFetch",
  minVersion: 1,
  maxVersion: 10,
  flexibleFrom: 6,
  request: { read: readOffsetFetchRequest, write: writeOffsetFetchRequest },
  response: { read: readOffsetFetchResponse, write: writeOffsetFetchResponse },
};

function readOffsetFetchRequest(from: Reader, version: number): OffsetFetchRequest {
  const flexible = version >= 6;
  const groupId = version <= 7 ? from.string(flexible) : "";
  const topicsCount = version <= 7 ? (version >= 2 ? from.nullableArrayLength(flexible) : from.arrayLength(flexible)) : 0;
  const topics: OffsetFetchRequestTopic[] | null = topicsCount < 0 ? null : [];
  for (let i = 0; i < topicsCount; i += 1) topics!.push(readOffsetFetchRequestTopic(from, version));
  const groupsCount = version >= 8 ? from.arrayLength(true) : 0;
  const groups: OffsetFetchRequestGroup[] = [];
  for (let i = 0; i < groupsCount; i += 1) groups.push(readOffsetFetchRequestGroup(from, version));
  const requireStable = version >= 7 ? from.bool() : false;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { groupId, topics, groups, requireStable, unknownTaggedFields };
}

function writeOffsetFetchRequest(to: Writer, message: OffsetFetchRequestInput, version: number): void {
  const flexible = version >= 6;
  if (version <= 7) to.string(message.groupId ?? "", flexible);
  if (version <= 7) {
    const topics = message.topics === undefined ? [] : message.topics;
    if (topics === null && version >= 2) to.nullArray(flexible);
    else {
      const list = notNull(topics, "OffsetFetchRequest.topics");
      to.arrayLength(list.length, flexible);
      for (const element of list) writeOffsetFetchRequestTopic(to, element, version);
    }
  }
  if (version >= 8) {
    const groups = message.groups ?? [];
    to.arrayLength(groups.length, true);
    for (const element of groups) writeOffsetFetchRequestGroup(to, element, version);
  }
  if (version >= 7) to.bool(message.requireStable ?? false);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetFetchRequestTopic(from: Reader, version: number): OffsetFetchRequestTopic {
  const flexible = version >= 6;
  const name = from.string(flexible);
  const partitionIndexes = from.int32Array(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, partitionIndexes, unknownTaggedFields };
}

function writeOffsetFetchRequestTopic(to: Writer, message: OffsetFetchRequestTopicInput, version: number): void {
  const flexible = version >= 6;
  to.string(message.name, flexible);
  to.int32Array(message.partitionIndexes, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetFetchRequestGroup(from: Reader, version: number): OffsetFetchRequestGroup {
  const groupId = from.string(true);
  const memberId = version >= 9 ? from.nullableString(true) : null;
  const memberEpoch = version >= 9 ? from.int32() : -1;
  const topicsCount = from.nullableArrayLength(true);
  const topics: OffsetFetchRequestTopics[] | null = topicsCount < 0 ? null : [];
  for (let i = 0; i < topicsCount; i += 1) topics!.push(readOffsetFetchRequestTopics(from, version));
  const unknownTaggedFields = from.unknownTaggedFields();
  return { groupId, memberId, memberEpoch, topics, unknownTaggedFields };
}

function writeOffsetFetchRequestGroup(to: Writer, message: OffsetFetchRequestGroupInput, version: number): void {
  to.string(message.groupId, true);
  if (version >= 9) to.nullableString(message.memberId ?? null, true);
  if (version >= 9) to.int32(message.memberEpoch ?? -1);
  const topics = message.topics;
  if (topics === null) to.nullArray(true);
  else {
    to.arrayLength(topics.length, true);
    for (const element of topics) writeOffsetFetchRequestTopics(to, element, version);
  }
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetFetchRequestTopics(from: Reader, version: number): OffsetFetchRequestTopics {
  const name = version <= 9 ? from.string(true) : "";
  const topicId = version >= 10 ? from.uuid() : zeroUuid;
  const partitionIndexes = from.int32Array(true);
  const unknownTaggedFields = from.unknownTaggedFields();
  return { name, topicId, partitionIndexes, unknownTaggedFields };
}

function writeOffsetFetchRequestTopics(to: Writer, message: OffsetFetchRequestTopicsInput, version: number): void {
  if (version <= 9) to.string(message.name ?? "", true);
  if (version >= 10) to.uuid(message.topicId ?? zeroUuid);
  to.int32Array(message.partitionIndexes, true);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetFetchResponse(from: Reader, version: number): OffsetFetchResponse {
  const flexible = version >= 6;
  const throttleTimeMs = version >= 3 ? from.int32() : 0;
  const topicsCount = version <= 7 ? from.arrayLength(flexible) : 0;
  const topics: OffsetFetchResponseTopic[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readOffsetFetchResponseTopic(from, version));
  const errorCode = version >= 2 && version <= 7 ? from.int16() : 0;
  const groupsCount = version >= 8 ? from.arrayLength(true) : 0;
  const groups: OffsetFetchResponseGroup[] = [];
  for (let i = 0; i < groupsCount; i += 1) groups.push(readOffsetFetchResponseGroup(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, topics, errorCode, groups, unknownTaggedFields };
}

function writeOffsetFetchResponse(to: Writer, message: OffsetFetchResponseInput, version: number): void {
  const flexible = version >= 6;
  if (version >= 3) to.int32(message.throttleTimeMs ?? 0);
  if (version <= 7) {
    const topics = message.topics ?? [];
    to.arrayLength(topics.length, flexible);
    for (const element of topics) writeOffsetFetchResponseTopic(to, element, version);
  }
  if (version >= 2 && version <= 7) to.int16(message.errorCode ?? 0);
  if (version >= 8) {
    const groups = message.groups ?? [];
    to.arrayLength(groups.length, true);
    for (const element of groups) writeOffsetFetchResponseGroup(to, element, version);
  }
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetFetchResponseTopic(from: Reader, version: number): OffsetFetchResponseTopic {
  const flexible = version >= 6;
  const name = from.string(flexible);
  const partitionsCount = from.arrayLength(flexible);
  const partitions: OffsetFetchResponsePartition[] = [];
  for (let i = 0; i < partitionsCount; i += 1) partitions.push(readOffsetFetchResponsePartition(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, partitions, unknownTaggedFields };
}

function writeOffsetFetchResponseTopic(to: Writer, message: OffsetFetchResponseTopicInput, version: number): void {
  const flexible = version >= 6;
  to.string(message.name, flexible);
  const partitions = message.partitions;
  to.arrayLength(partitions.length, flexible);
  for (const element of partitions) writeOffsetFetchResponsePartition(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetFetchResponsePartition(from: Reader, version: number): OffsetFetchResponsePartition {
  const flexible = version >= 6;
  const partitionIndex = from.int32();
  const committedOffset = from.int64();
  const committedLeaderEpoch = version >= 5 ? from.int32() : -1;
  const metadata = from.nullableString(flexible);
  const errorCode = from.int16();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { partitionIndex, committedOffset, committedLeaderEpoch, metadata, errorCode, unknownTaggedFields };
}

function writeOffsetFetchResponsePartition(to: Writer, message: OffsetFetchResponsePartitionInput, version: number): void {
  const flexible = version >= 6;
  to.int32(message.partitionIndex);
  to.int64(message.committedOffset);
  if (version >= 5) to.int32(message.committedLeaderEpoch ?? -1);
  to.nullableString(message.metadata, flexible);
  to.int16(message.errorCode);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetFetchResponseGroup(from: Reader, version: number): OffsetFetchResponseGroup {
  const groupId = from.string(true);
  const topicsCount = from.arrayLength(true);
  const topics: OffsetFetchResponseTopics[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readOffsetFetchResponseTopics(from, version));
  const errorCode = from.int16();
  const unknownTaggedFields = from.unknownTaggedFields();
  return { groupId, topics, errorCode, unknownTaggedFields };
}

function writeOffsetFetchResponseGroup(to: Writer, message: OffsetFetchResponseGroupInput, version: number): void {
  to.string(message.groupId, true);
  const topics = message.topics;
  to.arrayLength(topics.length, true);
  for (const element of topics) writeOffsetFetchResponseTopics(to, element, version);
  to.int16(message.errorCode ?? 0);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetFetchResponseTopics(from: Reader, version: number): OffsetFetchResponseTopics {
  const name = version <= 9 ? from.string(true) : "";
  const topicId = version >= 10 ? from.uuid() : zeroUuid;
  const partitionsCount = from.arrayLength(true);
  const partitions: OffsetFetchResponsePartitions[] = [];
  for (let i = 0; i < partitionsCount; i += 1) partitions.push(readOffsetFetchResponsePartitions(from));
  const unknownTaggedFields = from.unknownTaggedFields();
  return { name, topicId, partitions, unknownTaggedFields };
}

function writeOffsetFetchResponseTopics(to: Writer, message: OffsetFetchResponseTopicsInput, version: number): void {
  if (version <= 9) to.string(message.name ?? "", true);
  if (version >= 10) to.uuid(message.topicId ?? zeroUuid);
  const partitions = message.partitions;
  to.arrayLength(partitions.length, true);
  for (const element of partitions) writeOffsetFetchResponsePartitions(to, element);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetFetchResponsePartitions(from: Reader): OffsetFetchResponsePartitions {
  const partitionIndex = from.int32();
  const committedOffset = from.int64();
  const committedLeaderEpoch = from.int32();
  const metadata = from.nullableString(true);
  const errorCode = from.int16();
  const unknownTaggedFields = from.unknownTaggedFields();
  return { partitionIndex, committedOffset, committedLeaderEpoch, metadata, errorCode, unknownTaggedFields };
}

function writeOffsetFetchResponsePartitions(to: Writer, message: OffsetFetchResponsePartitionsInput): void {
  to.int32(message.partitionIndex);
  to.int64(message.committedOffset);
  to.int32(message.committedLeaderEpoch ?? -1);
  to.nullableString(message.metadata, true);
  to.int16(message.errorCode);
  to.unknownTaggedFields(message.unknownTaggedFields);
}
