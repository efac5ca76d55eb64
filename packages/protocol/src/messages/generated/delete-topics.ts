// Generated from schema/DeleteTopics.api by schema/generate.ts. Change the table, then run it again.
import { type Reader, type UnknownTaggedField, zeroUuid } from "../../bytes/reader.ts";
import { notNull, type Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** DeleteTopicsRequest (key 20), versions 1-6. */
export interface DeleteTopicsRequest {
  /** Topics of the request or answer. Version 6 on. */
  topics: DeleteTopicState[];
  /** Names of the topics. Versions 1 to 5. */
  topicNames: string[];
  /** Time that the broker may take, in milliseconds. */
  timeoutMs: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DeleteTopicsRequest} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DeleteTopicsRequestInput {
  /** Topics of the request or answer. Version 6 on. */
  readonly topics?: readonly DeleteTopicStateInput[] | undefined;
  /** Names of the topics. Versions 1 to 5. */
  readonly topicNames?: readonly string[] | undefined;
  /** Time that the broker may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DeleteTopicsRequest.topics`, versions 6-6. */
export interface DeleteTopicState {
  /** Name of the topic. Null: by id. */
  name: string | null;
  /** Id of the topic; the UUID of 16 zero bytes: none. */
  topicId: string;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link DeleteTopicState} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface DeleteTopicStateInput {
  /** Name of the topic. Null: by id. */
  readonly name?: string | null | undefined;
  /** Id of the topic; the UUID of 16 zero bytes: none. */
  readonly topicId: string;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** DeleteTopicsResponse (key 20), versions 1-6. */
export interface DeleteTopicsResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  throttleTimeMs: number;
  /** Outcomes by topic. */
  responses: DeletableTopicResult[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DeleteTopicsResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DeleteTopicsResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Outcomes by topic. */
  readonly responses: readonly DeletableTopicResultInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DeleteTopicsResponse.responses`, versions 1-6. */
export interface DeletableTopicResult {
  /** Name of the topic. */
  name: string | null;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 6 on. */
  topicId: string;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Text of the broker about the error; null: none. Version 5 on, default null. */
  errorMessage: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DeletableTopicResult} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DeletableTopicResultInput {
  /** Name of the topic. */
  readonly name: string | null;
  /** Id of the topic; the UUID of 16 zero bytes: none. Version 6 on. */
  readonly topicId?: string | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Text of the broker about the error; null: none. Version 5 on, default null. */
  readonly errorMessage?: string | null | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Deletes topics.
 * 4: flexible. 5: error messages (KIP-599). 6: by topic id (KIP-516).
 */
export const deleteTopics: Api<DeleteTopicsRequest, DeleteTopicsResponse, DeleteTopicsRequestInput, DeleteTopicsResponseInput> = {
  key: 20,
  name: "DeleteTopics",
  minVersion: 1,
  maxVersion: 6,
  flexibleFrom: 4,
  request: { read: readDeleteTopicsRequest, write: writeDeleteTopicsRequest },
  response: { read: readDeleteTopicsResponse, write: writeDeleteTopicsResponse },
};

function readDeleteTopicsRequest(from: Reader, version: number): DeleteTopicsRequest {
  const flexible = version >= 4;
  const topicsCount = version >= 6 ? from.arrayLength(true) : 0;
  const topics: DeleteTopicState[] = [];
  for (let i = 0; i < topicsCount; i += 1) topics.push(readDeleteTopicState(from));
  const topicNames = version <= 5 ? from.stringArray(flexible) : [];
  const timeoutMs = from.int32();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { topics, topicNames, timeoutMs, unknownTaggedFields };
}

function writeDeleteTopicsRequest(to: Writer, message: DeleteTopicsRequestInput, version: number): void {
  const flexible = version >= 4;
  if (version >= 6) {
    const topics = message.topics ?? [];
    to.arrayLength(topics.length, true);
    for (const element of topics) writeDeleteTopicState(to, element);
  }
  if (version <= 5) to.stringArray(message.topicNames ?? [], flexible);
  to.int32(message.timeoutMs);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDeleteTopicState(from: Reader): DeleteTopicState {
  const name = from.nullableString(true);
  const topicId = from.uuid();
  const unknownTaggedFields = from.unknownTaggedFields();
  return { name, topicId, unknownTaggedFields };
}

function writeDeleteTopicState(to: Writer, message: DeleteTopicStateInput): void {
  to.nullableString(message.name ?? null, true);
  to.uuid(message.topicId);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDeleteTopicsResponse(from: Reader, version: number): DeleteTopicsResponse {
  const flexible = version >= 4;
  const throttleTimeMs = from.int32();
  const responsesCount = from.arrayLength(flexible);
  const responses: DeletableTopicResult[] = [];
  for (let i = 0; i < responsesCount; i += 1) responses.push(readDeletableTopicResult(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, responses, unknownTaggedFields };
}

function writeDeleteTopicsResponse(to: Writer, message: DeleteTopicsResponseInput, version: number): void {
  const flexible = version >= 4;
  to.int32(message.throttleTimeMs ?? 0);
  const responses = message.responses;
  to.arrayLength(responses.length, flexible);
  for (const element of responses) writeDeletableTopicResult(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDeletableTopicResult(from: Reader, version: number): DeletableTopicResult {
  const flexible = version >= 4;
  const name = version >= 6 ? from.nullableString(flexible) : from.string(flexible);
  const topicId = version >= 6 ? from.uuid() : zeroUuid;
  const errorCode = from.int16();
  const errorMessage = version >= 5 ? from.nullableString(true) : null;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, topicId, errorCode, errorMessage, unknownTaggedFields };
}

function writeDeletableTopicResult(to: Writer, message: DeletableTopicResultInput, version: number): void {
  const flexible = version >= 4;
  const name = message.name;
  if (version >= 6) to.nullableString(name, flexible);
  else to.string(notNull(name, "DeletableTopicResult.name"), flexible);
  if (version >= 6) to.uuid(message.topicId ?? zeroUuid);
  to.int16(message.errorCode);
  if (version >= 5) to.nullableString(message.errorMessage ?? null, true);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
