// Generated from schema/DeleteGroups.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** DeleteGroupsRequest (key 42), versions 0-3. */
export interface DeleteGroupsRequest {
  groupsNames: string[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeleteGroupsRequestInput {
  readonly groupsNames: readonly string[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** DeleteGroupsResponse (key 42), versions 0-3. */
export interface DeleteGroupsResponse {
  /** Default 0. */
  throttleTimeMs: number;
  results: DeletableGroupResult[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeleteGroupsResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly results: readonly DeletableGroupResultInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeletableGroupResult {
  groupId: string;
  errorCode: number;
  /** Version 3 on, default null. */
  errorMessage: string | null;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DeletableGroupResultInput {
  readonly groupId: string;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
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
