// Generated from schema/DeleteRecords.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** DeleteRecordsRequest (key 21), versions 0-2. */
export interface DeleteRecordsRequest {
  topics: DeleteRecordsTopic[];
  timeoutMs: number;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeleteRecordsRequestInput {
  readonly topics: readonly DeleteRecordsTopicInput[];
  readonly timeoutMs: number;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeleteRecordsTopic {
  name: string;
  partitions: DeleteRecordsPartition[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeleteRecordsTopicInput {
  readonly name: string;
  readonly partitions: readonly DeleteRecordsPartitionInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeleteRecordsPartition {
  partitionIndex: number;
  /** -1: the high watermark. */
  offset: bigint;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export type DeleteRecordsPartitionInput = Readonly<DeleteRecordsPartition>;

/** DeleteRecordsResponse (key 21), versions 0-2. */
export interface DeleteRecordsResponse {
  /** Default 0. */
  throttleTimeMs: number;
  topics: DeleteRecordsTopicResult[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeleteRecordsResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly topics: readonly DeleteRecordsTopicResultInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeleteRecordsTopicResult {
  name: string;
  partitions: DeleteRecordsPartitionResult[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeleteRecordsTopicResultInput {
  readonly name: string;
  readonly partitions: readonly DeleteRecordsPartitionResultInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeleteRecordsPartitionResult {
  partitionIndex: number;
  /** The new log start offset; -1: unknown. */
  lowWatermark: bigint;
  errorCode: number;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

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
