// Generated from schema/OffsetCommit.api by schema/generate.ts. Change the table, then run it again.
import { type Reader, type UnknownTaggedField, zeroUuid } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** OffsetCommitRequest (key 8), versions 2-10. */
export interface OffsetCommitRequest {
  groupId: string;
  /** -1: no member. */
  generationIdOrMemberEpoch: number;
  memberId: string;
  /** Version 7 on, default null. */
  groupInstanceId: string | null;
  /** Versions 2 to 4. -1: as the broker is configured. */
  retentionTimeMs: bigint;
  topics: OffsetCommitRequestTopic[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface OffsetCommitRequestInput {
  readonly groupId: string;
  readonly generationIdOrMemberEpoch?: number | undefined;
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly retentionTimeMs?: bigint | undefined;
  readonly topics: readonly OffsetCommitRequestTopicInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface OffsetCommitRequestTopic {
  /** Versions 2 to 9. */
  name: string;
  /** Version 10 on. */
  topicId: string;
  partitions: OffsetCommitRequestPartition[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface OffsetCommitRequestTopicInput {
  readonly name?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly OffsetCommitRequestPartitionInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface OffsetCommitRequestPartition {
  partitionIndex: number;
  committedOffset: bigint;
  /** Version 6 on. -1: unknown. */
  committedLeaderEpoch: number;
  committedMetadata: string | null;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface OffsetCommitRequestPartitionInput {
  readonly partitionIndex: number;
  readonly committedOffset: bigint;
  readonly committedLeaderEpoch?: number | undefined;
  readonly committedMetadata: string | null;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** OffsetCommitResponse (key 8), versions 2-10. */
export interface OffsetCommitResponse {
  /** Version 3 on, default 0. */
  throttleTimeMs: number;
  topics: OffsetCommitResponseTopic[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface OffsetCommitResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly topics: readonly OffsetCommitResponseTopicInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface OffsetCommitResponseTopic {
  /** Versions 2 to 9. */
  name: string;
  /** Version 10 on. */
  topicId: string;
  partitions: OffsetCommitResponsePartition[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface OffsetCommitResponseTopicInput {
  readonly name?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly OffsetCommitResponsePartitionInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface OffsetCommitResponsePartition {
  partitionIndex: number;
  errorCode: number;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

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
