// Generated from schema/ListGroups.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** ListGroupsRequest (key 16), versions 0-5. */
export interface ListGroupsRequest {
  /** States of the groups to list; empty: all. Version 4 on. */
  statesFilter: string[];
  /** Types of the groups to list; empty: all. Version 5 on. */
  typesFilter: string[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link ListGroupsRequest} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface ListGroupsRequestInput {
  /** States of the groups to list; empty: all. Version 4 on. */
  readonly statesFilter?: readonly string[] | undefined;
  /** Types of the groups to list; empty: all. Version 5 on. */
  readonly typesFilter?: readonly string[] | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** ListGroupsResponse (key 16), versions 0-5. */
export interface ListGroupsResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  throttleTimeMs: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Groups by id. */
  groups: ListedGroup[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link ListGroupsResponse} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface ListGroupsResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Groups by id. */
  readonly groups: readonly ListedGroupInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `ListGroupsResponse.groups`, versions 0-5. */
export interface ListedGroup {
  /** Id of the group (`group.id`). */
  groupId: string;
  /** Kind of the group, such as `consumer`. */
  protocolType: string;
  /** State of the group, such as `Stable` or `Empty`. Version 4 on. */
  groupState: string;
  /** Type of the group, such as `classic` or `consumer`. Version 5 on. */
  groupType: string;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link ListedGroup} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface ListedGroupInput {
  /** Id of the group (`group.id`). */
  readonly groupId: string;
  /** Kind of the group, such as `consumer`. */
  readonly protocolType: string;
  /** State of the group, such as `Stable` or `Empty`. Version 4 on. */
  readonly groupState?: string | undefined;
  /** Type of the group, such as `classic` or `consumer`. Version 5 on. */
  readonly groupType?: string | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Lists the groups that a broker coordinates.
 * 3: flexible. 4: by state (KIP-518). 5: by type (KIP-848).
 */
export const listGroups: Api<ListGroupsRequest, ListGroupsResponse, ListGroupsRequestInput, ListGroupsResponseInput> = {
  key: 16,
  name: "ListGroups",
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 3,
  request: { read: readListGroupsRequest, write: writeListGroupsRequest },
  response: { read: readListGroupsResponse, write: writeListGroupsResponse },
};

function readListGroupsRequest(from: Reader, version: number): ListGroupsRequest {
  const flexible = version >= 3;
  const statesFilter = version >= 4 ? from.stringArray(true) : [];
  const typesFilter = version >= 5 ? from.stringArray(true) : [];
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { statesFilter, typesFilter, unknownTaggedFields };
}

function writeListGroupsRequest(to: Writer, message: ListGroupsRequestInput, version: number): void {
  const flexible = version >= 3;
  if (version >= 4) to.stringArray(message.statesFilter ?? [], true);
  if (version >= 5) to.stringArray(message.typesFilter ?? [], true);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readListGroupsResponse(from: Reader, version: number): ListGroupsResponse {
  const flexible = version >= 3;
  const throttleTimeMs = version >= 1 ? from.int32() : 0;
  const errorCode = from.int16();
  const groupsCount = from.arrayLength(flexible);
  const groups: ListedGroup[] = [];
  for (let i = 0; i < groupsCount; i += 1) groups.push(readListedGroup(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, errorCode, groups, unknownTaggedFields };
}

function writeListGroupsResponse(to: Writer, message: ListGroupsResponseInput, version: number): void {
  const flexible = version >= 3;
  if (version >= 1) to.int32(message.throttleTimeMs ?? 0);
  to.int16(message.errorCode);
  const groups = message.groups;
  to.arrayLength(groups.length, flexible);
  for (const element of groups) writeListedGroup(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readListedGroup(from: Reader, version: number): ListedGroup {
  const flexible = version >= 3;
  const groupId = from.string(flexible);
  const protocolType = from.string(flexible);
  const groupState = version >= 4 ? from.string(true) : "";
  const groupType = version >= 5 ? from.string(true) : "";
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { groupId, protocolType, groupState, groupType, unknownTaggedFields };
}

function writeListedGroup(to: Writer, message: ListedGroupInput, version: number): void {
  const flexible = version >= 3;
  to.string(message.groupId, flexible);
  to.string(message.protocolType, flexible);
  if (version >= 4) to.string(message.groupState ?? "", true);
  if (version >= 5) to.string(message.groupType ?? "", true);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
