// Generated from schema/DescribeConfigs.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** DescribeConfigsRequest (key 32), versions 1-4. */
export interface DescribeConfigsRequest {
  resources: DescribeConfigsResource[];
  /** Default false. */
  includeSynonyms: boolean;
  /** Version 3 on, default false. */
  includeDocumentation: boolean;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeConfigsRequestInput {
  readonly resources: readonly DescribeConfigsResourceInput[];
  readonly includeSynonyms?: boolean | undefined;
  readonly includeDocumentation?: boolean | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeConfigsResource {
  /** 2: topic, 4: broker, 8: broker logger, 16: client metrics, 32: group. */
  resourceType: number;
  resourceName: string;
  /** Null: all. */
  configurationKeys: string[] | null;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeConfigsResourceInput {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configurationKeys: readonly string[] | null;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** DescribeConfigsResponse (key 32), versions 1-4. */
export interface DescribeConfigsResponse {
  /** Default 0. */
  throttleTimeMs: number;
  results: DescribeConfigsResult[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeConfigsResponseInput {
  readonly throttleTimeMs?: number | undefined;
  readonly results: readonly DescribeConfigsResultInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeConfigsResult {
  errorCode: number;
  errorMessage: string | null;
  resourceType: number;
  resourceName: string;
  configs: DescribeConfigsResourceResult[];
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeConfigsResultInput {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly DescribeConfigsResourceResultInput[];
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeConfigsResourceResult {
  name: string;
  value: string | null;
  readOnly: boolean;
  /** Default -1. 1: topic, 2: broker, 3: all brokers, 4: server.properties, 5: default. */
  configSource: number;
  isSensitive: boolean;
  synonyms: DescribeConfigsSynonym[];
  /** Version 3 on, default 0. 1: boolean, 2: string, 3: int, 4: short, 5: long, 6: double, 7: list. */
  configType: number;
  /** Version 3 on. */
  documentation: string | null;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeConfigsResourceResultInput {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly configSource?: number | undefined;
  readonly isSensitive: boolean;
  readonly synonyms: readonly DescribeConfigsSynonymInput[];
  readonly configType?: number | undefined;
  readonly documentation?: string | null | undefined;
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export interface DescribeConfigsSynonym {
  name: string;
  value: string | null;
  source: number;
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

export type DescribeConfigsSynonymInput = Readonly<DescribeConfigsSynonym>;

/**
 * 1: synonyms (KIP-226). 3: types and documentation (KIP-569). 4: flexible.
 */
export const describeConfigs: Api<
  DescribeConfigsRequest,
  DescribeConfigsResponse,
  DescribeConfigsRequestInput,
  DescribeConfigsResponseInput
> = {
  key: 32,
  name: "DescribeConfigs",
  minVersion: 1,
  maxVersion: 4,
  flexibleFrom: 4,
  request: { read: readDescribeConfigsRequest, write: writeDescribeConfigsRequest },
  response: { read: readDescribeConfigsResponse, write: writeDescribeConfigsResponse },
};

function readDescribeConfigsRequest(from: Reader, version: number): DescribeConfigsRequest {
  const flexible = version >= 4;
  const resourcesCount = from.arrayLength(flexible);
  const resources: DescribeConfigsResource[] = [];
  for (let i = 0; i < resourcesCount; i += 1) resources.push(readDescribeConfigsResource(from, version));
  const includeSynonyms = from.bool();
  const includeDocumentation = version >= 3 ? from.bool() : false;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { resources, includeSynonyms, includeDocumentation, unknownTaggedFields };
}

function writeDescribeConfigsRequest(to: Writer, message: DescribeConfigsRequestInput, version: number): void {
  const flexible = version >= 4;
  const resources = message.resources;
  to.arrayLength(resources.length, flexible);
  for (const element of resources) writeDescribeConfigsResource(to, element, version);
  to.bool(message.includeSynonyms ?? false);
  if (version >= 3) to.bool(message.includeDocumentation ?? false);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDescribeConfigsResource(from: Reader, version: number): DescribeConfigsResource {
  const flexible = version >= 4;
  const resourceType = from.int8();
  const resourceName = from.string(flexible);
  const configurationKeysCount = from.nullableArrayLength(flexible);
  const configurationKeys: string[] | null = configurationKeysCount < 0 ? null : [];
  for (let i = 0; i < configurationKeysCount; i += 1) configurationKeys!.push(from.string(flexible));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { resourceType, resourceName, configurationKeys, unknownTaggedFields };
}

function writeDescribeConfigsResource(to: Writer, message: DescribeConfigsResourceInput, version: number): void {
  const flexible = version >= 4;
  to.int8(message.resourceType);
  to.string(message.resourceName, flexible);
  const configurationKeys = message.configurationKeys;
  if (configurationKeys === null) to.nullArray(flexible);
  else {
    to.arrayLength(configurationKeys.length, flexible);
    for (const element of configurationKeys) to.string(element, flexible);
  }
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDescribeConfigsResponse(from: Reader, version: number): DescribeConfigsResponse {
  const flexible = version >= 4;
  const throttleTimeMs = from.int32();
  const resultsCount = from.arrayLength(flexible);
  const results: DescribeConfigsResult[] = [];
  for (let i = 0; i < resultsCount; i += 1) results.push(readDescribeConfigsResult(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, results, unknownTaggedFields };
}

function writeDescribeConfigsResponse(to: Writer, message: DescribeConfigsResponseInput, version: number): void {
  const flexible = version >= 4;
  to.int32(message.throttleTimeMs ?? 0);
  const results = message.results;
  to.arrayLength(results.length, flexible);
  for (const element of results) writeDescribeConfigsResult(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDescribeConfigsResult(from: Reader, version: number): DescribeConfigsResult {
  const flexible = version >= 4;
  const errorCode = from.int16();
  const errorMessage = from.nullableString(flexible);
  const resourceType = from.int8();
  const resourceName = from.string(flexible);
  const configsCount = from.arrayLength(flexible);
  const configs: DescribeConfigsResourceResult[] = [];
  for (let i = 0; i < configsCount; i += 1) configs.push(readDescribeConfigsResourceResult(from, version));
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { errorCode, errorMessage, resourceType, resourceName, configs, unknownTaggedFields };
}

function writeDescribeConfigsResult(to: Writer, message: DescribeConfigsResultInput, version: number): void {
  const flexible = version >= 4;
  to.int16(message.errorCode);
  to.nullableString(message.errorMessage, flexible);
  to.int8(message.resourceType);
  to.string(message.resourceName, flexible);
  const configs = message.configs;
  to.arrayLength(configs.length, flexible);
  for (const element of configs) writeDescribeConfigsResourceResult(to, element, version);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDescribeConfigsResourceResult(from: Reader, version: number): DescribeConfigsResourceResult {
  const flexible = version >= 4;
  const name = from.string(flexible);
  const value = from.nullableString(flexible);
  const readOnly = from.bool();
  const configSource = from.int8();
  const isSensitive = from.bool();
  const synonymsCount = from.arrayLength(flexible);
  const synonyms: DescribeConfigsSynonym[] = [];
  for (let i = 0; i < synonymsCount; i += 1) synonyms.push(readDescribeConfigsSynonym(from, version));
  const configType = version >= 3 ? from.int8() : 0;
  const documentation = version >= 3 ? from.nullableString(flexible) : "";
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, value, readOnly, configSource, isSensitive, synonyms, configType, documentation, unknownTaggedFields };
}

function writeDescribeConfigsResourceResult(to: Writer, message: DescribeConfigsResourceResultInput, version: number): void {
  const flexible = version >= 4;
  to.string(message.name, flexible);
  to.nullableString(message.value, flexible);
  to.bool(message.readOnly);
  to.int8(message.configSource ?? -1);
  to.bool(message.isSensitive);
  const synonyms = message.synonyms;
  to.arrayLength(synonyms.length, flexible);
  for (const element of synonyms) writeDescribeConfigsSynonym(to, element, version);
  if (version >= 3) to.int8(message.configType ?? 0);
  if (version >= 3) to.nullableString(message.documentation === undefined ? "" : message.documentation, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readDescribeConfigsSynonym(from: Reader, version: number): DescribeConfigsSynonym {
  const flexible = version >= 4;
  const name = from.string(flexible);
  const value = from.nullableString(flexible);
  const source = from.int8();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { name, value, source, unknownTaggedFields };
}

function writeDescribeConfigsSynonym(to: Writer, message: DescribeConfigsSynonymInput, version: number): void {
  const flexible = version >= 4;
  to.string(message.name, flexible);
  to.nullableString(message.value, flexible);
  to.int8(message.source);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
