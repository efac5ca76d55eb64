// Generated from schema/LeaveGroup.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** LeaveGroupRequest (key 13), versions 0-5. */
export interface LeaveGroupRequest {
  /** Id of the group (`group.id`). */
  groupId: string;
  /** Id that the coordinator gave to the member. Versions 0 to 2. */
  memberId: string;
  /** Members of the group. Version 3 on. */
  members: LeaveGroupMember[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link LeaveGroupRequest} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface LeaveGroupRequestInput {
  /** Id of the group (`group.id`). */
  readonly groupId: string;
  /** Id that the coordinator gave to the member. Versions 0 to 2. */
  readonly memberId?: string | undefined;
  /** Members of the group. Version 3 on. */
  readonly members?: readonly LeaveGroupMemberInput[] | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `LeaveGroupRequest.members`, versions 3-5. */
export interface LeaveGroupMember {
  /** Id that the coordinator gave to the member. */
  memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Default null. */
  groupInstanceId: string | null;
  /** Reason of the member, for the broker's log. Version 5 on, default null. */
  reason: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link LeaveGroupMember} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface LeaveGroupMemberInput {
  /** Id that the coordinator gave to the member. */
  readonly memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Default null. */
  readonly groupInstanceId?: string | null | undefined;
  /** Reason of the member, for the broker's log. Version 5 on, default null. */
  readonly reason?: string | null | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** LeaveGroupResponse (key 13), versions 0-5. */
export interface LeaveGroupResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  throttleTimeMs: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Members of the group. Version 3 on. */
  members: LeaveGroupMemberResponse[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link LeaveGroupResponse} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface LeaveGroupResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Members of the group. Version 3 on. */
  readonly members?: readonly LeaveGroupMemberResponseInput[] | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `LeaveGroupResponse.members`, versions 3-5. */
export interface LeaveGroupMemberResponse {
  /** Id that the coordinator gave to the member. */
  memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. */
  groupInstanceId: string | null;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link LeaveGroupMemberResponse} for writing. */
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
