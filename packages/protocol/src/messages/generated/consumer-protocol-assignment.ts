// Generated from schema/ConsumerProtocolAssignment.api by schema/generate.ts. Change the table, then run it again.
import type { Reader } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { VersionedMessage } from "../api.ts";

/** ConsumerProtocolAssignment, versions 0-3. */
export interface ConsumerProtocolAssignment {
  assignedPartitions: ConsumerProtocolAssignmentTopicPartition[];
  /** Default null. */
  userData: Buffer | null;
}

export interface ConsumerProtocolAssignmentInput {
  readonly assignedPartitions: readonly ConsumerProtocolAssignmentTopicPartitionInput[];
  readonly userData?: Uint8Array | null | undefined;
}

export interface ConsumerProtocolAssignmentTopicPartition {
  topic: string;
  partitions: number[];
}

export interface ConsumerProtocolAssignmentTopicPartitionInput {
  readonly topic: string;
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
