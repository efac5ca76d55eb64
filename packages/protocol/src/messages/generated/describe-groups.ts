// Generated from schema/DescribeGroups.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** DescribeGroupsRequest (key 15), versions 0-6. */
export interface DescribeGroupsRequest {
  groups: string[];
  /** Version 3 on. */
  includeAuthorizedOperations: boolean;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeGroupsRequestInput {
  readonly groups: readonly string[];
  readonly includeAuthorizedOperations?: boolean | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** DescribeGroupsResponse (key 15), versions 0-6. */
export interface DescribeGroupsResponse {
  /** Version 1 on, default 0. */
  throttleTimeMs: number;
  groups: DescribedGroup[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeGroupsResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly groups: readonly DescribedGroupInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribedGroup {
  errorCode: number;
  /** Version 6 on, default null. */
  errorMessage: string | null;
  groupId: string;
  groupState: string;
  protocolType: string;
  protocolData: string;
  members: DescribedGroupMember[];
  /** Version 3 on, default -2147483648. Bits; the default means not asked for. */
  authorizedOperations: number;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribedGroupInput {
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly groupId: string;
  readonly groupState: string;
  readonly protocolType: string;
  readonly protocolData: string;
  readonly members: readonly DescribedGroupMemberInput[];
  readonly authorizedOperations?: number | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribedGroupMember {
  memberId: string;
  /** Version 4 on, default null. */
  groupInstanceId: string | null;
  clientId: string;
  clientHost: string;
  memberMetadata: Buffer;
  memberAssignment: Buffer;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribedGroupMemberInput {
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly clientId: string;
  readonly clientHost: string;
  readonly memberMetadata: Uint8Array;
  readonly memberAssignment: Uint8Array;
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
