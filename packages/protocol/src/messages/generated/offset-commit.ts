// Generated from schema/OffsetCommit.api by schema/generate.ts. Change the table, then run it again.
import { type Reader, type UnknownTaggedField, zeroUuid } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** OffsetCommitRequest (key 8), versions 2-10. */
export interface OffsetCommitRequest {
  /** Id of the group (`group.id`). */
  groupId: string;
  /** Generation (classic protocol) or member epoch (consumer protocol) of the member that commits. -1: no member. */
  generationIdOrMemberEpoch: number;
  /** Id that the coordinator gave to the member. */
  memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 7 on, default null. */
  groupInstanceId: string | null;
  /** Time for which the offsets are kept, in milliseconds. -1: as the broker is configured. Versions 2 to 4. */
  retentionTimeMs: bigint;
  /** Topics of the request or answer. */
  topics: OffsetCommitRequestTopic[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetCommitRequest} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface OffsetCommitRequestInput {
  /** Id of the group (`group.id`). */
  readonly groupId: string;
  /** Generation (classic protocol) or member epoch (consumer protocol) of the member that commits. -1: no member. */
  readonly generationIdOrMemberEpoch?: number | undefined;
  /** Id that the coordinator gave to the member. */
  readonly memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 7 on, default null. */
  readonly groupInstanceId?: string | null | undefined;
  /** Time for which the offsets are kept, in milliseconds. -1: as the broker is configured. Versions 2 to 4. */
  readonly retentionTimeMs?: bigint | undefined;
  /** Topics of the request or answer. */
  readonly topics: readonly OffsetCommitRequestTopicInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetCommitRequest.topics`, versions 2-10. */
export interface OffsetCommitRequestTopic {
  /** Name of the topic. Versions 2 to 9. */
  name: string;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  topicId: string;
  /** Partitions of the topic. */
  partitions: OffsetCommitRequestPartition[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetCommitRequestTopic} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface OffsetCommitRequestTopicInput {
  /** Name of the topic. Versions 2 to 9. */
  readonly name?: string | undefined;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  readonly topicId?: string | undefined;
  /** Partitions of the topic. */
  readonly partitions: readonly OffsetCommitRequestPartitionInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetCommitRequestTopic.partitions`, versions 2-10. */
export interface OffsetCommitRequestPartition {
  /** Number of the partition, from 0. */
  partitionIndex: number;
  /** Offset of the next record to process. */
  committedOffset: bigint;
  /** Leader epoch of the last record that was processed. -1: unknown. Version 6 on. */
  committedLeaderEpoch: number;
  /** Text that is kept with the offset. */
  committedMetadata: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetCommitRequestPartition} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface OffsetCommitRequestPartitionInput {
  /** Number of the partition, from 0. */
  readonly partitionIndex: number;
  /** Offset of the next record to process. */
  readonly committedOffset: bigint;
  /** Leader epoch of the last record that was processed. -1: unknown. Version 6 on. */
  readonly committedLeaderEpoch?: number | undefined;
  /** Text that is kept with the offset. */
  readonly committedMetadata: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** OffsetCommitResponse (key 8), versions 2-10. */
export interface OffsetCommitResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 3 on, default 0. */
  throttleTimeMs: number;
  /** Topics of the request or answer. */
  topics: OffsetCommitResponseTopic[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetCommitResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface OffsetCommitResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 3 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Topics of the request or answer. */
  readonly topics: readonly OffsetCommitResponseTopicInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetCommitResponse.topics`, versions 2-10. */
export interface OffsetCommitResponseTopic {
  /** Name of the topic. Versions 2 to 9. */
  name: string;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  topicId: string;
  /** Partitions of the topic. */
  partitions: OffsetCommitResponsePartition[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link OffsetCommitResponseTopic} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface OffsetCommitResponseTopicInput {
  /** Name of the topic. Versions 2 to 9. */
  readonly name?: string | undefined;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 10 on. */
  readonly topicId?: string | undefined;
  /** Partitions of the topic. */
  readonly partitions: readonly OffsetCommitResponsePartitionInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `OffsetCommitResponseTopic.partitions`, versions 2-10. */
export interface OffsetCommitResponsePartition {
  /** Number of the partition, from 0. */
  partitionIndex: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link OffsetCommitResponsePartition} for writing. */
export type OffsetCommitResponsePartitionInput = Readonly<OffsetCommitResponsePartition>;

/**
 * Commits offsets of a group.
 * 6: leader epoch (KIP-320). 7: static members (KIP-345). 8: flexible. 9: member epochs of the new protocol (KIP-848).
 * 10: topic ids.
 */
export const offsetCommit: Api<OffsetCommitRequest, OffsetCommitResponse, OffsetCommitRequestInput, OffsetCommitResponseInput> = {
  key: 8,
  name: "OffsetCommit",
  minVersion: 2,
  maxVersion: 10,
  flexibleFrom: 8,
  request: { read: readOffsetCommitRequest, write: writeOffsetCommitRequest },
  response: { read: readOffsetCommitResponse, write: writeOffsetCommitResponse },
};

function readOffsetCommitRequest(from: Reader, version: number): OffsetCommitRequest {
  const flexible = version >= 8;
  const groupId = from.string(flexible);
  const generationIdOrMemberEpoch = from.int32();
  const memberId = from.string(flexible);
  const groupInstanceId = version >= 7 ? from.nullableString(flexible) : null;
  const retentionTimeMs = version <= 4 ? from.int64() : -1n;
  const topicsCount = from.arrayLength(flexible);
  const topics: OffsetCommitRequestTopic[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readOffsetCommitRequestTopic(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { groupId, generationIdOrMemberEpoch, memberId, groupInstanceId, retentionTimeMs, topics, unknownTaggedFields };
}

function writeOffsetCommitRequest(to: Writer, message: OffsetCommitRequestInput, version: number): void {
  const flexible = version >= 8;
  to.string(message.groupId, flexible);
  to.int32(message.generationIdOrMemberEpoch ?? -1);
  to.string(message.memberId, flexible);
  if (version >= 7) to.nullableString(message.groupInstanceId ?? null, flexible);
  if (version <= 4) to.int64(message.retentionTimeMs ?? -1n);
  const topics = message.topics;
  to.arrayLength(topics.length, flexible);
  for (const element of topics) writeOffsetCommitRequestTopic(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetCommitRequestTopic(from: Reader, version: number): OffsetCommitRequestTopic {
  const flexible = version >= 8;
  const name = version <= 9 ? from.string(flexible) : "";
  const topicId = version >= 10 ? from.uuid() : zeroUuid;
  const partitionsCount = from.arrayLength(flexible);
  const partitions: OffsetCommitRequestPartition[] = [];
  for (let i = 0; i < partitionsCount; i += 1) partitions.push(readOffsetCommitRequestPartition(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, topicId, partitions, unknownTaggedFields };
}

function writeOffsetCommitRequestTopic(to: Writer, message: OffsetCommitRequestTopicInput, version: number): void {
  const flexible = version >= 8;
  if (version <= 9) to.string(message.name ?? "", flexible);
  if (version >= 10) to.uuid(message.topicId ?? zeroUuid);
  const partitions = message.partitions;
  to.arrayLength(partitions.length, flexible);
  for (const element of partitions) writeOffsetCommitRequestPartition(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetCommitRequestPartition(from: Reader, version: number): OffsetCommitRequestPartition {
  const flexible = version >= 8;
  const partitionIndex = from.int32();
  const committedOffset = from.int64();
  const committedLeaderEpoch = version >= 6 ? from.int32() : -1;
  const committedMetadata = from.nullableString(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata, unknownTaggedFields };
}

function writeOffsetCommitRequestPartition(to: Writer, message: OffsetCommitRequestPartitionInput, version: number): void {
  const flexible = version >= 8;
  to.int32(message.partitionIndex);
  to.int64(message.committedOffset);
  if (version >= 6) to.int32(message.committedLeaderEpoch ?? -1);
  to.nullableString(message.committedMetadata, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetCommitResponse(from: Reader, version: number): OffsetCommitResponse {
  const flexible = version >= 8;
  const throttleTimeMs = version >= 3 ? from.int32() : 0;
  const topicsCount = from.arrayLength(flexible);
  const topics: OffsetCommitResponseTopic[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readOffsetCommitResponseTopic(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, topics, unknownTaggedFields };
}

function writeOffsetCommitResponse(to: Writer, message: OffsetCommitResponseInput, version: number): void {
  const flexible = version >= 8;
  if (version >= 3) to.int32(message.throttleTimeMs ?? 0);
  const topics = message.topics;
  to.arrayLength(topics.length, flexible);
  for (const element of topics) writeOffsetCommitResponseTopic(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetCommitResponseTopic(from: Reader, version: number): OffsetCommitResponseTopic {
  const flexible = version >= 8;
  const name = version <= 9 ? from.string(flexible) : "";
  const topicId = version >= 10 ? from.uuid() : zeroUuid;
  const partitionsCount = from.arrayLength(flexible);
  const partitions: OffsetCommitResponsePartition[] = [];
  for (let i = 0; i < partitionsCount; i += 1) partitions.push(readOffsetCommitResponsePartition(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, topicId, partitions, unknownTaggedFields };
}

function writeOffsetCommitResponseTopic(to: Writer, message: OffsetCommitResponseTopicInput, version: number): void {
  const flexible = version >= 8;
  if (version <= 9) to.string(message.name ?? "", flexible);
  if (version >= 10) to.uuid(message.topicId ?? zeroUuid);
  const partitions = message.partitions;
  to.arrayLength(partitions.length, flexible);
  for (const element of partitions) writeOffsetCommitResponsePartition(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readOffsetCommitResponsePartition(from: Reader, version: number): OffsetCommitResponsePartition {
  const flexible = version >= 8;
  const partitionIndex = from.int32();
  const errorCode = from.int16();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { partitionIndex, errorCode, unknownTaggedFields };
}

function writeOffsetCommitResponsePartition(to: Writer, message: OffsetCommitResponsePartitionInput, version: number): void {
  const flexible = version >= 8;
  to.int32(message.partitionIndex);
  to.int16(message.errorCode);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
