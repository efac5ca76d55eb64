// Generated from schema/JoinGroup.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import { notNull, type Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** JoinGroupRequest (key 11), versions 0-9. */
export interface JoinGroupRequest {
  groupId: string;
  sessionTimeoutMs: number;
  /** Version 1 on, default -1. V0: the session timeout. */
  rebalanceTimeoutMs: number;
  /** Empty: a new member. */
  memberId: string;
  /** Version 5 on, default null. */
  groupInstanceId: string | null;
  protocolType: string;
  /** Most wanted first. */
  protocols: JoinGroupRequestProtocol[];
  /** Version 8 on, default null. */
  reason: string | null;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface JoinGroupRequestInput {
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs?: number | undefined;
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly protocolType: string;
  readonly protocols: readonly JoinGroupRequestProtocolInput[];
  readonly reason?: string | null | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface JoinGroupRequestProtocol {
  name: string;
  metadata: Buffer;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface JoinGroupRequestProtocolInput {
  readonly name: string;
  readonly metadata: Uint8Array;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** JoinGroupResponse (key 11), versions 0-9. */
export interface JoinGroupResponse {
  /** Version 2 on, default 0. */
  throttleTimeMs: number;
  errorCode: number;
  /** Default -1. */
  generationId: number;
  /** Version 7 on, default null. */
  protocolType: string | null;
  protocolName: string | null;
  leader: string;
  /** Version 9 on, default false. The leader computes nothing: the broker has the assignment. */
  skipAssignment: boolean;
  memberId: string;
  /** To the leader only. */
  members: JoinGroupResponseMember[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface JoinGroupResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode: number;
  readonly generationId?: number | undefined;
  readonly protocolType?: string | null | undefined;
  readonly protocolName: string | null;
  readonly leader: string;
  readonly skipAssignment?: boolean | undefined;
  readonly memberId: string;
  readonly members: readonly JoinGroupResponseMemberInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface JoinGroupResponseMember {
  memberId: string;
  /** Version 5 on, default null. */
  groupInstanceId: string | null;
  metadata: Buffer;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface JoinGroupResponseMemberInput {
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly metadata: Uint8Array;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Enters a group of the classic protocol; answered when all members are known.
 * 1: rebalance timeout of its own. 4: MEMBER_ID_REQUIRED (KIP-394). 5: static members (KIP-345). 6: flexible. 7:
 * protocol type in the answer. 8: reason (KIP-800). 9: a static leader may skip the assignment (KIP-814).
 */
export const joinGroup: Api<JoinGroupRequest, JoinGroupResponse, JoinGroupRequestInput, JoinGroupResponseInput> = {
  key: 11,
  name: "JoinGroup",
  minVersion: 0,
  maxVersion: 9,
  flexibleFrom: 6,
  request: { read: readJoinGroupRequest, write: writeJoinGroupRequest },
  response: { read: readJoinGroupResponse, write: writeJoinGroupResponse },
};

function readJoinGroupRequest(from: Reader, version: number): JoinGroupRequest {
  const flexible = version >= 6;
  const groupId = from.string(flexible);
  const sessionTimeoutMs = from.int32();
  const rebalanceTimeoutMs = version >= 1 ? from.int32() : -1;
  const memberId = from.string(flexible);
  const groupInstanceId = version >= 5 ? from.nullableString(flexible) : null;
  const protocolType = from.string(flexible);
  const protocolsCount = from.arrayLength(flexible);
  const protocols: JoinGroupRequestProtocol[] = [];
  for (let i = 0; i < protocolsCount; i += 1) protocols.push(readJoinGroupRequestProtocol(from, version));
  const reason = version >= 8 ? from.nullableString(true) : null;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return {
    groupId,
    sessionTimeoutMs,
    rebalanceTimeoutMs,
    memberId,
    groupInstanceId,
    protocolType,
    protocols,
    reason,
    unknownTaggedFields,
  };
}

function writeJoinGroupRequest(to: Writer, message: JoinGroupRequestInput, version: number): void {
  const flexible = version >= 6;
  to.string(message.groupId, flexible);
  to.int32(message.sessionTimeoutMs);
  if (version >= 1) to.int32(message.rebalanceTimeoutMs ?? -1);
  to.string(message.memberId, flexible);
  if (version >= 5) to.nullableString(message.groupInstanceId ?? null, flexible);
  to.string(message.protocolType, flexible);
  const protocols = message.protocols;
  to.arrayLength(protocols.length, flexible);
  for (const element of protocols) writeJoinGroupRequestProtocol(to, element, version);
  if (version >= 8) to.nullableString(message.reason ?? null, true);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readJoinGroupRequestProtocol(from: Reader, version: number): JoinGroupRequestProtocol {
  const flexible = version >= 6;
  const name = from.string(flexible);
  const metadata = from.bytes(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, metadata, unknownTaggedFields };
}

function writeJoinGroupRequestProtocol(to: Writer, message: JoinGroupRequestProtocolInput, version: number): void {
  const flexible = version >= 6;
  to.string(message.name, flexible);
  to.bytes(message.metadata, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readJoinGroupResponse(from: Reader, version: number): JoinGroupResponse {
  const flexible = version >= 6;
  const throttleTimeMs = version >= 2 ? from.int32() : 0;
  const errorCode = from.int16();
  const generationId = from.int32();
  const protocolType = version >= 7 ? from.nullableString(true) : null;
  const protocolName = version >= 7 ? from.nullableString(flexible) : from.string(flexible);
  const leader = from.string(flexible);
  const skipAssignment = version >= 9 ? from.bool() : false;
  const memberId = from.string(flexible);
  const membersCount = from.arrayLength(flexible);
  const members: JoinGroupResponseMember[] = [];
  for (let i = 0; i < membersCount; i += 1) members.push(readJoinGroupResponseMember(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return {
    throttleTimeMs,
    errorCode,
    generationId,
    protocolType,
    protocolName,
    leader,
    skipAssignment,
    memberId,
    members,
    unknownTaggedFields,
  };
}

function writeJoinGroupResponse(to: Writer, message: JoinGroupResponseInput, version: number): void {
  const flexible = version >= 6;
  if (version >= 2) to.int32(message.throttleTimeMs ?? 0);
  to.int16(message.errorCode);
  to.int32(message.generationId ?? -1);
  if (version >= 7) to.nullableString(message.protocolType ?? null, true);
  const protocolName = message.protocolName;
  if (version >= 7) to.nullableString(protocolName, flexible);
  else to.string(notNull(protocolName, "JoinGroupResponse.protocolName"), flexible);
  to.string(message.leader, flexible);
  if (version >= 9) to.bool(message.skipAssignment ?? false);
  to.string(message.memberId, flexible);
  const members = message.members;
  to.arrayLength(members.length, flexible);
  for (const element of members) writeJoinGroupResponseMember(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readJoinGroupResponseMember(from: Reader, version: number): JoinGroupResponseMember {
  const flexible = version >= 6;
  const memberId = from.string(flexible);
  const groupInstanceId = version >= 5 ? from.nullableString(flexible) : null;
  const metadata = from.bytes(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { memberId, groupInstanceId, metadata, unknownTaggedFields };
}

function writeJoinGroupResponseMember(to: Writer, message: JoinGroupResponseMemberInput, version: number): void {
  const flexible = version >= 6;
  to.string(message.memberId, flexible);
  if (version >= 5) to.nullableString(message.groupInstanceId ?? null, flexible);
  to.bytes(message.metadata, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
