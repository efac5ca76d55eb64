// Generated from schema/DeleteGroups.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** DeleteGroupsRequest (key 42), versions 0-3. */
export interface DeleteGroupsRequest {
  /** Ids of the groups to delete. */
  groupsNames: string[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DeleteGroupsRequest} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DeleteGroupsRequestInput {
  /** Ids of the groups to delete. */
  readonly groupsNames: readonly string[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** DeleteGroupsResponse (key 42), versions 0-3. */
export interface DeleteGroupsResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  throttleTimeMs: number;
  /** Outcomes, one for each part of the request. */
  results: DeletableGroupResult[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DeleteGroupsResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DeleteGroupsResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Outcomes, one for each part of the request. */
  readonly results: readonly DeletableGroupResultInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DeleteGroupsResponse.results`, versions 0-3. */
export interface DeletableGroupResult {
  /** Id of the group (`group.id`). */
  groupId: string;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Text of the broker about the error; null: none. Version 3 on, default null. */
  errorMessage: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DeletableGroupResult} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DeletableGroupResultInput {
  /** Id of the group (`group.id`). */
  readonly groupId: string;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Text of the broker about the error; null: none. Version 3 on, default null. */
  readonly errorMessage?: string | null | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Deletes groups without members.
 * 2: flexible. 3: the cause of a failed deletion.
 */
export const deleteGroups: Api<DeleteGroupsRequest, DeleteGroupsResponse, DeleteGroupsRequestInput, DeleteGroupsResponseInput> = {
  key: 42,
  name: "DeleteGroups",
  minVersion: 0,
  maxVersion: 3,
  flexibleFrom: 2,
  request: { read: readDeleteGroupsRequest, write: writeDeleteGroupsRequest },
  response: { read: readDeleteGroupsResponse, write: writeDeleteGroupsResponse },
};

function readDeleteGroupsRequest(from: Reader, version: number): DeleteGroupsRequest {
  const flexible = version >= 2;
  const groupsNames = from.stringArray(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { groupsNames, unknownTaggedFields };
}

function writeDeleteGroupsRequest(to: Writer, message: DeleteGroupsRequestInput, version: number): void {
  const flexible = version >= 2;
  to.stringArray(message.groupsNames, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDeleteGroupsResponse(from: Reader, version: number): DeleteGroupsResponse {
  const flexible = version >= 2;
  const throttleTimeMs = from.int32();
  const resultsCount = from.arrayLength(flexible);
  const results: DeletableGroupResult[] = [];
  for (let i = 0; i < resultsCount; i += 1) results.push(readDeletableGroupResult(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, results, unknownTaggedFields };
}

function writeDeleteGroupsResponse(to: Writer, message: DeleteGroupsResponseInput, version: number): void {
  const flexible = version >= 2;
  to.int32(message.throttleTimeMs ?? 0);
  const results = message.results;
  to.arrayLength(results.length, flexible);
  for (const element of results) writeDeletableGroupResult(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDeletableGroupResult(from: Reader, version: number): DeletableGroupResult {
  const flexible = version >= 2;
  const groupId = from.string(flexible);
  const errorCode = from.int16();
  const errorMessage = version >= 3 ? from.nullableString(true) : null;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { groupId, errorCode, errorMessage, unknownTaggedFields };
}

function writeDeletableGroupResult(to: Writer, message: DeletableGroupResultInput, version: number): void {
  const flexible = version >= 2;
  to.string(message.groupId, flexible);
  to.int16(message.errorCode);
  if (version >= 3) to.nullableString(message.errorMessage ?? null, true);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
