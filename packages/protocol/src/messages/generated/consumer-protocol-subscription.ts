// Generated from schema/ConsumerProtocolSubscription.api by schema/generate.ts. Change the table, then run it again.
import type { Reader } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { VersionedMessage } from "../api.ts";

/** ConsumerProtocolSubscription, versions 0-3. */
export interface ConsumerProtocolSubscription {
  /** Names of the topics to which the member subscribes. */
  topics: string[];
  /** Bytes of the assignor; null: none. Default null. */
  userData: Buffer | null;
  /** Partitions that the member owns, for cooperative rebalancing. Version 1 on. */
  ownedPartitions: ConsumerProtocolSubscriptionTopicPartition[];
  /** Generation in which the owned partitions were assigned. -1: owns nothing yet. Version 2 on. */
  generationId: number;
  /** Rack of the client (`client.rack`). Version 3 on, default null. */
  rackId: string | null;
}

/**
 * Form of {@link ConsumerProtocolSubscription} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface ConsumerProtocolSubscriptionInput {
  /** Names of the topics to which the member subscribes. */
  readonly topics: readonly string[];
  /** Bytes of the assignor; null: none. Default null. */
  readonly userData?: Uint8Array | null | undefined;
  /** Partitions that the member owns, for cooperative rebalancing. Version 1 on. */
  readonly ownedPartitions?: readonly ConsumerProtocolSubscriptionTopicPartitionInput[] | undefined;
  /** Generation in which the owned partitions were assigned. -1: owns nothing yet. Version 2 on. */
  readonly generationId?: number | undefined;
  /** Rack of the client (`client.rack`). Version 3 on, default null. */
  readonly rackId?: string | null | undefined;
}

/** Part of `ConsumerProtocolSubscription.ownedPartitions`, versions 1-3. */
export interface ConsumerProtocolSubscriptionTopicPartition {
  /** Name of the topic. */
  topic: string;
  /** Partitions of the topic. */
  partitions: number[];
}

/**
 * Form of {@link ConsumerProtocolSubscriptionTopicPartition} for writing. Fields that have a default, or that some version
 * lacks, may be left out.
 */
export interface ConsumerProtocolSubscriptionTopicPartitionInput {
  /** Name of the topic. */
  readonly topic: string;
  /** Partitions of the topic. */
  readonly partitions: readonly number[];
}

/**
 * Metadata that a consumer of the classic protocol sends in JoinGroup, after an int16 version.
 * 1: owned partitions (KIP-429). 2: their generation (KIP-792). 3: rack (KIP-881).
 */
export const consumerProtocolSubscription: VersionedMessage<ConsumerProtocolSubscription, ConsumerProtocolSubscriptionInput> = {
  name: "ConsumerProtocolSubscription",
  minVersion: 0,
  maxVersion: 3,
  flexibleFrom: Infinity,
  read: readConsumerProtocolSubscription,
  write: writeConsumerProtocolSubscription,
};

function readConsumerProtocolSubscription(from: Reader, version: number): ConsumerProtocolSubscription {
  const topics = from.stringArray(false);
  const userData = from.nullableBytes(false);
  const ownedPartitionsCount = version >= 1 ? from.arrayLength(false) : 0;
  const ownedPartitions: ConsumerProtocolSubscriptionTopicPartition[] = [];
  for (let i = 0; i < ownedPartitionsCount; i += 1) ownedPartitions.push(readConsumerProtocolSubscriptionTopicPartition(from));
  const generationId = version >= 2 ? from.int32() : -1;
  const rackId = version >= 3 ? from.nullableString(false) : null;
  return { topics, userData, ownedPartitions, generationId, rackId };
}

function writeConsumerProtocolSubscription(to: Writer, message: ConsumerProtocolSubscriptionInput, version: number): void {
  to.stringArray(message.topics, false);
  to.nullableBytes(message.userData ?? null, false);
  if (version >= 1) {
    const ownedPartitions = message.ownedPartitions ?? [];
    to.arrayLength(ownedPartitions.length, false);
    for (const element of ownedPartitions) writeConsumerProtocolSubscriptionTopicPartition(to, element);
  }
  if (version >= 2) to.int32(message.generationId ?? -1);
  if (version >= 3) to.nullableString(message.rackId ?? null, false);
}

function readConsumerProtocolSubscriptionTopicPartition(from: Reader): ConsumerProtocolSubscriptionTopicPartition {
  const topic = from.string(false);
  const partitions = from.int32Array(false);
  return { topic, partitions };
}

function writeConsumerProtocolSubscriptionTopicPartition(
  to: Writer,
  message: ConsumerProtocolSubscriptionTopicPartitionInput,
): void {
  to.string(message.topic, false);
  to.int32Array(message.partitions, false);
}
