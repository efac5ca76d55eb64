// Generated from schema/LeaveGroup.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** LeaveGroupRequest (key 13), versions 0-5. */
export interface LeaveGroupRequest {
  groupId: string;
  /** Versions 0 to 2. */
  memberId: string;
  /** Version 3 on. */
  members: LeaveGroupMember[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface LeaveGroupRequestInput {
  readonly groupId: string;
  readonly memberId?: string | undefined;
  readonly members?: readonly LeaveGroupMemberInput[] | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface LeaveGroupMember {
  memberId: string;
  /** Default null. */
  groupInstanceId: string | null;
  /** Version 5 on, default null. */
  reason: string | null;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface LeaveGroupMemberInput {
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly reason?: string | null | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** LeaveGroupResponse (key 13), versions 0-5. */
export interface LeaveGroupResponse {
  /** Version 1 on, default 0. */
  throttleTimeMs: number;
  errorCode: number;
  /** Version 3 on. */
  members: LeaveGroupMemberResponse[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface LeaveGroupResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode: number;
  readonly members?: readonly LeaveGroupMemberResponseInput[] | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface LeaveGroupMemberResponse {
  memberId: string;
  groupInstanceId: string | null;
  errorCode: number;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export type LeaveGroupMemberResponseInput = Readonly<LeaveGroupMemberResponse>;

/**
 * Takes members out of a group.
 * 3: several members, static ones too (KIP-345). 4: flexible. 5: reason (KIP-800).
 */
export const leaveGroup: Api<LeaveGroupRequest, LeaveGroupResponse, LeaveGroupRequestInput, LeaveGroupResponseInput> = {
  key: 13,
  name: "LeaveGroup",
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 4,
  request: { read: readLeaveGroupRequest, write: writeLeaveGroupRequest },
  response: { read: readLeaveGroupResponse, write: writeLeaveGroupResponse },
};

function readLeaveGroupRequest(from: Reader, version: number): LeaveGroupRequest {
  const flexible = version >= 4;
  const groupId = from.string(flexible);
  const memberId = version <= 2 ? from.string(false) : "";
  const membersCount = version >= 3 ? from.arrayLength(flexible) : 0;
  const members: LeaveGroupMember[] = [];
  for (let i = 0; i < membersCount; i += 1) members.push(readLeaveGroupMember(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { groupId, memberId, members, unknownTaggedFields };
}

function writeLeaveGroupRequest(to: Writer, message: LeaveGroupRequestInput, version: number): void {
  const flexible = version >= 4;
  to.string(message.groupId, flexible);
  if (version <= 2) to.string(message.memberId ?? "", false);
  if (version >= 3) {
    const members = message.members ?? [];
    to.arrayLength(members.length, flexible);
    for (const element of members) writeLeaveGroupMember(to, element, version);
  }
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readLeaveGroupMember(from: Reader, version: number): LeaveGroupMember {
  const flexible = version >= 4;
  const memberId = from.string(flexible);
  const groupInstanceId = from.nullableString(flexible);
  const reason = version >= 5 ? from.nullableString(true) : null;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { memberId, groupInstanceId, reason, unknownTaggedFields };
}

function writeLeaveGroupMember(to: Writer, message: LeaveGroupMemberInput, version: number): void {
  const flexible = version >= 4;
  to.string(message.memberId, flexible);
  to.nullableString(message.groupInstanceId ?? null, flexible);
  if (version >= 5) to.nullableString(message.reason ?? null, true);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readLeaveGroupResponse(from: Reader, version: number): LeaveGroupResponse {
  const flexible = version >= 4;
  const throttleTimeMs = version >= 1 ? from.int32() : 0;
  const errorCode = from.int16();
  const membersCount = version >= 3 ? from.arrayLength(flexible) : 0;
  const members: LeaveGroupMemberResponse[] = [];
  for (let i = 0; i < membersCount; i += 1) members.push(readLeaveGroupMemberResponse(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, errorCode, members, unknownTaggedFields };
}

function writeLeaveGroupResponse(to: Writer, message: LeaveGroupResponseInput, version: number): void {
  const flexible = version >= 4;
  if (version >= 1) to.int32(message.throttleTimeMs ?? 0);
  to.int16(message.errorCode);
  if (version >= 3) {
    const members = message.members ?? [];
    to.arrayLength(members.length, flexible);
    for (const element of members) writeLeaveGroupMemberResponse(to, element, version);
  }
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readLeaveGroupMemberResponse(from: Reader, version: number): LeaveGroupMemberResponse {
  const flexible = version >= 4;
  const memberId = from.string(flexible);
  const groupInstanceId = from.nullableString(flexible);
  const errorCode = from.int16();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { memberId, groupInstanceId, errorCode, unknownTaggedFields };
}

function writeLeaveGroupMemberResponse(to: Writer, message: LeaveGroupMemberResponseInput, version: number): void {
  const flexible = version >= 4;
  to.string(message.memberId, flexible);
  to.nullableString(message.groupInstanceId, flexible);
  to.int16(message.errorCode);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
