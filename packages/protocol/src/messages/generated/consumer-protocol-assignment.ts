// Generated from schema/ConsumerProtocolAssignment.api by schema/generate.ts. Change the table, then run it again.
import type { Reader } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { VersionedMessage } from "../api.ts";

/** ConsumerProtocolAssignment, versions 0-3. */
export interface ConsumerProtocolAssignment {
  /** Partitions that the member owns from now on, by topic. */
  assignedPartitions: ConsumerProtocolAssignmentTopicPartition[];
  /** Bytes of the assignor; null: none. Default null. */
  userData: Buffer | null;
}

/**
 * Form of {@link ConsumerProtocolAssignment} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface ConsumerProtocolAssignmentInput {
  /** Partitions that the member owns from now on, by topic. */
  readonly assignedPartitions: readonly ConsumerProtocolAssignmentTopicPartitionInput[];
  /** Bytes of the assignor; null: none. Default null. */
  readonly userData?: Uint8Array | null | undefined;
}

/** Part of `ConsumerProtocolAssignment.assignedPartitions`, versions 0-3. */
export interface ConsumerProtocolAssignmentTopicPartition {
  /** Name of the topic. */
  topic: string;
  /** Partitions of the topic. */
  partitions: number[];
}

/**
 * Form of {@link ConsumerProtocolAssignmentTopicPartition} for writing. Fields that have a default, or that some version
 * lacks, may be left out.
 */
export interface ConsumerProtocolAssignmentTopicPartitionInput {
  /** Name of the topic. */
  readonly topic: string;
  /** Partitions of the topic. */
  readonly partitions: readonly number[];
}

/**
 * Assignment that a consumer of the classic protocol gets in SyncGroup, after an int16 version.
 */
export const consumerProtocolAssignment: VersionedMessage<ConsumerProtocolAssignment, ConsumerProtocolAssignmentInput> = {
  name: "ConsumerProtocolAssignment",
  minVersion: 0,
  maxVersion: 3,
  flexibleFrom: Infinity,
  read: readConsumerProtocolAssignment,
  write: writeConsumerProtocolAssignment,
};

function readConsumerProtocolAssignment(from: Reader): ConsumerProtocolAssignment {
  const assignedPartitionsCount = from.arrayLength(false);
  const assignedPartitions: ConsumerProtocolAssignmentTopicPartition[] = [];
  for (let i = 0; i < assignedPartitionsCount; i += 1)
    assignedPartitions.push(readConsumerProtocolAssignmentTopicPartition(from));
  const userData = from.nullableBytes(false);
  return { assignedPartitions, userData };
}

function writeConsumerProtocolAssignment(to: Writer, message: ConsumerProtocolAssignmentInput): void {
  const assignedPartitions = message.assignedPartitions;
  to.arrayLength(assignedPartitions.length, false);
  for (const element of assignedPartitions) writeConsumerProtocolAssignmentTopicPartition(to, element);
  to.nullableBytes(message.userData ?? null, false);
}

function readConsumerProtocolAssignmentTopicPartition(from: Reader): ConsumerProtocolAssignmentTopicPartition {
  const topic = from.string(false);
  const partitions = from.int32Array(false);
  return { topic, partitions };
}

function writeConsumerProtocolAssignmentTopicPartition(to: Writer, message: ConsumerProtocolAssignmentTopicPartitionInput): void {
  to.string(message.topic, false);
  to.int32Array(message.partitions, false);
}
