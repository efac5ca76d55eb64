// Generated from schema/DescribeGroups.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** DescribeGroupsRequest (key 15), versions 0-6. */
export interface DescribeGroupsRequest {
  /** Groups by id. */
  groups: string[];
  /** Asks for the operations that the client may do on the groups. Version 3 on. */
  includeAuthorizedOperations: boolean;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DescribeGroupsRequest} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DescribeGroupsRequestInput {
  /** Groups by id. */
  readonly groups: readonly string[];
  /** Asks for the operations that the client may do on the groups. Version 3 on. */
  readonly includeAuthorizedOperations?: boolean | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** DescribeGroupsResponse (key 15), versions 0-6. */
export interface DescribeGroupsResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  throttleTimeMs: number;
  /** Groups by id. */
  groups: DescribedGroup[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DescribeGroupsResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DescribeGroupsResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Groups by id. */
  readonly groups: readonly DescribedGroupInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DescribeGroupsResponse.groups`, versions 0-6. */
export interface DescribedGroup {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Text of the broker about the error; null: none. Version 6 on, default null. */
  errorMessage: string | null;
  /** Id of the group (`group.id`). */
  groupId: string;
  /** State of the group, such as `Stable` or `Empty`. */
  groupState: string;
  /** Kind of the group, such as `consumer`. */
  protocolType: string;
  /** Name of the assignment protocol that the group uses. */
  protocolData: string;
  /** Members of the group. */
  members: DescribedGroupMember[];
  /**
   * Operations that the client may do on the group. Bits; the default means not asked for. Version 3 on, default
   * -2147483648.
   */
  authorizedOperations: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link DescribedGroup} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface DescribedGroupInput {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Text of the broker about the error; null: none. Version 6 on, default null. */
  readonly errorMessage?: string | null | undefined;
  /** Id of the group (`group.id`). */
  readonly groupId: string;
  /** State of the group, such as `Stable` or `Empty`. */
  readonly groupState: string;
  /** Kind of the group, such as `consumer`. */
  readonly protocolType: string;
  /** Name of the assignment protocol that the group uses. */
  readonly protocolData: string;
  /** Members of the group. */
  readonly members: readonly DescribedGroupMemberInput[];
  /**
   * Operations that the client may do on the group. Bits; the default means not asked for. Version 3 on, default
   * -2147483648.
   */
  readonly authorizedOperations?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DescribedGroup.members`, versions 0-6. */
export interface DescribedGroupMember {
  /** Id that the coordinator gave to the member. */
  memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 4 on, default null. */
  groupInstanceId: string | null;
  /** Name of the client in logs and quotas (`client.id`). */
  clientId: string;
  /** Address from which the member is connected. */
  clientHost: string;
  /** Subscription of the member, in the bytes of the group's protocol. */
  memberMetadata: Buffer;
  /** Assignment of the member, in the bytes of the group's protocol. */
  memberAssignment: Buffer;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DescribedGroupMember} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DescribedGroupMemberInput {
  /** Id that the coordinator gave to the member. */
  readonly memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 4 on, default null. */
  readonly groupInstanceId?: string | null | undefined;
  /** Name of the client in logs and quotas (`client.id`). */
  readonly clientId: string;
  /** Address from which the member is connected. */
  readonly clientHost: string;
  /** Subscription of the member, in the bytes of the group's protocol. */
  readonly memberMetadata: Uint8Array;
  /** Assignment of the member, in the bytes of the group's protocol. */
  readonly memberAssignment: Uint8Array;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Members of classic groups. 3: authorized operations (KIP-430). 4: static members. 5: flexible. 6: GROUP_ID_NOT_FOUND
 * and messages (KIP-1043).
 */
export const describeGroups: Api<
  DescribeGroupsRequest,
  DescribeGroupsResponse,
  DescribeGroupsRequestInput,
  DescribeGroupsResponseInput
> = {
  key: 15,
  name: "DescribeGroups",
  minVersion: 0,
  maxVersion: 6,
  flexibleFrom: 5,
  request: { read: readDescribeGroupsRequest, write: writeDescribeGroupsRequest },
  response: { read: readDescribeGroupsResponse, write: writeDescribeGroupsResponse },
};

function readDescribeGroupsRequest(from: Reader, version: number): DescribeGroupsRequest {
  const flexible = version >= 5;
  const groups = from.stringArray(flexible);
  const includeAuthorizedOperations = version >= 3 ? from.bool() : false;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { groups, includeAuthorizedOperations, unknownTaggedFields };
}

function writeDescribeGroupsRequest(to: Writer, message: DescribeGroupsRequestInput, version: number): void {
  const flexible = version >= 5;
  to.stringArray(message.groups, flexible);
  if (version >= 3) to.bool(message.includeAuthorizedOperations ?? false);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDescribeGroupsResponse(from: Reader, version: number): DescribeGroupsResponse {
  const flexible = version >= 5;
  const throttleTimeMs = version >= 1 ? from.int32() : 0;
  const groupsCount = from.arrayLength(flexible);
  const groups: DescribedGroup[] = [];
  for (let i = 0; i < groupsCount; i += 1) groups.push(readDescribedGroup(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, groups, unknownTaggedFields };
}

function writeDescribeGroupsResponse(to: Writer, message: DescribeGroupsResponseInput, version: number): void {
  const flexible = version >= 5;
  if (version >= 1) to.int32(message.throttleTimeMs ?? 0);
  const groups = message.groups;
  to.arrayLength(groups.length, flexible);
  for (const element of groups) writeDescribedGroup(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDescribedGroup(from: Reader, version: number): DescribedGroup {
  const flexible = version >= 5;
  const errorCode = from.int16();
  const errorMessage = version >= 6 ? from.nullableString(true) : null;
  const groupId = from.string(flexible);
  const groupState = from.string(flexible);
  const protocolType = from.string(flexible);
  const protocolData = from.string(flexible);
  const membersCount = from.arrayLength(flexible);
  const members: DescribedGroupMember[] = [];
  for (let i = 0; i < membersCount; i += 1) members.push(readDescribedGroupMember(from, version));
  const authorizedOperations = version >= 3 ? from.int32() : -2147483648;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return {
    errorCode,
    errorMessage,
    groupId,
    groupState,
    protocolType,
    protocolData,
    members,
    authorizedOperations,
    unknownTaggedFields,
  };
}

function writeDescribedGroup(to: Writer, message: DescribedGroupInput, version: number): void {
  const flexible = version >= 5;
  to.int16(message.errorCode);
  if (version >= 6) to.nullableString(message.errorMessage ?? null, true);
  to.string(message.groupId, flexible);
  to.string(message.groupState, flexible);
  to.string(message.protocolType, flexible);
  to.string(message.protocolData, flexible);
  const members = message.members;
  to.arrayLength(members.length, flexible);
  for (const element of members) writeDescribedGroupMember(to, element, version);
  if (version >= 3) to.int32(message.authorizedOperations ?? -2147483648);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDescribedGroupMember(from: Reader, version: number): DescribedGroupMember {
  const flexible = version >= 5;
  const memberId = from.string(flexible);
  const groupInstanceId = version >= 4 ? from.nullableString(flexible) : null;
  const clientId = from.string(flexible);
  const clientHost = from.string(flexible);
  const memberMetadata = from.bytes(flexible);
  const memberAssignment = from.bytes(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { memberId, groupInstanceId, clientId, clientHost, memberMetadata, memberAssignment, unknownTaggedFields };
}

function writeDescribedGroupMember(to: Writer, message: DescribedGroupMemberInput, version: number): void {
  const flexible = version >= 5;
  to.string(message.memberId, flexible);
  if (version >= 4) to.nullableString(message.groupInstanceId ?? null, flexible);
  to.string(message.clientId, flexible);
  to.string(message.clientHost, flexible);
  to.bytes(message.memberMetadata, flexible);
  to.bytes(message.memberAssignment, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
