// Generated from schema/Heartbeat.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** HeartbeatRequest (key 12), versions 0-4. */
export interface HeartbeatRequest {
  /** Id of the group (`group.id`). */
  groupId: string;
  /** Number of the group's generation. */
  generationId: number;
  /** Id that the coordinator gave to the member. */
  memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 3 on, default null. */
  groupInstanceId: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link HeartbeatRequest} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface HeartbeatRequestInput {
  /** Id of the group (`group.id`). */
  readonly groupId: string;
  /** Number of the group's generation. */
  readonly generationId: number;
  /** Id that the coordinator gave to the member. */
  readonly memberId: string;
  /** Id of a static member (`group.instance.id`); null: a dynamic member. Version 3 on, default null. */
  readonly groupInstanceId?: string | null | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** HeartbeatResponse (key 12), versions 0-4. */
export interface HeartbeatResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  throttleTimeMs: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link HeartbeatResponse} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface HeartbeatResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Keeps a member in its group and tells it of rebalances.
 * 3: static members (KIP-345). 4: flexible.
 */
export const heartbeat: Api<HeartbeatRequest, HeartbeatResponse, HeartbeatRequestInput, HeartbeatResponseInput> = {
  key: 12,
  name: "Heartbeat",
  minVersion: 0,
  maxVersion: 4,
  flexibleFrom: 4,
  request: { read: readHeartbeatRequest, write: writeHeartbeatRequest },
  response: { read: readHeartbeatResponse, write: writeHeartbeatResponse },
};

function readHeartbeatRequest(from: Reader, version: number): HeartbeatRequest {
  const flexible = version >= 4;
  const groupId = from.string(flexible);
  const generationId = from.int32();
  const memberId = from.string(flexible);
  const groupInstanceId = version >= 3 ? from.nullableString(flexible) : null;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { groupId, generationId, memberId, groupInstanceId, unknownTaggedFields };
}

function writeHeartbeatRequest(to: Writer, message: HeartbeatRequestInput, version: number): void {
  const flexible = version >= 4;
  to.string(message.groupId, flexible);
  to.int32(message.generationId);
  to.string(message.memberId, flexible);
  if (version >= 3) to.nullableString(message.groupInstanceId ?? null, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readHeartbeatResponse(from: Reader, version: number): HeartbeatResponse {
  const flexible = version >= 4;
  const throttleTimeMs = version >= 1 ? from.int32() : 0;
  const errorCode = from.int16();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, errorCode, unknownTaggedFields };
}

function writeHeartbeatResponse(to: Writer, message: HeartbeatResponseInput, version: number): void {
  const flexible = version >= 4;
  if (version >= 1) to.int32(message.throttleTimeMs ?? 0);
  to.int16(message.errorCode);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
