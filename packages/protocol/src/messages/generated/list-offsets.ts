// Generated from schema/ListOffsets.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** ListOffsetsRequest (key 2), versions 1-11. */
export interface ListOffsetsRequest {
  /** -1: a consumer. */
  replicaId: number;
  /** Version 2 on. 0: read uncommitted, 1: read committed. */
  isolationLevel: number;
  topics: ListOffsetsTopic[];
  /** Version 10 on. For offsets that only remote storage knows. */
  timeoutMs: number;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface ListOffsetsRequestInput {
  readonly replicaId: number;
  readonly isolationLevel?: number | undefined;
  readonly topics: readonly ListOffsetsTopicInput[];
  readonly timeoutMs?: number | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface ListOffsetsTopic {
  name: string;
  partitions: ListOffsetsPartition[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface ListOffsetsTopicInput {
  readonly name: string;
  readonly partitions: readonly ListOffsetsPartitionInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface ListOffsetsPartition {
  partitionIndex: number;
  /** Version 4 on, default -1. */
  currentLeaderEpoch: number;
  /** -1: latest, -2: earliest, -3: largest timestamp; -4 to -6: tiered storage. */
  timestamp: bigint;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface ListOffsetsPartitionInput {
  readonly partitionIndex: number;
  readonly currentLeaderEpoch?: number | undefined;
  readonly timestamp: bigint;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** ListOffsetsResponse (key 2), versions 1-11. */
export interface ListOffsetsResponse {
  /** Version 2 on, default 0. */
  throttleTimeMs: number;
  topics: ListOffsetsTopicResponse[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface ListOffsetsResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly topics: readonly ListOffsetsTopicResponseInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface ListOffsetsTopicResponse {
  name: string;
  partitions: ListOffsetsPartitionResponse[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface ListOffsetsTopicResponseInput {
  readonly name: string;
  readonly partitions: readonly ListOffsetsPartitionResponseInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface ListOffsetsPartitionResponse {
  partitionIndex: number;
  errorCode: number;
  /** Default -1. */
  timestamp: bigint;
  /** Default -1. */
  offset: bigint;
  /** Version 4 on, default -1. */
  leaderEpoch: number;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface ListOffsetsPartitionResponseInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly timestamp?: bigint | undefined;
  readonly offset?: bigint | undefined;
  readonly leaderEpoch?: number | undefined;
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
