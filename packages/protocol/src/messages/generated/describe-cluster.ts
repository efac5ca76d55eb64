// Generated from schema/DescribeCluster.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** DescribeClusterRequest (key 60), versions 0-2. */
export interface DescribeClusterRequest {
  includeClusterAuthorizedOperations: boolean;
  /** Version 1 on. 1: brokers, 2: controllers. */
  endpointType: number;
  /** Version 2 on. */
  includeFencedBrokers: boolean;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeClusterRequestInput {
  readonly includeClusterAuthorizedOperations: boolean;
  readonly endpointType?: number | undefined;
  readonly includeFencedBrokers?: boolean | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** DescribeClusterResponse (key 60), versions 0-2. */
export interface DescribeClusterResponse {
  /** Default 0. */
  throttleTimeMs: number;
  errorCode: number;
  /** Default null. */
  errorMessage: string | null;
  /** Version 1 on, default 1. */
  endpointType: number;
  clusterId: string;
  /** Default -1. */
  controllerId: number;
  brokers: DescribeClusterBroker[];
  /** Default -2147483648. */
  clusterAuthorizedOperations: number;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeClusterResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly endpointType?: number | undefined;
  readonly clusterId: string;
  readonly controllerId?: number | undefined;
  readonly brokers: readonly DescribeClusterBrokerInput[];
  readonly clusterAuthorizedOperations?: number | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeClusterBroker {
  brokerId: number;
  host: string;
  port: number;
  /** Default null. */
  rack: string | null;
  /** Version 2 on. */
  isFenced: boolean;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeClusterBrokerInput {
  readonly brokerId: number;
  readonly host: string;
  readonly port: number;
  readonly rack?: string | null | undefined;
  readonly isFenced?: boolean | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * KIP-700. 1: controllers too (KIP-919). 2: fenced brokers (KIP-1073).
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
