// Generated from schema/Fetch.api by schema/generate.ts. Change the table, then run it again.
import { type Reader, type UnknownTaggedField, zeroUuid } from "../../bytes/reader.ts";
import type { RecordsInput, Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** FetchRequest (key 1), versions 4-18. */
export interface FetchRequest {
  /** Id of the cluster. Version 12 on, tag 0, default null. */
  clusterId: string | null;
  /** Node id of the follower that fetches. -1: a consumer. Versions 4 to 14. */
  replicaId: number;
  /** Follower that fetches. Version 15 on, tag 1. */
  replicaState: FetchReplicaState;
  /** Time that the broker waits for `minBytes`, in milliseconds. */
  maxWaitMs: number;
  /** Number of bytes for which the broker waits, up to `maxWaitMs`. */
  minBytes: number;
  /** Upper bound of the answer in bytes; the first batch comes whole even if larger. Default 2147483647. */
  maxBytes: number;
  /** Records to read. 0: read uncommitted, 1: read committed. */
  isolationLevel: number;
  /** Id of the fetch session; 0: none. Version 7 on, default 0. */
  sessionId: number;
  /** Number of the request in the fetch session. 0: begin a session, -1: none or end it. Version 7 on, default -1. */
  sessionEpoch: number;
  /** Topics of the request or answer. */
  topics: FetchTopic[];
  /** Partitions that leave the fetch session. Version 7 on. */
  forgottenTopicsData: FetchForgottenTopic[];
  /** Rack of the client (`client.rack`). Version 11 on. */
  rackId: string;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link FetchRequest} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface FetchRequestInput {
  /** Id of the cluster. Version 12 on, tag 0, default null. */
  readonly clusterId?: string | null | undefined;
  /** Node id of the follower that fetches. -1: a consumer. Versions 4 to 14. */
  readonly replicaId?: number | undefined;
  /** Follower that fetches. Version 15 on, tag 1. */
  readonly replicaState?: FetchReplicaStateInput | undefined;
  /** Time that the broker waits for `minBytes`, in milliseconds. */
  readonly maxWaitMs: number;
  /** Number of bytes for which the broker waits, up to `maxWaitMs`. */
  readonly minBytes: number;
  /** Upper bound of the answer in bytes; the first batch comes whole even if larger. Default 2147483647. */
  readonly maxBytes?: number | undefined;
  /** Records to read. 0: read uncommitted, 1: read committed. */
  readonly isolationLevel?: number | undefined;
  /** Id of the fetch session; 0: none. Version 7 on, default 0. */
  readonly sessionId?: number | undefined;
  /** Number of the request in the fetch session. 0: begin a session, -1: none or end it. Version 7 on, default -1. */
  readonly sessionEpoch?: number | undefined;
  /** Topics of the request or answer. */
  readonly topics: readonly FetchTopicInput[];
  /** Partitions that leave the fetch session. Version 7 on. */
  readonly forgottenTopicsData?: readonly FetchForgottenTopicInput[] | undefined;
  /** Rack of the client (`client.rack`). Version 11 on. */
  readonly rackId?: string | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `FetchRequest.replicaState`, versions 15-18. */
export interface FetchReplicaState {
  /** Node id of the follower that fetches. Default -1. */
  replicaId: number;
  /** Epoch of the follower's broker. Default -1. */
  replicaEpoch: bigint;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link FetchReplicaState} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface FetchReplicaStateInput {
  /** Node id of the follower that fetches. Default -1. */
  readonly replicaId?: number | undefined;
  /** Epoch of the follower's broker. Default -1. */
  readonly replicaEpoch?: bigint | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `FetchRequest.topics`, versions 4-18. */
export interface FetchTopic {
  /** Name of the topic. Versions 4 to 12. */
  topic: string;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 13 on. */
  topicId: string;
  /** Partitions of the topic. */
  partitions: FetchPartition[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link FetchTopic} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface FetchTopicInput {
  /** Name of the topic. Versions 4 to 12. */
  readonly topic?: string | undefined;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 13 on. */
  readonly topicId?: string | undefined;
  /** Partitions of the topic. */
  readonly partitions: readonly FetchPartitionInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `FetchTopic.partitions`, versions 4-18. */
export interface FetchPartition {
  /** Number of the partition, from 0. */
  partition: number;
  /** Leader epoch that the client knows; the broker refuses an older one. -1: unknown, not checked. Version 9 on. */
  currentLeaderEpoch: number;
  /** Offset of the first record to read. */
  fetchOffset: bigint;
  /**
   * Leader epoch of the last record that the follower has. -1: consumers and brokers without truncation by fetch. Version 12
   * on.
   */
  lastFetchedEpoch: number;
  /** Lowest offset that can be read. Followers only. Version 5 on, default -1. */
  logStartOffset: bigint;
  /** Upper bound of the partition in the answer, in bytes. */
  partitionMaxBytes: number;
  /** Id of the follower's log directory. Version 17 on, tag 0. */
  replicaDirectoryId: string;
  /** Offset after the last record that all in-sync replicas have. Version 18 on, tag 1, default 9223372036854775807. */
  highWatermark: bigint;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link FetchPartition} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface FetchPartitionInput {
  /** Number of the partition, from 0. */
  readonly partition: number;
  /** Leader epoch that the client knows; the broker refuses an older one. -1: unknown, not checked. Version 9 on. */
  readonly currentLeaderEpoch?: number | undefined;
  /** Offset of the first record to read. */
  readonly fetchOffset: bigint;
  /**
   * Leader epoch of the last record that the follower has. -1: consumers and brokers without truncation by fetch. Version 12
   * on.
   */
  readonly lastFetchedEpoch?: number | undefined;
  /** Lowest offset that can be read. Followers only. Version 5 on, default -1. */
  readonly logStartOffset?: bigint | undefined;
  /** Upper bound of the partition in the answer, in bytes. */
  readonly partitionMaxBytes: number;
  /** Id of the follower's log directory. Version 17 on, tag 0. */
  readonly replicaDirectoryId?: string | undefined;
  /** Offset after the last record that all in-sync replicas have. Version 18 on, tag 1, default 9223372036854775807. */
  readonly highWatermark?: bigint | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `FetchRequest.forgottenTopicsData`, versions 7-18. */
export interface FetchForgottenTopic {
  /** Name of the topic. Versions 7 to 12. */
  topic: string;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 13 on. */
  topicId: string;
  /** Partitions of the topic. */
  partitions: number[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link FetchForgottenTopic} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface FetchForgottenTopicInput {
  /** Name of the topic. Versions 7 to 12. */
  readonly topic?: string | undefined;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 13 on. */
  readonly topicId?: string | undefined;
  /** Partitions of the topic. */
  readonly partitions: readonly number[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** FetchResponse (key 1), versions 4-18. */
export interface FetchResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  throttleTimeMs: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. Version 7 on. */
  errorCode: number;
  /** Id of the fetch session; 0: none. Version 7 on, default 0. */
  sessionId: number;
  /** Outcomes by topic. */
  responses: FetchTopicResponse[];
  /** Addresses of the leaders that the answer names. Version 16 on, tag 0. */
  nodeEndpoints: FetchNodeEndpoint[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link FetchResponse} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface FetchResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. Version 7 on. */
  readonly errorCode?: number | undefined;
  /** Id of the fetch session; 0: none. Version 7 on, default 0. */
  readonly sessionId?: number | undefined;
  /** Outcomes by topic. */
  readonly responses: readonly FetchTopicResponseInput[];
  /** Addresses of the leaders that the answer names. Version 16 on, tag 0. */
  readonly nodeEndpoints?: readonly FetchNodeEndpointInput[] | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `FetchResponse.responses`, versions 4-18. */
export interface FetchTopicResponse {
  /** Name of the topic. Versions 4 to 12. */
  topic: string;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 13 on. */
  topicId: string;
  /** Partitions of the topic. */
  partitions: FetchPartitionResponse[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link FetchTopicResponse} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface FetchTopicResponseInput {
  /** Name of the topic. Versions 4 to 12. */
  readonly topic?: string | undefined;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 13 on. */
  readonly topicId?: string | undefined;
  /** Partitions of the topic. */
  readonly partitions: readonly FetchPartitionResponseInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `FetchTopicResponse.partitions`, versions 4-18. */
export interface FetchPartitionResponse {
  /** Number of the partition, from 0. */
  partitionIndex: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Offset after the last record that all in-sync replicas have. */
  highWatermark: bigint;
  /** Offset below which all transactions are decided. Default -1. */
  lastStableOffset: bigint;
  /** Lowest offset that can be read. Version 5 on, default -1. */
  logStartOffset: bigint;
  /** Answer to a follower instead of records. Point at which its log diverges from the leader's. Version 12 on, tag 0. */
  divergingEpoch: FetchEpochEndOffset;
  /** Leader of the partition, if it is another broker. Only if the request went to another. Version 12 on, tag 1. */
  currentLeader: FetchLeaderIdAndEpoch;
  /** Snapshot to fetch before the log goes on; controllers only. Version 12 on, tag 2. */
  snapshotId: FetchSnapshotId;
  /** Aborted transactions with records in this answer; skip their records. Read committed only. */
  abortedTransactions: AbortedTransaction[] | null;
  /** Node id of the replica to fetch from. -1: this broker. Version 11 on. */
  preferredReadReplica: number;
  /** Record batches as they are in the log. The last batch may be cut off. */
  records: Buffer | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link FetchPartitionResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface FetchPartitionResponseInput {
  /** Number of the partition, from 0. */
  readonly partitionIndex: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Offset after the last record that all in-sync replicas have. */
  readonly highWatermark: bigint;
  /** Offset below which all transactions are decided. Default -1. */
  readonly lastStableOffset?: bigint | undefined;
  /** Lowest offset that can be read. Version 5 on, default -1. */
  readonly logStartOffset?: bigint | undefined;
  /** Answer to a follower instead of records. Point at which its log diverges from the leader's. Version 12 on, tag 0. */
  readonly divergingEpoch?: FetchEpochEndOffsetInput | undefined;
  /** Leader of the partition, if it is another broker. Only if the request went to another. Version 12 on, tag 1. */
  readonly currentLeader?: FetchLeaderIdAndEpochInput | undefined;
  /** Snapshot to fetch before the log goes on; controllers only. Version 12 on, tag 2. */
  readonly snapshotId?: FetchSnapshotIdInput | undefined;
  /** Aborted transactions with records in this answer; skip their records. Read committed only. */
  readonly abortedTransactions: readonly AbortedTransactionInput[] | null;
  /** Node id of the replica to fetch from. -1: this broker. Version 11 on. */
  readonly preferredReadReplica?: number | undefined;
  /** Record batches as they are in the log. The last batch may be cut off. */
  readonly records: RecordsInput;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `FetchPartitionResponse.divergingEpoch`, versions 12-18. */
export interface FetchEpochEndOffset {
  /** Leader epoch. Default -1. */
  epoch: number;
  /** Offset after the last record of the epoch. Default -1. */
  endOffset: bigint;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link FetchEpochEndOffset} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface FetchEpochEndOffsetInput {
  /** Leader epoch. Default -1. */
  readonly epoch?: number | undefined;
  /** Offset after the last record of the epoch. Default -1. */
  readonly endOffset?: bigint | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `FetchPartitionResponse.currentLeader`, versions 12-18. */
export interface FetchLeaderIdAndEpoch {
  /** Node id of the leader; -1: none or unknown. Default -1. */
  leaderId: number;
  /** Number of the leadership of the partition, which rises with each change; -1: unknown. Default -1. */
  leaderEpoch: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link FetchLeaderIdAndEpoch} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface FetchLeaderIdAndEpochInput {
  /** Node id of the leader; -1: none or unknown. Default -1. */
  readonly leaderId?: number | undefined;
  /** Number of the leadership of the partition, which rises with each change; -1: unknown. Default -1. */
  readonly leaderEpoch?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `FetchPartitionResponse.snapshotId`, versions 12-18. */
export interface FetchSnapshotId {
  /** Offset after the last record of the snapshot. Default -1. */
  endOffset: bigint;
  /** Leader epoch. Default -1. */
  epoch: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link FetchSnapshotId} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface FetchSnapshotIdInput {
  /** Offset after the last record of the snapshot. Default -1. */
  readonly endOffset?: bigint | undefined;
  /** Leader epoch. Default -1. */
  readonly epoch?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `FetchPartitionResponse.abortedTransactions`, versions 4-18. */
export interface AbortedTransaction {
  /** Id of the producer. */
  producerId: bigint;
  /** Offset of the first record of the transaction. */
  firstOffset: bigint;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link AbortedTransaction} for writing. */
export type AbortedTransactionInput = Readonly<AbortedTransaction>;

/** Part of `FetchResponse.nodeEndpoints`, versions 16-18. */
export interface FetchNodeEndpoint {
  /** Node id of the broker. */
  nodeId: number;
  /** Name or address of the advertised listener. */
  host: string;
  /** Port of the advertised listener. */
  port: number;
  /** Rack of the broker (`broker.rack`); null: none. Default null. */
  rack: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link FetchNodeEndpoint} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface FetchNodeEndpointInput {
  /** Node id of the broker. */
  readonly nodeId: number;
  /** Name or address of the advertised listener. */
  readonly host: string;
  /** Port of the advertised listener. */
  readonly port: number;
  /** Rack of the broker (`broker.rack`); null: none. Default null. */
  readonly rack?: string | null | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Reads record batches of partitions.
 * 7: sessions that send only what changed (KIP-227). 9: leader epoch (KIP-320). 10: zstd. 11: rack (KIP-392). 12:
 * flexible, diverging epoch (KIP-595). 13: topic ids (KIP-516). 15: replica state (KIP-903). 16: new leaders in the
 * answer (KIP-951). 17: directory ids (KIP-853). 18: high watermark (KIP-1166).
 */
export const fetch: Api<FetchRequest, FetchResponse, FetchRequestInput, FetchResponseInput> = {
  key: 1,
  name: "Fetch",
  minVersion: 4,
  maxVersion: 18,
  flexibleFrom: 12,
  request: { read: readFetchRequest, write: writeFetchRequest },
  response: { read: readFetchResponse, write: writeFetchResponse },
};

function defaultFetchReplicaState(): FetchReplicaState {
  return { replicaId: -1, replicaEpoch: -1n, unknownTaggedFields: undefined };
}

function isDefaultFetchReplicaState(message: FetchReplicaStateInput): boolean {
  return (
    (message.replicaId === undefined || message.replicaId === -1) &&
    (message.replicaEpoch === undefined || message.replicaEpoch === -1n) &&
    message.unknownTaggedFields === undefined
  );
}

function defaultFetchEpochEndOffset(): FetchEpochEndOffset {
  return { epoch: -1, endOffset: -1n, unknownTaggedFields: undefined };
}

function isDefaultFetchEpochEndOffset(message: FetchEpochEndOffsetInput): boolean {
  return (
    (message.epoch === undefined || message.epoch === -1) &&
    (message.endOffset === undefined || message.endOffset === -1n) &&
    message.unknownTaggedFields === undefined
  );
}

function defaultFetchLeaderIdAndEpoch(): FetchLeaderIdAndEpoch {
  return { leaderId: -1, leaderEpoch: -1, unknownTaggedFields: undefined };
}

function isDefaultFetchLeaderIdAndEpoch(message: FetchLeaderIdAndEpochInput): boolean {
  return (
    (message.leaderId === undefined || message.leaderId === -1) &&
    (message.leaderEpoch === undefined || message.leaderEpoch === -1) &&
    message.unknownTaggedFields === undefined
  );
}

function defaultFetchSnapshotId(): FetchSnapshotId {
  return { endOffset: -1n, epoch: -1, unknownTaggedFields: undefined };
}

function isDefaultFetchSnapshotId(message: FetchSnapshotIdInput): boolean {
  return (
    (message.endOffset === undefined || message.endOffset === -1n) &&
    (message.epoch === undefined || message.epoch === -1) &&
    message.unknownTaggedFields === undefined
  );
}

function readFetchRequest(from: Reader, version: number): FetchRequest {
  const flexible = version >= 12;
  const replicaId = version <= 14 ? from.int32() : -1;
  const maxWaitMs = from.int32();
  const minBytes = from.int32();
  const maxBytes = from.int32();
  const isolationLevel = from.int8();
  const sessionId = version >= 7 ? from.int32() : 0;
  const sessionEpoch = version >= 7 ? from.int32() : -1;
  const topicsCount = from.arrayLength(flexible);
  const topics: FetchTopic[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readFetchTopic(from, version));
  const forgottenTopicsDataCount = version >= 7 ? from.arrayLength(flexible) : 0;
  const forgottenTopicsData: FetchForgottenTopic[] = [];
  for (let i = 0; i < forgottenTopicsDataCount; i += 1) forgottenTopicsData.push(readFetchForgottenTopic(from, version));
  const rackId = version >= 11 ? from.string(flexible) : "";
  let clusterId: FetchRequest["clusterId"] = null;
  let replicaState: FetchRequest["replicaState"] = defaultFetchReplicaState();
  let unknownTaggedFields: UnknownTaggedField[] | undefined;
  if (flexible) {
    for (let left = from.unsignedVarint(); left > 0; left -= 1) {
      const tag = from.unsignedVarint();
      switch (tag) {
        case 0: {
          const end = from.taggedFieldEnd();
          clusterId = from.nullableString(true);
          from.expectPosition(end);
          break;
        }
        case 1: {
          if (!(version >= 15)) throw from.malformed("tag 1 is not valid in version " + version);
          const end = from.taggedFieldEnd();
          replicaState = readFetchReplicaState(from);
          from.expectPosition(end);
          break;
        }
        default:
          unknownTaggedFields = from.unknownTaggedField(unknownTaggedFields, tag);
      }
    }
  }
  return {
    clusterId,
    replicaId,
    replicaState,
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel,
    sessionId,
    sessionEpoch,
    topics,
    forgottenTopicsData,
    rackId,
    unknownTaggedFields,
  };
}

function writeFetchRequest(to: Writer, message: FetchRequestInput, version: number): void {
  const flexible = version >= 12;
  if (version <= 14) to.int32(message.replicaId ?? -1);
  to.int32(message.maxWaitMs);
  to.int32(message.minBytes);
  to.int32(message.maxBytes ?? 2147483647);
  to.int8(message.isolationLevel ?? 0);
  if (version >= 7) to.int32(message.sessionId ?? 0);
  if (version >= 7) to.int32(message.sessionEpoch ?? -1);
  const topics = message.topics;
  to.arrayLength(topics.length, flexible);
  for (const element of topics) writeFetchTopic(to, element, version);
  if (version >= 7) {
    const forgottenTopicsData = message.forgottenTopicsData ?? [];
    to.arrayLength(forgottenTopicsData.length, flexible);
    for (const element of forgottenTopicsData) writeFetchForgottenTopic(to, element, version);
  }
  if (version >= 11) to.string(message.rackId ?? "", flexible);
  if (flexible) {
    const unknown = message.unknownTaggedFields;
    const clusterId = message.clusterId ?? null;
    const hasClusterId = clusterId !== null;
    const replicaState = message.replicaState;
    const hasReplicaState = version >= 15 && replicaState !== undefined && !isDefaultFetchReplicaState(replicaState);
    to.unsignedVarint((unknown === undefined ? 0 : unknown.length) + (hasClusterId ? 1 : 0) + (hasReplicaState ? 1 : 0));
    if (hasClusterId) {
      const at = to.beginTaggedField(0);
      to.nullableString(clusterId, true);
      to.endTaggedField(at);
    }
    if (hasReplicaState) {
      const at = to.beginTaggedField(1);
      writeFetchReplicaState(to, replicaState);
      to.endTaggedField(at);
    }
    to.unknownTaggedFieldsBetween(unknown, 2, Infinity);
  }
}

function readFetchReplicaState(from: Reader): FetchReplicaState {
  const replicaId = from.int32();
  const replicaEpoch = from.int64();
  const unknownTaggedFields = from.unknownTaggedFields();
  return { replicaId, replicaEpoch, unknownTaggedFields };
}

function writeFetchReplicaState(to: Writer, message: FetchReplicaStateInput): void {
  to.int32(message.replicaId ?? -1);
  to.int64(message.replicaEpoch ?? -1n);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readFetchTopic(from: Reader, version: number): FetchTopic {
  const flexible = version >= 12;
  const topic = version <= 12 ? from.string(flexible) : "";
  const topicId = version >= 13 ? from.uuid() : zeroUuid;
  const partitionsCount = from.arrayLength(flexible);
  const partitions: FetchPartition[] = [];
  for (let i = 0; i < partitionsCount; i += 1) partitions.push(readFetchPartition(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { topic, topicId, partitions, unknownTaggedFields };
}

function writeFetchTopic(to: Writer, message: FetchTopicInput, version: number): void {
  const flexible = version >= 12;
  if (version <= 12) to.string(message.topic ?? "", flexible);
  if (version >= 13) to.uuid(message.topicId ?? zeroUuid);
  const partitions = message.partitions;
  to.arrayLength(partitions.length, flexible);
  for (const element of partitions) writeFetchPartition(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readFetchPartition(from: Reader, version: number): FetchPartition {
  const flexible = version >= 12;
  const partition = from.int32();
  const currentLeaderEpoch = version >= 9 ? from.int32() : -1;
  const fetchOffset = from.int64();
  const lastFetchedEpoch = version >= 12 ? from.int32() : -1;
  const logStartOffset = version >= 5 ? from.int64() : -1n;
  const partitionMaxBytes = from.int32();
  let replicaDirectoryId: FetchPartition["replicaDirectoryId"] = zeroUuid;
  let highWatermark: FetchPartition["highWatermark"] = 9223372036854775807n;
  let unknownTaggedFields: UnknownTaggedField[] | undefined;
  if (flexible) {
    for (let left = from.unsignedVarint(); left > 0; left -= 1) {
      const tag = from.unsignedVarint();
      switch (tag) {
        case 0: {
          if (!(version >= 17)) throw from.malformed("tag 0 is not valid in version " + version);
          const end = from.taggedFieldEnd();
          replicaDirectoryId = from.uuid();
          from.expectPosition(end);
          break;
        }
        case 1: {
          if (!(version >= 18)) throw from.malformed("tag 1 is not valid in version " + version);
          const end = from.taggedFieldEnd();
          highWatermark = from.int64();
          from.expectPosition(end);
          break;
        }
        default:
          unknownTaggedFields = from.unknownTaggedField(unknownTaggedFields, tag);
      }
    }
  }
  return {
    partition,
    currentLeaderEpoch,
    fetchOffset,
    lastFetchedEpoch,
    logStartOffset,
    partitionMaxBytes,
    replicaDirectoryId,
    highWatermark,
    unknownTaggedFields,
  };
}

function writeFetchPartition(to: Writer, message: FetchPartitionInput, version: number): void {
  const flexible = version >= 12;
  to.int32(message.partition);
  if (version >= 9) to.int32(message.currentLeaderEpoch ?? -1);
  to.int64(message.fetchOffset);
  if (version >= 12) to.int32(message.lastFetchedEpoch ?? -1);
  if (version >= 5) to.int64(message.logStartOffset ?? -1n);
  to.int32(message.partitionMaxBytes);
  if (flexible) {
    const unknown = message.unknownTaggedFields;
    const replicaDirectoryId = message.replicaDirectoryId ?? zeroUuid;
    const hasReplicaDirectoryId = version >= 17 && replicaDirectoryId !== zeroUuid;
    const highWatermark = message.highWatermark ?? 9223372036854775807n;
    const hasHighWatermark = version >= 18 && highWatermark !== 9223372036854775807n;
    to.unsignedVarint(
      (unknown === undefined ? 0 : unknown.length) + (hasReplicaDirectoryId ? 1 : 0) + (hasHighWatermark ? 1 : 0),
    );
    if (hasReplicaDirectoryId) {
      const at = to.beginTaggedField(0);
      to.uuid(replicaDirectoryId);
      to.endTaggedField(at);
    }
    if (hasHighWatermark) {
      const at = to.beginTaggedField(1);
      to.int64(highWatermark);
      to.endTaggedField(at);
    }
    to.unknownTaggedFieldsBetween(unknown, 2, Infinity);
  }
}

function readFetchForgottenTopic(from: Reader, version: number): FetchForgottenTopic {
  const flexible = version >= 12;
  const topic = version <= 12 ? from.string(flexible) : "";
  const topicId = version >= 13 ? from.uuid() : zeroUuid;
  const partitions = from.int32Array(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { topic, topicId, partitions, unknownTaggedFields };
}

function writeFetchForgottenTopic(to: Writer, message: FetchForgottenTopicInput, version: number): void {
  const flexible = version >= 12;
  if (version <= 12) to.string(message.topic ?? "", flexible);
  if (version >= 13) to.uuid(message.topicId ?? zeroUuid);
  to.int32Array(message.partitions, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readFetchResponse(from: Reader, version: number): FetchResponse {
  const flexible = version >= 12;
  const throttleTimeMs = from.int32();
  const errorCode = version >= 7 ? from.int16() : 0;
  const sessionId = version >= 7 ? from.int32() : 0;
  const responsesCount = from.arrayLength(flexible);
  const responses: FetchTopicResponse[] = [];
  for (let i = 0; i < responsesCount; i += 1) responses.push(readFetchTopicResponse(from, version));
  let nodeEndpoints: FetchResponse["nodeEndpoints"] = [];
  let unknownTaggedFields: UnknownTaggedField[] | undefined;
  if (flexible) {
    for (let left = from.unsignedVarint(); left > 0; left -= 1) {
      const tag = from.unsignedVarint();
      switch (tag) {
        case 0: {
          if (!(version >= 16)) throw from.malformed("tag 0 is not valid in version " + version);
          const end = from.taggedFieldEnd();
          const count = from.arrayLength(true);
          const list: FetchNodeEndpoint[] = [];
          for (let i = 0; i < count; i += 1) list.push(readFetchNodeEndpoint(from));
          nodeEndpoints = list;
          from.expectPosition(end);
          break;
        }
        default:
          unknownTaggedFields = from.unknownTaggedField(unknownTaggedFields, tag);
      }
    }
  }
  return { throttleTimeMs, errorCode, sessionId, responses, nodeEndpoints, unknownTaggedFields };
}

function writeFetchResponse(to: Writer, message: FetchResponseInput, version: number): void {
  const flexible = version >= 12;
  to.int32(message.throttleTimeMs ?? 0);
  if (version >= 7) to.int16(message.errorCode ?? 0);
  if (version >= 7) to.int32(message.sessionId ?? 0);
  const responses = message.responses;
  to.arrayLength(responses.length, flexible);
  for (const element of responses) writeFetchTopicResponse(to, element, version);
  if (flexible) {
    const unknown = message.unknownTaggedFields;
    const nodeEndpoints = message.nodeEndpoints ?? [];
    const hasNodeEndpoints = version >= 16 && nodeEndpoints.length > 0;
    to.unsignedVarint((unknown === undefined ? 0 : unknown.length) + (hasNodeEndpoints ? 1 : 0));
    if (hasNodeEndpoints) {
      const at = to.beginTaggedField(0);
      to.arrayLength(nodeEndpoints.length, true);
      for (const element of nodeEndpoints) writeFetchNodeEndpoint(to, element);
      to.endTaggedField(at);
    }
    to.unknownTaggedFieldsBetween(unknown, 1, Infinity);
  }
}

function readFetchTopicResponse(from: Reader, version: number): FetchTopicResponse {
  const flexible = version >= 12;
  const topic = version <= 12 ? from.string(flexible) : "";
  const topicId = version >= 13 ? from.uuid() : zeroUuid;
  const partitionsCount = from.arrayLength(flexible);
  const partitions: FetchPartitionResponse[] = [];
  for (let i = 0; i < partitionsCount; i += 1) partitions.push(readFetchPartitionResponse(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { topic, topicId, partitions, unknownTaggedFields };
}

function writeFetchTopicResponse(to: Writer, message: FetchTopicResponseInput, version: number): void {
  const flexible = version >= 12;
  if (version <= 12) to.string(message.topic ?? "", flexible);
  if (version >= 13) to.uuid(message.topicId ?? zeroUuid);
  const partitions = message.partitions;
  to.arrayLength(partitions.length, flexible);
  for (const element of partitions) writeFetchPartitionResponse(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readFetchPartitionResponse(from: Reader, version: number): FetchPartitionResponse {
  const flexible = version >= 12;
  const partitionIndex = from.int32();
  const errorCode = from.int16();
  const highWatermark = from.int64();
  const lastStableOffset = from.int64();
  const logStartOffset = version >= 5 ? from.int64() : -1n;
  const abortedTransactionsCount = from.nullableArrayLength(flexible);
  const abortedTransactions: AbortedTransaction[] | null = abortedTransactionsCount < 0 ? null : [];
  for (let i = 0; i < abortedTransactionsCount; i += 1) abortedTransactions!.push(readAbortedTransaction(from, version));
  const preferredReadReplica = version >= 11 ? from.int32() : -1;
  const records = from.nullableBytes(flexible);
  let divergingEpoch: FetchPartitionResponse["divergingEpoch"] = defaultFetchEpochEndOffset();
  let currentLeader: FetchPartitionResponse["currentLeader"] = defaultFetchLeaderIdAndEpoch();
  let snapshotId: FetchPartitionResponse["snapshotId"] = defaultFetchSnapshotId();
  let unknownTaggedFields: UnknownTaggedField[] | undefined;
  if (flexible) {
    for (let left = from.unsignedVarint(); left > 0; left -= 1) {
      const tag = from.unsignedVarint();
      switch (tag) {
        case 0: {
          const end = from.taggedFieldEnd();
          divergingEpoch = readFetchEpochEndOffset(from);
          from.expectPosition(end);
          break;
        }
        case 1: {
          const end = from.taggedFieldEnd();
          currentLeader = readFetchLeaderIdAndEpoch(from);
          from.expectPosition(end);
          break;
        }
        case 2: {
          const end = from.taggedFieldEnd();
          snapshotId = readFetchSnapshotId(from);
          from.expectPosition(end);
          break;
        }
        default:
          unknownTaggedFields = from.unknownTaggedField(unknownTaggedFields, tag);
      }
    }
  }
  return {
    partitionIndex,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    divergingEpoch,
    currentLeader,
    snapshotId,
    abortedTransactions,
    preferredReadReplica,
    records,
    unknownTaggedFields,
  };
}

function writeFetchPartitionResponse(to: Writer, message: FetchPartitionResponseInput, version: number): void {
  const flexible = version >= 12;
  to.int32(message.partitionIndex);
  to.int16(message.errorCode);
  to.int64(message.highWatermark);
  to.int64(message.lastStableOffset ?? -1n);
  if (version >= 5) to.int64(message.logStartOffset ?? -1n);
  const abortedTransactions = message.abortedTransactions;
  if (abortedTransactions === null) to.nullArray(flexible);
  else {
    to.arrayLength(abortedTransactions.length, flexible);
    for (const element of abortedTransactions) writeAbortedTransaction(to, element, version);
  }
  if (version >= 11) to.int32(message.preferredReadReplica ?? -1);
  to.nullableRecords(message.records, flexible);
  if (flexible) {
    const unknown = message.unknownTaggedFields;
    const divergingEpoch = message.divergingEpoch;
    const hasDivergingEpoch = divergingEpoch !== undefined && !isDefaultFetchEpochEndOffset(divergingEpoch);
    const currentLeader = message.currentLeader;
    const hasCurrentLeader = currentLeader !== undefined && !isDefaultFetchLeaderIdAndEpoch(currentLeader);
    const snapshotId = message.snapshotId;
    const hasSnapshotId = snapshotId !== undefined && !isDefaultFetchSnapshotId(snapshotId);
    to.unsignedVarint(
      (unknown === undefined ? 0 : unknown.length) +
        (hasDivergingEpoch ? 1 : 0) +
        (hasCurrentLeader ? 1 : 0) +
        (hasSnapshotId ? 1 : 0),
    );
    if (hasDivergingEpoch) {
      const at = to.beginTaggedField(0);
      writeFetchEpochEndOffset(to, divergingEpoch);
      to.endTaggedField(at);
    }
    if (hasCurrentLeader) {
      const at = to.beginTaggedField(1);
      writeFetchLeaderIdAndEpoch(to, currentLeader);
      to.endTaggedField(at);
    }
    if (hasSnapshotId) {
      const at = to.beginTaggedField(2);
      writeFetchSnapshotId(to, snapshotId);
      to.endTaggedField(at);
    }
    to.unknownTaggedFieldsBetween(unknown, 3, Infinity);
  }
}

function readFetchEpochEndOffset(from: Reader): FetchEpochEndOffset {
  const epoch = from.int32();
  const endOffset = from.int64();
  const unknownTaggedFields = from.unknownTaggedFields();
  return { epoch, endOffset, unknownTaggedFields };
}

function writeFetchEpochEndOffset(to: Writer, message: FetchEpochEndOffsetInput): void {
  to.int32(message.epoch ?? -1);
  to.int64(message.endOffset ?? -1n);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readFetchLeaderIdAndEpoch(from: Reader): FetchLeaderIdAndEpoch {
  const leaderId = from.int32();
  const leaderEpoch = from.int32();
  const unknownTaggedFields = from.unknownTaggedFields();
  return { leaderId, leaderEpoch, unknownTaggedFields };
}

function writeFetchLeaderIdAndEpoch(to: Writer, message: FetchLeaderIdAndEpochInput): void {
  to.int32(message.leaderId ?? -1);
  to.int32(message.leaderEpoch ?? -1);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readFetchSnapshotId(from: Reader): FetchSnapshotId {
  const endOffset = from.int64();
  const epoch = from.int32();
  const unknownTaggedFields = from.unknownTaggedFields();
  return { endOffset, epoch, unknownTaggedFields };
}

function writeFetchSnapshotId(to: Writer, message: FetchSnapshotIdInput): void {
  to.int64(message.endOffset ?? -1n);
  to.int32(message.epoch ?? -1);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readAbortedTransaction(from: Reader, version: number): AbortedTransaction {
  const flexible = version >= 12;
  const producerId = from.int64();
  const firstOffset = from.int64();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { producerId, firstOffset, unknownTaggedFields };
}

function writeAbortedTransaction(to: Writer, message: AbortedTransactionInput, version: number): void {
  const flexible = version >= 12;
  to.int64(message.producerId);
  to.int64(message.firstOffset);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readFetchNodeEndpoint(from: Reader): FetchNodeEndpoint {
  const nodeId = from.int32();
  const host = from.string(true);
  const port = from.int32();
  const rack = from.nullableString(true);
  const unknownTaggedFields = from.unknownTaggedFields();
  return { nodeId, host, port, rack, unknownTaggedFields };
}

function writeFetchNodeEndpoint(to: Writer, message: FetchNodeEndpointInput): void {
  to.int32(message.nodeId);
  to.string(message.host, true);
  to.int32(message.port);
  to.nullableString(message.rack ?? null, true);
  to.unknownTaggedFields(message.unknownTaggedFields);
}
