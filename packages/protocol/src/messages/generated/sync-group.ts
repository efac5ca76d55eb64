// Generated from schema/SyncGroup.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** SyncGroupRequest (key 14), versions 0-5. */
export interface SyncGroupRequest {
  /** Id of the group (`group.id`). */
  groupId: string;
  /** Number of the group's generation. */
  generationId: number;
  /** Id that the coordinator gave to the member. */
  memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 3 on, default null. */
  groupInstanceId: string | null;
  /** Kind of the group, such as `consumer`. Version 5 on, default null. */
  protocolType: string | null;
  /** Name of the assignment protocol that the group uses. Version 5 on, default null. */
  protocolName: string | null;
  /** Assignments of all members by the leader. Empty but for the leader. */
  assignments: SyncGroupRequestAssignment[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link SyncGroupRequest} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface SyncGroupRequestInput {
  /** Id of the group (`group.id`). */
  readonly groupId: string;
  /** Number of the group's generation. */
  readonly generationId: number;
  /** Id that the coordinator gave to the member. */
  readonly memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 3 on, default null. */
  readonly groupInstanceId?: string | null | undefined;
  /** Kind of the group, such as `consumer`. Version 5 on, default null. */
  readonly protocolType?: string | null | undefined;
  /** Name of the assignment protocol that the group uses. Version 5 on, default null. */
  readonly protocolName?: string | null | undefined;
  /** Assignments of all members by the leader. Empty but for the leader. */
  readonly assignments: readonly SyncGroupRequestAssignmentInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `SyncGroupRequest.assignments`, versions 0-5. */
export interface SyncGroupRequestAssignment {
  /** Id that the coordinator gave to the member. */
  memberId: string;
  /** Assignment of a member, in the bytes of the group's protocol. */
  assignment: Buffer;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link SyncGroupRequestAssignment} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface SyncGroupRequestAssignmentInput {
  /** Id that the coordinator gave to the member. */
  readonly memberId: string;
  /** Assignment of a member, in the bytes of the group's protocol. */
  readonly assignment: Uint8Array;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** SyncGroupResponse (key 14), versions 0-5. */
export interface SyncGroupResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  throttleTimeMs: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Kind of the group, such as `consumer`. Version 5 on, default null. */
  protocolType: string | null;
  /** Name of the assignment protocol that the group uses. Version 5 on, default null. */
  protocolName: string | null;
  /** Assignment of a member, in the bytes of the group's protocol. */
  assignment: Buffer;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link SyncGroupResponse} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface SyncGroupResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Kind of the group, such as `consumer`. Version 5 on, default null. */
  readonly protocolType?: string | null | undefined;
  /** Name of the assignment protocol that the group uses. Version 5 on, default null. */
  readonly protocolName?: string | null | undefined;
  /** Assignment of a member, in the bytes of the group's protocol. */
  readonly assignment: Uint8Array;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * The leader hands in the assignment, every member gets its own.
 * 3: static members (KIP-345). 4: flexible. 5: protocol type and name (KIP-559).
 */
export const syncGroup: Api<SyncGroupRequest, SyncGroupResponse, SyncGroupRequestInput, SyncGroupResponseInput> = {
  key: 14,
  name: "SyncGroup",
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 4,
  request: { read: readSyncGroupRequest, write: writeSyncGroupRequest },
  response: { read: readSyncGroupResponse, write: writeSyncGroupResponse },
};

function readSyncGroupRequest(from: Reader, version: number): SyncGroupRequest {
  const flexible = version >= 4;
  const groupId = from.string(flexible);
  const generationId = from.int32();
  const memberId = from.string(flexible);
  const groupInstanceId = version >= 3 ? from.nullableString(flexible) : null;
  const protocolType = version >= 5 ? from.nullableString(true) : null;
  const protocolName = version >= 5 ? from.nullableString(true) : null;
  const assignmentsCount = from.arrayLength(flexible);
  const assignments: SyncGroupRequestAssignment[] = [];
  for (let i = 0; i < assignmentsCount; i += 1) assignments.push(readSyncGroupRequestAssignment(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { groupId, generationId, memberId, groupInstanceId, protocolType, protocolName, assignments, unknownTaggedFields };
}

function writeSyncGroupRequest(to: Writer, message: SyncGroupRequestInput, version: number): void {
  const flexible = version >= 4;
  to.string(message.groupId, flexible);
  to.int32(message.generationId);
  to.string(message.memberId, flexible);
  if (version >= 3) to.nullableString(message.groupInstanceId ?? null, flexible);
  if (version >= 5) to.nullableString(message.protocolType ?? null, true);
  if (version >= 5) to.nullableString(message.protocolName ?? null, true);
  const assignments = message.assignments;
  to.arrayLength(assignments.length, flexible);
  for (const element of assignments) writeSyncGroupRequestAssignment(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readSyncGroupRequestAssignment(from: Reader, version: number): SyncGroupRequestAssignment {
  const flexible = version >= 4;
  const memberId = from.string(flexible);
  const assignment = from.bytes(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { memberId, assignment, unknownTaggedFields };
}

function writeSyncGroupRequestAssignment(to: Writer, message: SyncGroupRequestAssignmentInput, version: number): void {
  const flexible = version >= 4;
  to.string(message.memberId, flexible);
  to.bytes(message.assignment, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readSyncGroupResponse(from: Reader, version: number): SyncGroupResponse {
  const flexible = version >= 4;
  const throttleTimeMs = version >= 1 ? from.int32() : 0;
  const errorCode = from.int16();
  const protocolType = version >= 5 ? from.nullableString(true) : null;
  const protocolName = version >= 5 ? from.nullableString(true) : null;
  const assignment = from.bytes(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, errorCode, protocolType, protocolName, assignment, unknownTaggedFields };
}

function writeSyncGroupResponse(to: Writer, message: SyncGroupResponseInput, version: number): void {
  const flexible = version >= 4;
  if (version >= 1) to.int32(message.throttleTimeMs ?? 0);
  to.int16(message.errorCode);
  if (version >= 5) to.nullableString(message.protocolType ?? null, true);
  if (version >= 5) to.nullableString(message.protocolName ?? null, true);
  to.bytes(message.assignment, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
