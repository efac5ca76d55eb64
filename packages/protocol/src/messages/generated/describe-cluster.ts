// Generated from schema/DescribeCluster.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** DescribeClusterRequest (key 60), versions 0-2. */
export interface DescribeClusterRequest {
  /** Asks for the operations that the client may do on the cluster. */
  includeClusterAuthorizedOperations: boolean;
  /** Kind of nodes to describe, or that are described. 1: brokers, 2: controllers. Version 1 on. */
  endpointType: number;
  /** Asks for fenced brokers too. Version 2 on. */
  includeFencedBrokers: boolean;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DescribeClusterRequest} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DescribeClusterRequestInput {
  /** Asks for the operations that the client may do on the cluster. */
  readonly includeClusterAuthorizedOperations: boolean;
  /** Kind of nodes to describe, or that are described. 1: brokers, 2: controllers. Version 1 on. */
  readonly endpointType?: number | undefined;
  /** Asks for fenced brokers too. Version 2 on. */
  readonly includeFencedBrokers?: boolean | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** DescribeClusterResponse (key 60), versions 0-2. */
export interface DescribeClusterResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  throttleTimeMs: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Text of the broker about the error; null: none. Default null. */
  errorMessage: string | null;
  /** Kind of nodes to describe, or that are described. Version 1 on, default 1. */
  endpointType: number;
  /** Id of the cluster. */
  clusterId: string;
  /** Node id of the controller; with KRaft any broker. Default -1. */
  controllerId: number;
  /** Brokers of the cluster with their advertised addresses. */
  brokers: DescribeClusterBroker[];
  /** Operations that the client may do on the cluster. Default -2147483648. */
  clusterAuthorizedOperations: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DescribeClusterResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DescribeClusterResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Text of the broker about the error; null: none. Default null. */
  readonly errorMessage?: string | null | undefined;
  /** Kind of nodes to describe, or that are described. Version 1 on, default 1. */
  readonly endpointType?: number | undefined;
  /** Id of the cluster. */
  readonly clusterId: string;
  /** Node id of the controller; with KRaft any broker. Default -1. */
  readonly controllerId?: number | undefined;
  /** Brokers of the cluster with their advertised addresses. */
  readonly brokers: readonly DescribeClusterBrokerInput[];
  /** Operations that the client may do on the cluster. Default -2147483648. */
  readonly clusterAuthorizedOperations?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DescribeClusterResponse.brokers`, versions 0-2. */
export interface DescribeClusterBroker {
  /** Node id of the broker. */
  brokerId: number;
  /** Name or address of the advertised listener. */
  host: string;
  /** Port of the advertised listener. */
  port: number;
  /** Rack of the broker (`broker.rack`); null: none. Default null. */
  rack: string | null;
  /** True: the broker is registered but not active. Version 2 on. */
  isFenced: boolean;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DescribeClusterBroker} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DescribeClusterBrokerInput {
  /** Node id of the broker. */
  readonly brokerId: number;
  /** Name or address of the advertised listener. */
  readonly host: string;
  /** Port of the advertised listener. */
  readonly port: number;
  /** Rack of the broker (`broker.rack`); null: none. Default null. */
  readonly rack?: string | null | undefined;
  /** True: the broker is registered but not active. Version 2 on. */
  readonly isFenced?: boolean | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Describes the cluster and its brokers (KIP-700).
 * 1: controllers too (KIP-919). 2: fenced brokers (KIP-1073).
 */
export const describeCluster: Api<
  DescribeClusterRequest,
  DescribeClusterResponse,
  DescribeClusterRequestInput,
  DescribeClusterResponseInput
> = {
  key: 60,
  name: "DescribeCluster",
  minVersion: 0,
  maxVersion: 2,
  flexibleFrom: 0,
  request: { read: readDescribeClusterRequest, write: writeDescribeClusterRequest },
  response: { read: readDescribeClusterResponse, write: writeDescribeClusterResponse },
};

function readDescribeClusterRequest(from: Reader, version: number): DescribeClusterRequest {
  const includeClusterAuthorizedOperations = from.bool();
  const endpointType = version >= 1 ? from.int8() : 1;
  const includeFencedBrokers = version >= 2 ? from.bool() : false;
  const unknownTaggedFields = from.unknownTaggedFields();
  return { includeClusterAuthorizedOperations, endpointType, includeFencedBrokers, unknownTaggedFields };
}

function writeDescribeClusterRequest(to: Writer, message: DescribeClusterRequestInput, version: number): void {
  to.bool(message.includeClusterAuthorizedOperations);
  if (version >= 1) to.int8(message.endpointType ?? 1);
  if (version >= 2) to.bool(message.includeFencedBrokers ?? false);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDescribeClusterResponse(from: Reader, version: number): DescribeClusterResponse {
  const throttleTimeMs = from.int32();
  const errorCode = from.int16();
  const errorMessage = from.nullableString(true);
  const endpointType = version >= 1 ? from.int8() : 1;
  const clusterId = from.string(true);
  const controllerId = from.int32();
  const brokersCount = from.arrayLength(true);
  const brokers: DescribeClusterBroker[] = [];
  for (let i = 0; i < brokersCount; i += 1) brokers.push(readDescribeClusterBroker(from, version));
  const clusterAuthorizedOperations = from.int32();
  const unknownTaggedFields = from.unknownTaggedFields();
  return {
    throttleTimeMs,
    errorCode,
    errorMessage,
    endpointType,
    clusterId,
    controllerId,
    brokers,
    clusterAuthorizedOperations,
    unknownTaggedFields,
  };
}

function writeDescribeClusterResponse(to: Writer, message: DescribeClusterResponseInput, version: number): void {
  to.int32(message.throttleTimeMs ?? 0);
  to.int16(message.errorCode);
  to.nullableString(message.errorMessage ?? null, true);
  if (version >= 1) to.int8(message.endpointType ?? 1);
  to.string(message.clusterId, true);
  to.int32(message.controllerId ?? -1);
  const brokers = message.brokers;
  to.arrayLength(brokers.length, true);
  for (const element of brokers) writeDescribeClusterBroker(to, element, version);
  to.int32(message.clusterAuthorizedOperations ?? -2147483648);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDescribeClusterBroker(from: Reader, version: number): DescribeClusterBroker {
  const brokerId = from.int32();
  const host = from.string(true);
  const port = from.int32();
  const rack = from.nullableString(true);
  const isFenced = version >= 2 ? from.bool() : false;
  const unknownTaggedFields = from.unknownTaggedFields();
  return { brokerId, host, port, rack, isFenced, unknownTaggedFields };
}

function writeDescribeClusterBroker(to: Writer, message: DescribeClusterBrokerInput, version: number): void {
  to.int32(message.brokerId);
  to.string(message.host, true);
  to.int32(message.port);
  to.nullableString(message.rack ?? null, true);
  if (version >= 2) to.bool(message.isFenced ?? false);
  to.unknownTaggedFields(message.unknownTaggedFields);
}
