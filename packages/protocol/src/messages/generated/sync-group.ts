// Generated from schema/SyncGroup.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** SyncGroupRequest (key 14), versions 0-5. */
export interface SyncGroupRequest {
  groupId: string;
  generationId: number;
  memberId: string;
  /** Version 3 on, default null. */
  groupInstanceId: string | null;
  /** Version 5 on, default null. */
  protocolType: string | null;
  /** Version 5 on, default null. */
  protocolName: string | null;
  /** Empty but for the leader. */
  assignments: SyncGroupRequestAssignment[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface SyncGroupRequestInput {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
  readonly protocolType?: string | null | undefined;
  readonly protocolName?: string | null | undefined;
  readonly assignments: readonly SyncGroupRequestAssignmentInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface SyncGroupRequestAssignment {
  memberId: string;
  assignment: Buffer;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface SyncGroupRequestAssignmentInput {
  readonly memberId: string;
  readonly assignment: Uint8Array;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** SyncGroupResponse (key 14), versions 0-5. */
export interface SyncGroupResponse {
  /** Version 1 on, default 0. */
  throttleTimeMs: number;
  errorCode: number;
  /** Version 5 on, default null. */
  protocolType: string | null;
  /** Version 5 on, default null. */
  protocolName: string | null;
  assignment: Buffer;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface SyncGroupResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode: number;
  readonly protocolType?: string | null | undefined;
  readonly protocolName?: string | null | undefined;
  readonly assignment: Uint8Array;
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
