// Generated from schema/FindCoordinator.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** FindCoordinatorRequest (key 10), versions 0-6. */
export interface FindCoordinatorRequest {
  /** Group or transactional id. Versions 0 to 3. */
  key: string;
  /** Kind of the key. 0: group, 1: transaction, 2: share group. Version 1 on. */
  keyType: number;
  /** Groups or transactional ids to look up. Version 4 on. */
  coordinatorKeys: string[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link FindCoordinatorRequest} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface FindCoordinatorRequestInput {
  /** Group or transactional id. Versions 0 to 3. */
  readonly key?: string | undefined;
  /** Kind of the key. 0: group, 1: transaction, 2: share group. Version 1 on. */
  readonly keyType?: number | undefined;
  /** Groups or transactional ids to look up. Version 4 on. */
  readonly coordinatorKeys?: readonly string[] | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** FindCoordinatorResponse (key 10), versions 0-6. */
export interface FindCoordinatorResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  throttleTimeMs: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. Versions 0 to 3. */
  errorCode: number;
  /** Text of the broker about the error; null: none. Versions 1 to 3. */
  errorMessage: string | null;
  /** Node id of the broker. Versions 0 to 3. */
  nodeId: number;
  /** Name or address of the advertised listener. Versions 0 to 3. */
  host: string;
  /** Port of the advertised listener. Versions 0 to 3. */
  port: number;
  /** Coordinators, one for each key. Version 4 on. */
  coordinators: FindCoordinatorCoordinator[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link FindCoordinatorResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface FindCoordinatorResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. Versions 0 to 3. */
  readonly errorCode?: number | undefined;
  /** Text of the broker about the error; null: none. Versions 1 to 3. */
  readonly errorMessage?: string | null | undefined;
  /** Node id of the broker. Versions 0 to 3. */
  readonly nodeId?: number | undefined;
  /** Name or address of the advertised listener. Versions 0 to 3. */
  readonly host?: string | undefined;
  /** Port of the advertised listener. Versions 0 to 3. */
  readonly port?: number | undefined;
  /** Coordinators, one for each key. Version 4 on. */
  readonly coordinators?: readonly FindCoordinatorCoordinatorInput[] | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `FindCoordinatorResponse.coordinators`, versions 4-6. */
export interface FindCoordinatorCoordinator {
  /** Group or transactional id. */
  key: string;
  /** Node id of the broker. */
  nodeId: number;
  /** Name or address of the advertised listener. */
  host: string;
  /** Port of the advertised listener. */
  port: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Text of the broker about the error; null: none. */
  errorMessage: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link FindCoordinatorCoordinator} for writing. */
export type FindCoordinatorCoordinatorInput = Readonly<FindCoordinatorCoordinator>;

/**
 * Finds the broker that coordinates a group or a transactional id.
 * 1: transactions. 3: flexible. 4: several keys (KIP-699). 5: abortable errors (KIP-890). 6: share groups (KIP-932).
 */
export const findCoordinator: Api<
  FindCoordinatorRequest,
  FindCoordinatorResponse,
  FindCoordinatorRequestInput,
  FindCoordinatorResponseInput
> = {
  key: 10,
  name: "FindCoordinator",
  minVersion: 0,
  maxVersion: 6,
  flexibleFrom: 3,
  request: { read: readFindCoordinatorRequest, write: writeFindCoordinatorRequest },
  response: { read: readFindCoordinatorResponse, write: writeFindCoordinatorResponse },
};

function readFindCoordinatorRequest(from: Reader, version: number): FindCoordinatorRequest {
  const flexible = version >= 3;
  const key = version <= 3 ? from.string(flexible) : "";
  const keyType = version >= 1 ? from.int8() : 0;
  const coordinatorKeys = version >= 4 ? from.stringArray(true) : [];
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { key, keyType, coordinatorKeys, unknownTaggedFields };
}

function writeFindCoordinatorRequest(to: Writer, message: FindCoordinatorRequestInput, version: number): void {
  const flexible = version >= 3;
  if (version <= 3) to.string(message.key ?? "", flexible);
  if (version >= 1) to.int8(message.keyType ?? 0);
  if (version >= 4) to.stringArray(message.coordinatorKeys ?? [], true);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readFindCoordinatorResponse(from: Reader, version: number): FindCoordinatorResponse {
  const flexible = version >= 3;
  const throttleTimeMs = version >= 1 ? from.int32() : 0;
  const errorCode = version <= 3 ? from.int16() : 0;
  const errorMessage = version >= 1 && version <= 3 ? from.nullableString(flexible) : "";
  const nodeId = version <= 3 ? from.int32() : 0;
  const host = version <= 3 ? from.string(flexible) : "";
  const port = version <= 3 ? from.int32() : 0;
  const coordinatorsCount = version >= 4 ? from.arrayLength(true) : 0;
  const coordinators: FindCoordinatorCoordinator[] = [];
  for (let i = 0; i < coordinatorsCount; i += 1) coordinators.push(readFindCoordinatorCoordinator(from));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, errorCode, errorMessage, nodeId, host, port, coordinators, unknownTaggedFields };
}

function writeFindCoordinatorResponse(to: Writer, message: FindCoordinatorResponseInput, version: number): void {
  const flexible = version >= 3;
  if (version >= 1) to.int32(message.throttleTimeMs ?? 0);
  if (version <= 3) to.int16(message.errorCode ?? 0);
  if (version >= 1 && version <= 3) to.nullableString(message.errorMessage === undefined ? "" : message.errorMessage, flexible);
  if (version <= 3) to.int32(message.nodeId ?? 0);
  if (version <= 3) to.string(message.host ?? "", flexible);
  if (version <= 3) to.int32(message.port ?? 0);
  if (version >= 4) {
    const coordinators = message.coordinators ?? [];
    to.arrayLength(coordinators.length, true);
    for (const element of coordinators) writeFindCoordinatorCoordinator(to, element);
  }
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readFindCoordinatorCoordinator(from: Reader): FindCoordinatorCoordinator {
  const key = from.string(true);
  const nodeId = from.int32();
  const host = from.string(true);
  const port = from.int32();
  const errorCode = from.int16();
  const errorMessage = from.nullableString(true);
  const unknownTaggedFields = from.unknownTaggedFields();
  return { key, nodeId, host, port, errorCode, errorMessage, unknownTaggedFields };
}

function writeFindCoordinatorCoordinator(to: Writer, message: FindCoordinatorCoordinatorInput): void {
  to.string(message.key, true);
  to.int32(message.nodeId);
  to.string(message.host, true);
  to.int32(message.port);
  to.int16(message.errorCode);
  to.nullableString(message.errorMessage, true);
  to.unknownTaggedFields(message.unknownTaggedFields);
}
