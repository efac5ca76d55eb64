// Generated from schema/Produce.api by schema/generate.ts. Change the table, then run it again.
import { type Reader, type UnknownTaggedField, zeroUuid } from "../../bytes/reader.ts";
import type { RecordsInput, Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** ProduceRequest (key 0), versions 3-13. */
export interface ProduceRequest {
  /** Transactional id (`transactional.id`). Null: not in a transaction. */
  transactionalId: string | null;
  /**
   * Replicas that must have the records before the broker answers. 0: none, and no answer comes; 1: the leader; -1: all
   * in-sync replicas.
   */
  acks: number;
  /** Time that the broker may take, in milliseconds. The wait for the replicas. */
  timeoutMs: number;
  /** Records by topic. */
  topicData: TopicProduceData[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link ProduceRequest} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface ProduceRequestInput {
  /** Transactional id (`transactional.id`). Null: not in a transaction. */
  readonly transactionalId?: string | null | undefined;
  /**
   * Replicas that must have the records before the broker answers. 0: none, and no answer comes; 1: the leader; -1: all
   * in-sync replicas.
   */
  readonly acks: number;
  /** Time that the broker may take, in milliseconds. The wait for the replicas. */
  readonly timeoutMs: number;
  /** Records by topic. */
  readonly topicData: readonly TopicProduceDataInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `ProduceRequest.topicData`, versions 3-13. */
export interface TopicProduceData {
  /** Name of the topic. Versions 3 to 12. */
  name: string;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 13 on. */
  topicId: string;
  /** Records by partition. */
  partitionData: PartitionProduceData[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link TopicProduceData} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface TopicProduceDataInput {
  /** Name of the topic. Versions 3 to 12. */
  readonly name?: string | undefined;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 13 on. */
  readonly topicId?: string | undefined;
  /** Records by partition. */
  readonly partitionData: readonly PartitionProduceDataInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `TopicProduceData.partitionData`, versions 3-13. */
export interface PartitionProduceData {
  /** Number of the partition, from 0. */
  index: number;
  /** Record batches as they are in the log. */
  records: Buffer | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link PartitionProduceData} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface PartitionProduceDataInput {
  /** Number of the partition, from 0. */
  readonly index: number;
  /** Record batches as they are in the log. */
  readonly records: RecordsInput;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** ProduceResponse (key 0), versions 3-13. */
export interface ProduceResponse {
  /** Outcomes by topic. */
  responses: TopicProduceResponse[];
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  throttleTimeMs: number;
  /** Addresses of the leaders that the answer names. Version 10 on, tag 0. */
  nodeEndpoints: ProduceNodeEndpoint[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link ProduceResponse} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface ProduceResponseInput {
  /** Outcomes by topic. */
  readonly responses: readonly TopicProduceResponseInput[];
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Addresses of the leaders that the answer names. Version 10 on, tag 0. */
  readonly nodeEndpoints?: readonly ProduceNodeEndpointInput[] | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `ProduceResponse.responses`, versions 3-13. */
export interface TopicProduceResponse {
  /** Name of the topic. Versions 3 to 12. */
  name: string;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 13 on. */
  topicId: string;
  /** Outcomes by partition. */
  partitionResponses: PartitionProduceResponse[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link TopicProduceResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface TopicProduceResponseInput {
  /** Name of the topic. Versions 3 to 12. */
  readonly name?: string | undefined;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 13 on. */
  readonly topicId?: string | undefined;
  /** Outcomes by partition. */
  readonly partitionResponses: readonly PartitionProduceResponseInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `TopicProduceResponse.partitionResponses`, versions 3-13. */
export interface PartitionProduceResponse {
  /** Number of the partition, from 0. */
  index: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Offset that the first record got; -1 on an error. */
  baseOffset: bigint;
  /**
   * Timestamp that the broker gave to the records, in milliseconds since 1970. -1: the records kept the timestamps they came
   * with.
   */
  logAppendTimeMs: bigint;
  /** Lowest offset that can be read. Version 5 on, default -1. */
  logStartOffset: bigint;
  /** Records that made the broker refuse the batch. Empty: no single record is at fault. Version 8 on. */
  recordErrors: BatchIndexAndErrorMessage[];
  /** Text of the broker about the error; null: none. Version 8 on, default null. */
  errorMessage: string | null;
  /** Leader of the partition, if it is another broker. Given with NOT_LEADER_OR_FOLLOWER. Version 10 on, tag 0. */
  currentLeader: ProduceLeaderIdAndEpoch;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link PartitionProduceResponse} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface PartitionProduceResponseInput {
  /** Number of the partition, from 0. */
  readonly index: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Offset that the first record got; -1 on an error. */
  readonly baseOffset: bigint;
  /**
   * Timestamp that the broker gave to the records, in milliseconds since 1970. -1: the records kept the timestamps they came
   * with.
   */
  readonly logAppendTimeMs?: bigint | undefined;
  /** Lowest offset that can be read. Version 5 on, default -1. */
  readonly logStartOffset?: bigint | undefined;
  /** Records that made the broker refuse the batch. Empty: no single record is at fault. Version 8 on. */
  readonly recordErrors?: readonly BatchIndexAndErrorMessageInput[] | undefined;
  /** Text of the broker about the error; null: none. Version 8 on, default null. */
  readonly errorMessage?: string | null | undefined;
  /** Leader of the partition, if it is another broker. Given with NOT_LEADER_OR_FOLLOWER. Version 10 on, tag 0. */
  readonly currentLeader?: ProduceLeaderIdAndEpochInput | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `PartitionProduceResponse.recordErrors`, versions 8-13. */
export interface BatchIndexAndErrorMessage {
  /** Index of the refused record in the batch, from 0. */
  batchIndex: number;
  /** Reason for which the record was refused. Default null. */
  batchIndexErrorMessage: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link BatchIndexAndErrorMessage} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface BatchIndexAndErrorMessageInput {
  /** Index of the refused record in the batch, from 0. */
  readonly batchIndex: number;
  /** Reason for which the record was refused. Default null. */
  readonly batchIndexErrorMessage?: string | null | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `PartitionProduceResponse.currentLeader`, versions 10-13. */
export interface ProduceLeaderIdAndEpoch {
  /** Node id of the leader; -1: none or unknown. Default -1. */
  leaderId: number;
  /** Number of the leadership of the partition, which rises with each change; -1: unknown. Default -1. */
  leaderEpoch: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link ProduceLeaderIdAndEpoch} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface ProduceLeaderIdAndEpochInput {
  /** Node id of the leader; -1: none or unknown. Default -1. */
  readonly leaderId?: number | undefined;
  /** Number of the leadership of the partition, which rises with each change; -1: unknown. Default -1. */
  readonly leaderEpoch?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `ProduceResponse.nodeEndpoints`, versions 10-13. */
export interface ProduceNodeEndpoint {
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

/**
 * Form of {@link ProduceNodeEndpoint} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface ProduceNodeEndpointInput {
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
 * Appends record batches to partitions.
 * 3: batches of magic 2 (KIP-98). 5: log start offset. 7: zstd. 8: per-record errors (KIP-467). 9: flexible. 10: new
 * leaders in the answer (KIP-951). 12: transactions version 2 (KIP-890). 13: topic ids (KIP-516).
 */
export const produce: Api<ProduceRequest, ProduceResponse, ProduceRequestInput, ProduceResponseInput> = {
  key: 0,
  name: "Produce",
  minVersion: 3,
  maxVersion: 13,
  flexibleFrom: 9,
  request: { read: readProduceRequest, write: writeProduceRequest },
  response: { read: readProduceResponse, write: writeProduceResponse },
};

function defaultProduceLeaderIdAndEpoch(): ProduceLeaderIdAndEpoch {
  return { leaderId: -1, leaderEpoch: -1, unknownTaggedFields: undefined };
}

function isDefaultProduceLeaderIdAndEpoch(message: ProduceLeaderIdAndEpochInput): boolean {
  return (
    (message.leaderId === undefined || message.leaderId === -1) &&
    (message.leaderEpoch === undefined || message.leaderEpoch === -1) &&
    message.unknownTaggedFields === undefined
  );
}

function readProduceRequest(from: Reader, version: number): ProduceRequest {
  const flexible = version >= 9;
  const transactionalId = from.nullableString(flexible);
  const acks = from.int16();
  const timeoutMs = from.int32();
  const topicDataCount = from.arrayLength(flexible);
  const topicData: TopicProduceData[] = [];
  for (let i = 0; i < topicDataCount; i += 1) topicData.push(readTopicProduceData(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { transactionalId, acks, timeoutMs, topicData, unknownTaggedFields };
}

function writeProduceRequest(to: Writer, message: ProduceRequestInput, version: number): void {
  const flexible = version >= 9;
  to.nullableString(message.transactionalId ?? null, flexible);
  to.int16(message.acks);
  to.int32(message.timeoutMs);
  const topicData = message.topicData;
  to.arrayLength(topicData.length, flexible);
  for (const element of topicData) writeTopicProduceData(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readTopicProduceData(from: Reader, version: number): TopicProduceData {
  const flexible = version >= 9;
  const name = version <= 12 ? from.string(flexible) : "";
  const topicId = version >= 13 ? from.uuid() : zeroUuid;
  const partitionDataCount = from.arrayLength(flexible);
  const partitionData: PartitionProduceData[] = [];
  for (let i = 0; i < partitionDataCount; i += 1) partitionData.push(readPartitionProduceData(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, topicId, partitionData, unknownTaggedFields };
}

function writeTopicProduceData(to: Writer, message: TopicProduceDataInput, version: number): void {
  const flexible = version >= 9;
  if (version <= 12) to.string(message.name ?? "", flexible);
  if (version >= 13) to.uuid(message.topicId ?? zeroUuid);
  const partitionData = message.partitionData;
  to.arrayLength(partitionData.length, flexible);
  for (const element of partitionData) writePartitionProduceData(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readPartitionProduceData(from: Reader, version: number): PartitionProduceData {
  const flexible = version >= 9;
  const index = from.int32();
  const records = from.nullableBytes(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { index, records, unknownTaggedFields };
}

function writePartitionProduceData(to: Writer, message: PartitionProduceDataInput, version: number): void {
  const flexible = version >= 9;
  to.int32(message.index);
  to.nullableRecords(message.records, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readProduceResponse(from: Reader, version: number): ProduceResponse {
  const flexible = version >= 9;
  const responsesCount = from.arrayLength(flexible);
  const responses: TopicProduceResponse[] = [];
  for (let i = 0; i < responsesCount; i += 1) responses.push(readTopicProduceResponse(from, version));
  const throttleTimeMs = from.int32();
  let nodeEndpoints: ProduceResponse["nodeEndpoints"] = [];
  let unknownTaggedFields: UnknownTaggedField[] | undefined;
  if (flexible) {
    for (let left = from.unsignedVarint(); left > 0; left -= 1) {
      const tag = from.unsignedVarint();
      switch (tag) {
        case 0: {
          if (!(version >= 10)) throw from.malformed("tag 0 is not valid in version " + version);
          const end = from.taggedFieldEnd();
          const count = from.arrayLength(true);
          const list: ProduceNodeEndpoint[] = [];
          for (let i = 0; i < count; i += 1) list.push(readProduceNodeEndpoint(from));
          nodeEndpoints = list;
          from.expectPosition(end);
          break;
        }
        default:
          unknownTaggedFields = from.unknownTaggedField(unknownTaggedFields, tag);
      }
    }
  }
  return { responses, throttleTimeMs, nodeEndpoints, unknownTaggedFields };
}

function writeProduceResponse(to: Writer, message: ProduceResponseInput, version: number): void {
  const flexible = version >= 9;
  const responses = message.responses;
  to.arrayLength(responses.length, flexible);
  for (const element of responses) writeTopicProduceResponse(to, element, version);
  to.int32(message.throttleTimeMs ?? 0);
  if (flexible) {
    const unknown = message.unknownTaggedFields;
    const nodeEndpoints = message.nodeEndpoints ?? [];
    const hasNodeEndpoints = version >= 10 && nodeEndpoints.length > 0;
    to.unsignedVarint((unknown === undefined ? 0 : unknown.length) + (hasNodeEndpoints ? 1 : 0));
    if (hasNodeEndpoints) {
      const at = to.beginTaggedField(0);
      to.arrayLength(nodeEndpoints.length, true);
      for (const element of nodeEndpoints) writeProduceNodeEndpoint(to, element);
      to.endTaggedField(at);
    }
    to.unknownTaggedFieldsBetween(unknown, 1, Infinity);
  }
}

function readTopicProduceResponse(from: Reader, version: number): TopicProduceResponse {
  const flexible = version >= 9;
  const name = version <= 12 ? from.string(flexible) : "";
  const topicId = version >= 13 ? from.uuid() : zeroUuid;
  const partitionResponsesCount = from.arrayLength(flexible);
  const partitionResponses: PartitionProduceResponse[] = [];
  for (let i = 0; i < partitionResponsesCount; i += 1) partitionResponses.push(readPartitionProduceResponse(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, topicId, partitionResponses, unknownTaggedFields };
}

function writeTopicProduceResponse(to: Writer, message: TopicProduceResponseInput, version: number): void {
  const flexible = version >= 9;
  if (version <= 12) to.string(message.name ?? "", flexible);
  if (version >= 13) to.uuid(message.topicId ?? zeroUuid);
  const partitionResponses = message.partitionResponses;
  to.arrayLength(partitionResponses.length, flexible);
  for (const element of partitionResponses) writePartitionProduceResponse(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readPartitionProduceResponse(from: Reader, version: number): PartitionProduceResponse {
  const flexible = version >= 9;
  const index = from.int32();
  const errorCode = from.int16();
  const baseOffset = from.int64();
  const logAppendTimeMs = from.int64();
  const logStartOffset = version >= 5 ? from.int64() : -1n;
  const recordErrorsCount = version >= 8 ? from.arrayLength(flexible) : 0;
  const recordErrors: BatchIndexAndErrorMessage[] = [];
  for (let i = 0; i < recordErrorsCount; i += 1) recordErrors.push(readBatchIndexAndErrorMessage(from, version));
  const errorMessage = version >= 8 ? from.nullableString(flexible) : null;
  let currentLeader: PartitionProduceResponse["currentLeader"] = defaultProduceLeaderIdAndEpoch();
  let unknownTaggedFields: UnknownTaggedField[] | undefined;
  if (flexible) {
    for (let left = from.unsignedVarint(); left > 0; left -= 1) {
      const tag = from.unsignedVarint();
      switch (tag) {
        case 0: {
          if (!(version >= 10)) throw from.malformed("tag 0 is not valid in version " + version);
          const end = from.taggedFieldEnd();
          currentLeader = readProduceLeaderIdAndEpoch(from);
          from.expectPosition(end);
          break;
        }
        default:
          unknownTaggedFields = from.unknownTaggedField(unknownTaggedFields, tag);
      }
    }
  }
  return {
    index,
    errorCode,
    baseOffset,
    logAppendTimeMs,
    logStartOffset,
    recordErrors,
    errorMessage,
    currentLeader,
    unknownTaggedFields,
  };
}

function writePartitionProduceResponse(to: Writer, message: PartitionProduceResponseInput, version: number): void {
  const flexible = version >= 9;
  to.int32(message.index);
  to.int16(message.errorCode);
  to.int64(message.baseOffset);
  to.int64(message.logAppendTimeMs ?? -1n);
  if (version >= 5) to.int64(message.logStartOffset ?? -1n);
  if (version >= 8) {
    const recordErrors = message.recordErrors ?? [];
    to.arrayLength(recordErrors.length, flexible);
    for (const element of recordErrors) writeBatchIndexAndErrorMessage(to, element, version);
  }
  if (version >= 8) to.nullableString(message.errorMessage ?? null, flexible);
  if (flexible) {
    const unknown = message.unknownTaggedFields;
    const currentLeader = message.currentLeader;
    const hasCurrentLeader = version >= 10 && currentLeader !== undefined && !isDefaultProduceLeaderIdAndEpoch(currentLeader);
    to.unsignedVarint((unknown === undefined ? 0 : unknown.length) + (hasCurrentLeader ? 1 : 0));
    if (hasCurrentLeader) {
      const at = to.beginTaggedField(0);
      writeProduceLeaderIdAndEpoch(to, currentLeader);
      to.endTaggedField(at);
    }
    to.unknownTaggedFieldsBetween(unknown, 1, Infinity);
  }
}

function readBatchIndexAndErrorMessage(from: Reader, version: number): BatchIndexAndErrorMessage {
  const flexible = version >= 9;
  const batchIndex = from.int32();
  const batchIndexErrorMessage = from.nullableString(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { batchIndex, batchIndexErrorMessage, unknownTaggedFields };
}

function writeBatchIndexAndErrorMessage(to: Writer, message: BatchIndexAndErrorMessageInput, version: number): void {
  const flexible = version >= 9;
  to.int32(message.batchIndex);
  to.nullableString(message.batchIndexErrorMessage ?? null, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readProduceLeaderIdAndEpoch(from: Reader): ProduceLeaderIdAndEpoch {
  const leaderId = from.int32();
  const leaderEpoch = from.int32();
  const unknownTaggedFields = from.unknownTaggedFields();
  return { leaderId, leaderEpoch, unknownTaggedFields };
}

function writeProduceLeaderIdAndEpoch(to: Writer, message: ProduceLeaderIdAndEpochInput): void {
  to.int32(message.leaderId ?? -1);
  to.int32(message.leaderEpoch ?? -1);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readProduceNodeEndpoint(from: Reader): ProduceNodeEndpoint {
  const nodeId = from.int32();
  const host = from.string(true);
  const port = from.int32();
  const rack = from.nullableString(true);
  const unknownTaggedFields = from.unknownTaggedFields();
  return { nodeId, host, port, rack, unknownTaggedFields };
}

function writeProduceNodeEndpoint(to: Writer, message: ProduceNodeEndpointInput): void {
  to.int32(message.nodeId);
  to.string(message.host, true);
  to.int32(message.port);
  to.nullableString(message.rack ?? null, true);
  to.unknownTaggedFields(message.unknownTaggedFields);
}
