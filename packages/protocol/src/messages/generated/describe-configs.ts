// Generated from schema/DescribeConfigs.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** DescribeConfigsRequest (key 32), versions 1-4. */
export interface DescribeConfigsRequest {
  /** Topics, brokers and others to describe. */
  resources: DescribeConfigsResource[];
  /** Asks for the values that would apply without this one. Default false. */
  includeSynonyms: boolean;
  /** Asks for the descriptions of the configs. Version 3 on, default false. */
  includeDocumentation: boolean;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DescribeConfigsRequest} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DescribeConfigsRequestInput {
  /** Topics, brokers and others to describe. */
  readonly resources: readonly DescribeConfigsResourceInput[];
  /** Asks for the values that would apply without this one. Default false. */
  readonly includeSynonyms?: boolean | undefined;
  /** Asks for the descriptions of the configs. Version 3 on, default false. */
  readonly includeDocumentation?: boolean | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DescribeConfigsRequest.resources`, versions 1-4. */
export interface DescribeConfigsResource {
  /** Kind of the resource. 2: topic, 4: broker, 8: broker logger, 16: client metrics, 32: group. */
  resourceType: number;
  /** Name of the topic or group, or node id of the broker. */
  resourceName: string;
  /** Names of the configs to describe. Null: all. */
  configurationKeys: string[] | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DescribeConfigsResource} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DescribeConfigsResourceInput {
  /** Kind of the resource. 2: topic, 4: broker, 8: broker logger, 16: client metrics, 32: group. */
  readonly resourceType: number;
  /** Name of the topic or group, or node id of the broker. */
  readonly resourceName: string;
  /** Names of the configs to describe. Null: all. */
  readonly configurationKeys: readonly string[] | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** DescribeConfigsResponse (key 32), versions 1-4. */
export interface DescribeConfigsResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  throttleTimeMs: number;
  /** Outcomes, one for each part of the request. */
  results: DescribeConfigsResult[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DescribeConfigsResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DescribeConfigsResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Outcomes, one for each part of the request. */
  readonly results: readonly DescribeConfigsResultInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DescribeConfigsResponse.results`, versions 1-4. */
export interface DescribeConfigsResult {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Text of the broker about the error; null: none. */
  errorMessage: string | null;
  /** Kind of the resource. */
  resourceType: number;
  /** Name of the topic or group, or node id of the broker. */
  resourceName: string;
  /** Configs by name. */
  configs: DescribeConfigsResourceResult[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DescribeConfigsResult} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface DescribeConfigsResultInput {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Text of the broker about the error; null: none. */
  readonly errorMessage: string | null;
  /** Kind of the resource. */
  readonly resourceType: number;
  /** Name of the topic or group, or node id of the broker. */
  readonly resourceName: string;
  /** Configs by name. */
  readonly configs: readonly DescribeConfigsResourceResultInput[];
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DescribeConfigsResult.configs`, versions 1-4. */
export interface DescribeConfigsResourceResult {
  /** Name of the config, such as `retention.ms`. */
  name: string;
  /** Value as text; null for sensitive configs, and for the default. */
  value: string | null;
  /** True when only a restart of the broker changes the value. */
  readOnly: boolean;
  /** Origin of the value, a number. 1: topic, 2: broker, 3: all brokers, 4: server.properties, 5: default. Default -1. */
  configSource: number;
  /** True for passwords and the like, whose value is not told. */
  isSensitive: boolean;
  /** Values that would apply without this one, in order. */
  synonyms: DescribeConfigsSynonym[];
  /**
   * Type of the config, a number. 1: boolean, 2: string, 3: int, 4: short, 5: long, 6: double, 7: list. Version 3 on,
   * default 0.
   */
  configType: number;
  /** Description of the config. Version 3 on. */
  documentation: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link DescribeConfigsResourceResult} for writing. Fields that have a default, or that some version lacks, may
 * be left out.
 */
export interface DescribeConfigsResourceResultInput {
  /** Name of the config, such as `retention.ms`. */
  readonly name: string;
  /** Value as text; null for sensitive configs, and for the default. */
  readonly value: string | null;
  /** True when only a restart of the broker changes the value. */
  readonly readOnly: boolean;
  /** Origin of the value, a number. 1: topic, 2: broker, 3: all brokers, 4: server.properties, 5: default. Default -1. */
  readonly configSource?: number | undefined;
  /** True for passwords and the like, whose value is not told. */
  readonly isSensitive: boolean;
  /** Values that would apply without this one, in order. */
  readonly synonyms: readonly DescribeConfigsSynonymInput[];
  /**
   * Type of the config, a number. 1: boolean, 2: string, 3: int, 4: short, 5: long, 6: double, 7: list. Version 3 on,
   * default 0.
   */
  readonly configType?: number | undefined;
  /** Description of the config. Version 3 on. */
  readonly documentation?: string | null | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `DescribeConfigsResourceResult.synonyms`, versions 1-4. */
export interface DescribeConfigsSynonym {
  /** Name of the config that would apply, such as `log.retention.ms`. */
  name: string;
  /** Value as text; null for sensitive configs, and for the default. */
  value: string | null;
  /** Origin of the value, a number as in `configSource`. */
  source: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link DescribeConfigsSynonym} for writing. */
export type DescribeConfigsSynonymInput = Readonly<DescribeConfigsSynonym>;

/**
 * Describes the configs of topics, brokers and others.
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
