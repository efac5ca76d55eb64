// Generated from schema/DeleteRecords.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** DeleteRecordsRequest (key 21), versions 0-2. */
export interface DeleteRecordsRequest {
  /** Topics of the request or answer. */
  topics: DeleteRecordsTopic[];
  /** Time that the broker may take, in milliseconds. */
  timeoutMs: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DeleteRecordsRequest} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DeleteRecordsRequestInput {
  /** Topics of the request or answer. */
  readonly topics: readonly DeleteRecordsTopicInput[];
  /** Time that the broker may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DeleteRecordsRequest.topics`, versions 0-2. */
export interface DeleteRecordsTopic {
  /** Name of the topic. */
  name: string;
  /** Partitions of the topic. */
  partitions: DeleteRecordsPartition[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link DeleteRecordsTopic} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface DeleteRecordsTopicInput {
  /** Name of the topic. */
  readonly name: string;
  /** Partitions of the topic. */
  readonly partitions: readonly DeleteRecordsPartitionInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DeleteRecordsTopic.partitions`, versions 0-2. */
export interface DeleteRecordsPartition {
  /** Number of the partition, from 0. */
  partitionIndex: number;
  /** Offset below which all records are deleted. -1: the high watermark. */
  offset: bigint;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link DeleteRecordsPartition} for writing. */
export type DeleteRecordsPartitionInput = Readonly<DeleteRecordsPartition>;

/** DeleteRecordsResponse (key 21), versions 0-2. */
export interface DeleteRecordsResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  throttleTimeMs: number;
  /** Topics of the request or answer. */
  topics: DeleteRecordsTopicResult[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DeleteRecordsResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DeleteRecordsResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Topics of the request or answer. */
  readonly topics: readonly DeleteRecordsTopicResultInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DeleteRecordsResponse.topics`, versions 0-2. */
export interface DeleteRecordsTopicResult {
  /** Name of the topic. */
  name: string;
  /** Partitions of the topic. */
  partitions: DeleteRecordsPartitionResult[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DeleteRecordsTopicResult} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface DeleteRecordsTopicResultInput {
  /** Name of the topic. */
  readonly name: string;
  /** Partitions of the topic. */
  readonly partitions: readonly DeleteRecordsPartitionResultInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DeleteRecordsTopicResult.partitions`, versions 0-2. */
export interface DeleteRecordsPartitionResult {
  /** Number of the partition, from 0. */
  partitionIndex: number;
  /** Lowest offset that can be read after the deletion. -1: unknown. */
  lowWatermark: bigint;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link DeleteRecordsPartitionResult} for writing. */
export type DeleteRecordsPartitionResultInput = Readonly<DeleteRecordsPartitionResult>;

/**
 * Deletes the records before an offset (KIP-107). 2: flexible.
 */
export const deleteRecords: Api<
  DeleteRecordsRequest,
  DeleteRecordsResponse,
  DeleteRecordsRequestInput,
  DeleteRecordsResponseInput
> = {
  key: 21,
  name: "DeleteRecords",
  minVersion: 0,
  maxVersion: 2,
  flexibleFrom: 2,
  request: { read: readDeleteRecordsRequest, write: writeDeleteRecordsRequest },
  response: { read: readDeleteRecordsResponse, write: writeDeleteRecordsResponse },
};

function readDeleteRecordsRequest(from: Reader, version: number): DeleteRecordsRequest {
  const flexible = version >= 2;
  const topicsCount = from.arrayLength(flexible);
  const topics: DeleteRecordsTopic[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readDeleteRecordsTopic(from, version));
  const timeoutMs = from.int32();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { topics, timeoutMs, unknownTaggedFields };
}

function writeDeleteRecordsRequest(to: Writer, message: DeleteRecordsRequestInput, version: number): void {
  const flexible = version >= 2;
  const topics = message.topics;
  to.arrayLength(topics.length, flexible);
  for (const element of topics) writeDeleteRecordsTopic(to, element, version);
  to.int32(message.timeoutMs);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDeleteRecordsTopic(from: Reader, version: number): DeleteRecordsTopic {
  const flexible = version >= 2;
  const name = from.string(flexible);
  const partitionsCount = from.arrayLength(flexible);
  const partitions: DeleteRecordsPartition[] = [];
  for (let i = 0; i < partitionsCount; i += 1) partitions.push(readDeleteRecordsPartition(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, partitions, unknownTaggedFields };
}

function writeDeleteRecordsTopic(to: Writer, message: DeleteRecordsTopicInput, version: number): void {
  const flexible = version >= 2;
  to.string(message.name, flexible);
  const partitions = message.partitions;
  to.arrayLength(partitions.length, flexible);
  for (const element of partitions) writeDeleteRecordsPartition(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDeleteRecordsPartition(from: Reader, version: number): DeleteRecordsPartition {
  const flexible = version >= 2;
  const partitionIndex = from.int32();
  const offset = from.int64();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { partitionIndex, offset, unknownTaggedFields };
}

function writeDeleteRecordsPartition(to: Writer, message: DeleteRecordsPartitionInput, version: number): void {
  const flexible = version >= 2;
  to.int32(message.partitionIndex);
  to.int64(message.offset);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDeleteRecordsResponse(from: Reader, version: number): DeleteRecordsResponse {
  const flexible = version >= 2;
  const throttleTimeMs = from.int32();
  const topicsCount = from.arrayLength(flexible);
  const topics: DeleteRecordsTopicResult[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readDeleteRecordsTopicResult(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, topics, unknownTaggedFields };
}

function writeDeleteRecordsResponse(to: Writer, message: DeleteRecordsResponseInput, version: number): void {
  const flexible = version >= 2;
  to.int32(message.throttleTimeMs ?? 0);
  const topics = message.topics;
  to.arrayLength(topics.length, flexible);
  for (const element of topics) writeDeleteRecordsTopicResult(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDeleteRecordsTopicResult(from: Reader, version: number): DeleteRecordsTopicResult {
  const flexible = version >= 2;
  const name = from.string(flexible);
  const partitionsCount = from.arrayLength(flexible);
  const partitions: DeleteRecordsPartitionResult[] = [];
  for (let i = 0; i < partitionsCount; i += 1) partitions.push(readDeleteRecordsPartitionResult(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, partitions, unknownTaggedFields };
}

function writeDeleteRecordsTopicResult(to: Writer, message: DeleteRecordsTopicResultInput, version: number): void {
  const flexible = version >= 2;
  to.string(message.name, flexible);
  const partitions = message.partitions;
  to.arrayLength(partitions.length, flexible);
  for (const element of partitions) writeDeleteRecordsPartitionResult(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDeleteRecordsPartitionResult(from: Reader, version: number): DeleteRecordsPartitionResult {
  const flexible = version >= 2;
  const partitionIndex = from.int32();
  const lowWatermark = from.int64();
  const errorCode = from.int16();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { partitionIndex, lowWatermark, errorCode, unknownTaggedFields };
}

function writeDeleteRecordsPartitionResult(to: Writer, message: DeleteRecordsPartitionResultInput, version: number): void {
  const flexible = version >= 2;
  to.int32(message.partitionIndex);
  to.int64(message.lowWatermark);
  to.int16(message.errorCode);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
