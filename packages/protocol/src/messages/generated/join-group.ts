// Generated from schema/JoinGroup.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import { notNull, type Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** JoinGroupRequest (key 11), versions 0-9. */
export interface JoinGroupRequest {
  /** Id of the group (`group.id`). */
  groupId: string;
  /** Time without a heartbeat after which a member is removed, in milliseconds. */
  sessionTimeoutMs: number;
  /** Time that members have to rejoin, in milliseconds. V0: the session timeout. Version 1 on, default -1. */
  rebalanceTimeoutMs: number;
  /** Id that the coordinator gave to the member. Empty: a new member. */
  memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 5 on, default null. */
  groupInstanceId: string | null;
  /** Kind of the group, such as `consumer`. */
  protocolType: string;
  /** Assignment protocols of the member. Most wanted first. */
  protocols: JoinGroupRequestProtocol[];
  /** Reason of the member, for the broker's log. Version 8 on, default null. */
  reason: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link JoinGroupRequest} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface JoinGroupRequestInput {
  /** Id of the group (`group.id`). */
  readonly groupId: string;
  /** Time without a heartbeat after which a member is removed, in milliseconds. */
  readonly sessionTimeoutMs: number;
  /** Time that members have to rejoin, in milliseconds. V0: the session timeout. Version 1 on, default -1. */
  readonly rebalanceTimeoutMs?: number | undefined;
  /** Id that the coordinator gave to the member. Empty: a new member. */
  readonly memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 5 on, default null. */
  readonly groupInstanceId?: string | null | undefined;
  /** Kind of the group, such as `consumer`. */
  readonly protocolType: string;
  /** Assignment protocols of the member. Most wanted first. */
  readonly protocols: readonly JoinGroupRequestProtocolInput[];
  /** Reason of the member, for the broker's log. Version 8 on, default null. */
  readonly reason?: string | null | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `JoinGroupRequest.protocols`, versions 0-9. */
export interface JoinGroupRequestProtocol {
  /** Name of the protocol, such as `range`. */
  name: string;
  /** Subscription of the member, in the bytes of this protocol. */
  metadata: Buffer;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link JoinGroupRequestProtocol} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface JoinGroupRequestProtocolInput {
  /** Name of the protocol, such as `range`. */
  readonly name: string;
  /** Subscription of the member, in the bytes of this protocol. */
  readonly metadata: Uint8Array;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** JoinGroupResponse (key 11), versions 0-9. */
export interface JoinGroupResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 2 on, default 0. */
  throttleTimeMs: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Number of the group's generation. Default -1. */
  generationId: number;
  /** Kind of the group, such as `consumer`. Version 7 on, default null. */
  protocolType: string | null;
  /** Name of the assignment protocol that the group uses. */
  protocolName: string | null;
  /** Member id of the leader, which computes the assignment. */
  leader: string;
  /** Tells the leader to send no assignments. The broker has the assignment already. Version 9 on, default false. */
  skipAssignment: boolean;
  /** Id that the coordinator gave to the member. */
  memberId: string;
  /** Members of the group. To the leader only. */
  members: JoinGroupResponseMember[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link JoinGroupResponse} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface JoinGroupResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 2 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Number of the group's generation. Default -1. */
  readonly generationId?: number | undefined;
  /** Kind of the group, such as `consumer`. Version 7 on, default null. */
  readonly protocolType?: string | null | undefined;
  /** Name of the assignment protocol that the group uses. */
  readonly protocolName: string | null;
  /** Member id of the leader, which computes the assignment. */
  readonly leader: string;
  /** Tells the leader to send no assignments. The broker has the assignment already. Version 9 on, default false. */
  readonly skipAssignment?: boolean | undefined;
  /** Id that the coordinator gave to the member. */
  readonly memberId: string;
  /** Members of the group. To the leader only. */
  readonly members: readonly JoinGroupResponseMemberInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `JoinGroupResponse.members`, versions 0-9. */
export interface JoinGroupResponseMember {
  /** Id that the coordinator gave to the member. */
  memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 5 on, default null. */
  groupInstanceId: string | null;
  /** Subscription of the member, in the bytes of the chosen protocol. */
  metadata: Buffer;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link JoinGroupResponseMember} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface JoinGroupResponseMemberInput {
  /** Id that the coordinator gave to the member. */
  readonly memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 5 on, default null. */
  readonly groupInstanceId?: string | null | undefined;
  /** Subscription of the member, in the bytes of the chosen protocol. */
  readonly metadata: Uint8Array;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
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
