// Generated from schema/ListOffsets.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** ListOffsetsRequest (key 2), versions 1-11. */
export interface ListOffsetsRequest {
  /** Node id of the follower that fetches. -1: a consumer. */
  replicaId: number;
  /** Records to read. 0: read uncommitted, 1: read committed. Version 2 on. */
  isolationLevel: number;
  /** Topics of the request or answer. */
  topics: ListOffsetsTopic[];
  /** Time that the broker may take, in milliseconds. For offsets that only remote storage knows. Version 10 on. */
  timeoutMs: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link ListOffsetsRequest} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface ListOffsetsRequestInput {
  /** Node id of the follower that fetches. -1: a consumer. */
  readonly replicaId: number;
  /** Records to read. 0: read uncommitted, 1: read committed. Version 2 on. */
  readonly isolationLevel?: number | undefined;
  /** Topics of the request or answer. */
  readonly topics: readonly ListOffsetsTopicInput[];
  /** Time that the broker may take, in milliseconds. For offsets that only remote storage knows. Version 10 on. */
  readonly timeoutMs?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `ListOffsetsRequest.topics`, versions 1-11. */
export interface ListOffsetsTopic {
  /** Name of the topic. */
  name: string;
  /** Partitions of the topic. */
  partitions: ListOffsetsPartition[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link ListOffsetsTopic} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface ListOffsetsTopicInput {
  /** Name of the topic. */
  readonly name: string;
  /** Partitions of the topic. */
  readonly partitions: readonly ListOffsetsPartitionInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `ListOffsetsTopic.partitions`, versions 1-11. */
export interface ListOffsetsPartition {
  /** Number of the partition, from 0. */
  partitionIndex: number;
  /** Leader epoch that the client knows; the broker refuses an older one. Version 4 on, default -1. */
  currentLeaderEpoch: number;
  /** Time to look for, in milliseconds since 1970. -1: latest, -2: earliest, -3: largest timestamp; -4 to -6: tiered storage. */
  timestamp: bigint;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link ListOffsetsPartition} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface ListOffsetsPartitionInput {
  /** Number of the partition, from 0. */
  readonly partitionIndex: number;
  /** Leader epoch that the client knows; the broker refuses an older one. Version 4 on, default -1. */
  readonly currentLeaderEpoch?: number | undefined;
  /** Time to look for, in milliseconds since 1970. -1: latest, -2: earliest, -3: largest timestamp; -4 to -6: tiered storage. */
  readonly timestamp: bigint;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** ListOffsetsResponse (key 2), versions 1-11. */
export interface ListOffsetsResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 2 on, default 0. */
  throttleTimeMs: number;
  /** Topics of the request or answer. */
  topics: ListOffsetsTopicResponse[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link ListOffsetsResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface ListOffsetsResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 2 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Topics of the request or answer. */
  readonly topics: readonly ListOffsetsTopicResponseInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `ListOffsetsResponse.topics`, versions 1-11. */
export interface ListOffsetsTopicResponse {
  /** Name of the topic. */
  name: string;
  /** Partitions of the topic. */
  partitions: ListOffsetsPartitionResponse[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link ListOffsetsTopicResponse} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface ListOffsetsTopicResponseInput {
  /** Name of the topic. */
  readonly name: string;
  /** Partitions of the topic. */
  readonly partitions: readonly ListOffsetsPartitionResponseInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `ListOffsetsTopicResponse.partitions`, versions 1-11. */
export interface ListOffsetsPartitionResponse {
  /** Number of the partition, from 0. */
  partitionIndex: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Timestamp of the record, in milliseconds since 1970; -1: not asked for. Default -1. */
  timestamp: bigint;
  /** Offset that was found; -1: no such record. Default -1. */
  offset: bigint;
  /** Leader epoch of the record at the offset; -1: unknown. Version 4 on, default -1. */
  leaderEpoch: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link ListOffsetsPartitionResponse} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface ListOffsetsPartitionResponseInput {
  /** Number of the partition, from 0. */
  readonly partitionIndex: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Timestamp of the record, in milliseconds since 1970; -1: not asked for. Default -1. */
  readonly timestamp?: bigint | undefined;
  /** Offset that was found; -1: no such record. Default -1. */
  readonly offset?: bigint | undefined;
  /** Leader epoch of the record at the offset; -1: unknown. Version 4 on, default -1. */
  readonly leaderEpoch?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Offsets of partitions by timestamp.
 * 2: isolation level. 4: leader epoch (KIP-320). 6: flexible. 7: offset of the largest timestamp (KIP-734). 8, 9:
 * local and tiered offsets (KIP-405, KIP-1005). 10: timeout (KIP-1075). 11: earliest pending upload (KIP-1023).
 */
export const listOffsets: Api<ListOffsetsRequest, ListOffsetsResponse, ListOffsetsRequestInput, ListOffsetsResponseInput> = {
  key: 2,
  name: "ListOffsets",
  minVersion: 1,
  maxVersion: 11,
  flexibleFrom: 6,
  request: { read: readListOffsetsRequest, write: writeListOffsetsRequest },
  response: { read: readListOffsetsResponse, write: writeListOffsetsResponse },
};

function readListOffsetsRequest(from: Reader, version: number): ListOffsetsRequest {
  const flexible = version >= 6;
  const replicaId = from.int32();
  const isolationLevel = version >= 2 ? from.int8() : 0;
  const topicsCount = from.arrayLength(flexible);
  const topics: ListOffsetsTopic[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readListOffsetsTopic(from, version));
  const timeoutMs = version >= 10 ? from.int32() : 0;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { replicaId, isolationLevel, topics, timeoutMs, unknownTaggedFields };
}

function writeListOffsetsRequest(to: Writer, message: ListOffsetsRequestInput, version: number): void {
  const flexible = version >= 6;
  to.int32(message.replicaId);
  if (version >= 2) to.int8(message.isolationLevel ?? 0);
  const topics = message.topics;
  to.arrayLength(topics.length, flexible);
  for (const element of topics) writeListOffsetsTopic(to, element, version);
  if (version >= 10) to.int32(message.timeoutMs ?? 0);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readListOffsetsTopic(from: Reader, version: number): ListOffsetsTopic {
  const flexible = version >= 6;
  const name = from.string(flexible);
  const partitionsCount = from.arrayLength(flexible);
  const partitions: ListOffsetsPartition[] = [];
  for (let i = 0; i < partitionsCount; i += 1) partitions.push(readListOffsetsPartition(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, partitions, unknownTaggedFields };
}

function writeListOffsetsTopic(to: Writer, message: ListOffsetsTopicInput, version: number): void {
  const flexible = version >= 6;
  to.string(message.name, flexible);
  const partitions = message.partitions;
  to.arrayLength(partitions.length, flexible);
  for (const element of partitions) writeListOffsetsPartition(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readListOffsetsPartition(from: Reader, version: number): ListOffsetsPartition {
  const flexible = version >= 6;
  const partitionIndex = from.int32();
  const currentLeaderEpoch = version >= 4 ? from.int32() : -1;
  const timestamp = from.int64();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { partitionIndex, currentLeaderEpoch, timestamp, unknownTaggedFields };
}

function writeListOffsetsPartition(to: Writer, message: ListOffsetsPartitionInput, version: number): void {
  const flexible = version >= 6;
  to.int32(message.partitionIndex);
  if (version >= 4) to.int32(message.currentLeaderEpoch ?? -1);
  to.int64(message.timestamp);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readListOffsetsResponse(from: Reader, version: number): ListOffsetsResponse {
  const flexible = version >= 6;
  const throttleTimeMs = version >= 2 ? from.int32() : 0;
  const topicsCount = from.arrayLength(flexible);
  const topics: ListOffsetsTopicResponse[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readListOffsetsTopicResponse(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, topics, unknownTaggedFields };
}

function writeListOffsetsResponse(to: Writer, message: ListOffsetsResponseInput, version: number): void {
  const flexible = version >= 6;
  if (version >= 2) to.int32(message.throttleTimeMs ?? 0);
  const topics = message.topics;
  to.arrayLength(topics.length, flexible);
  for (const element of topics) writeListOffsetsTopicResponse(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readListOffsetsTopicResponse(from: Reader, version: number): ListOffsetsTopicResponse {
  const flexible = version >= 6;
  const name = from.string(flexible);
  const partitionsCount = from.arrayLength(flexible);
  const partitions: ListOffsetsPartitionResponse[] = [];
  for (let i = 0; i < partitionsCount; i += 1) partitions.push(readListOffsetsPartitionResponse(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, partitions, unknownTaggedFields };
}

function writeListOffsetsTopicResponse(to: Writer, message: ListOffsetsTopicResponseInput, version: number): void {
  const flexible = version >= 6;
  to.string(message.name, flexible);
  const partitions = message.partitions;
  to.arrayLength(partitions.length, flexible);
  for (const element of partitions) writeListOffsetsPartitionResponse(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readListOffsetsPartitionResponse(from: Reader, version: number): ListOffsetsPartitionResponse {
  const flexible = version >= 6;
  const partitionIndex = from.int32();
  const errorCode = from.int16();
  const timestamp = from.int64();
  const offset = from.int64();
  const leaderEpoch = version >= 4 ? from.int32() : -1;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { partitionIndex, errorCode, timestamp, offset, leaderEpoch, unknownTaggedFields };
}

function writeListOffsetsPartitionResponse(to: Writer, message: ListOffsetsPartitionResponseInput, version: number): void {
  const flexible = version >= 6;
  to.int32(message.partitionIndex);
  to.int16(message.errorCode);
  to.int64(message.timestamp ?? -1n);
  to.int64(message.offset ?? -1n);
  if (version >= 4) to.int32(message.leaderEpoch ?? -1);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
