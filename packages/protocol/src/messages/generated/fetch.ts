// Generated from schema/Fetch.api by schema/generate.ts. Change the table, then run it again.
import { type Reader, type UnknownTaggedField, zeroUuid } from "../../bytes/reader.ts";
import type { RecordsInput, Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** FetchRequest (key 1), versions 4-18. */
export interface FetchRequest {
  /** Version 12 on, tag 0, default null. */
  clusterId: string | null;
  /** Versions 4 to 14. -1: a consumer. */
  replicaId: number;
  /** Version 15 on, tag 1. */
  replicaState: FetchReplicaState;
  maxWaitMs: number;
  minBytes: number;
  /** Default 2147483647. */
  maxBytes: number;
  /** 0: read uncommitted, 1: read committed. */
  isolationLevel: number;
  /** Version 7 on, default 0. */
  sessionId: number;
  /** Version 7 on, default -1. 0: begin a session, -1: none or end it. */
  sessionEpoch: number;
  topics: FetchTopic[];
  /** Version 7 on. Partitions to take out of the session. */
  forgottenTopicsData: FetchForgottenTopic[];
  /** Version 11 on. */
  rackId: string;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchRequestInput {
  readonly clusterId?: string | null | undefined;
  readonly replicaId?: number | undefined;
  readonly replicaState?: FetchReplicaStateInput | undefined;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes?: number | undefined;
  readonly isolationLevel?: number | undefined;
  readonly sessionId?: number | undefined;
  readonly sessionEpoch?: number | undefined;
  readonly topics: readonly FetchTopicInput[];
  readonly forgottenTopicsData?: readonly FetchForgottenTopicInput[] | undefined;
  readonly rackId?: string | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchReplicaState {
  /** Default -1. */
  replicaId: number;
  /** Default -1. */
  replicaEpoch: bigint;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchReplicaStateInput {
  readonly replicaId?: number | undefined;
  readonly replicaEpoch?: bigint | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchTopic {
  /** Versions 4 to 12. */
  topic: string;
  /** Version 13 on. */
  topicId: string;
  partitions: FetchPartition[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchTopicInput {
  readonly topic?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly FetchPartitionInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchPartition {
  partition: number;
  /** Version 9 on. -1: unknown, not checked. */
  currentLeaderEpoch: number;
  fetchOffset: bigint;
  /** Version 12 on. -1: consumers and brokers without truncation by fetch. */
  lastFetchedEpoch: number;
  /** Version 5 on, default -1. Followers only. */
  logStartOffset: bigint;
  partitionMaxBytes: number;
  /** Version 17 on, tag 0. */
  replicaDirectoryId: string;
  /** Version 18 on, tag 1, default 9223372036854775807. */
  highWatermark: bigint;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchPartitionInput {
  readonly partition: number;
  readonly currentLeaderEpoch?: number | undefined;
  readonly fetchOffset: bigint;
  readonly lastFetchedEpoch?: number | undefined;
  readonly logStartOffset?: bigint | undefined;
  readonly partitionMaxBytes: number;
  readonly replicaDirectoryId?: string | undefined;
  readonly highWatermark?: bigint | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchForgottenTopic {
  /** Versions 7 to 12. */
  topic: string;
  /** Version 13 on. */
  topicId: string;
  partitions: number[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchForgottenTopicInput {
  readonly topic?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly number[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** FetchResponse (key 1), versions 4-18. */
export interface FetchResponse {
  /** Default 0. */
  throttleTimeMs: number;
  /** Version 7 on. */
  errorCode: number;
  /** Version 7 on, default 0. */
  sessionId: number;
  responses: FetchTopicResponse[];
  /** Version 16 on, tag 0. */
  nodeEndpoints: FetchNodeEndpoint[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode?: number | undefined;
  readonly sessionId?: number | undefined;
  readonly responses: readonly FetchTopicResponseInput[];
  readonly nodeEndpoints?: readonly FetchNodeEndpointInput[] | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchTopicResponse {
  /** Versions 4 to 12. */
  topic: string;
  /** Version 13 on. */
  topicId: string;
  partitions: FetchPartitionResponse[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchTopicResponseInput {
  readonly topic?: string | undefined;
  readonly topicId?: string | undefined;
  readonly partitions: readonly FetchPartitionResponseInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchPartitionResponse {
  partitionIndex: number;
  errorCode: number;
  highWatermark: bigint;
  /** Default -1. */
  lastStableOffset: bigint;
  /** Version 5 on, default -1. */
  logStartOffset: bigint;
  /** Version 12 on, tag 0. Point at which the log of a follower diverges from the leader's. */
  divergingEpoch: FetchEpochEndOffset;
  /** Version 12 on, tag 1. Given when the request went to another. */
  currentLeader: FetchLeaderIdAndEpoch;
  /** Version 12 on, tag 2. */
  snapshotId: FetchSnapshotId;
  /** Read committed only. */
  abortedTransactions: AbortedTransaction[] | null;
  /** Version 11 on. -1: this broker. */
  preferredReadReplica: number;
  /** The last batch may be cut off. */
  records: Buffer | null;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchPartitionResponseInput {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly lastStableOffset?: bigint | undefined;
  readonly logStartOffset?: bigint | undefined;
  readonly divergingEpoch?: FetchEpochEndOffsetInput | undefined;
  readonly currentLeader?: FetchLeaderIdAndEpochInput | undefined;
  readonly snapshotId?: FetchSnapshotIdInput | undefined;
  readonly abortedTransactions: readonly AbortedTransactionInput[] | null;
  readonly preferredReadReplica?: number | undefined;
  readonly records: RecordsInput;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchEpochEndOffset {
  /** Default -1. */
  epoch: number;
  /** Default -1. */
  endOffset: bigint;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchEpochEndOffsetInput {
  readonly epoch?: number | undefined;
  readonly endOffset?: bigint | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchLeaderIdAndEpoch {
  /** Default -1. */
  leaderId: number;
  /** Default -1. */
  leaderEpoch: number;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchLeaderIdAndEpochInput {
  readonly leaderId?: number | undefined;
  readonly leaderEpoch?: number | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchSnapshotId {
  /** Default -1. */
  endOffset: bigint;
  /** Default -1. */
  epoch: number;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchSnapshotIdInput {
  readonly endOffset?: bigint | undefined;
  readonly epoch?: number | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface AbortedTransaction {
  producerId: bigint;
  firstOffset: bigint;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export type AbortedTransactionInput = Readonly<AbortedTransaction>;

export interface FetchNodeEndpoint {
  nodeId: number;
  host: string;
  port: number;
  /** Default null. */
  rack: string | null;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface FetchNodeEndpointInput {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack?: string | null | undefined;
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
