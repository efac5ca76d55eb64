// Generated from schema/ApiVersions.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** ApiVersionsRequest (key 18), versions 0-5. */
export interface ApiVersionsRequest {
  /** Name of the client's software; letters, digits, `-` and `.`. Version 3 on. */
  clientSoftwareName: string;
  /** Version of the client's software; letters, digits, `-` and `.`. Version 3 on. */
  clientSoftwareVersion: string;
  /** Id of the cluster. Version 5 on, default null. */
  clusterId: string | null;
  /** Node id of the broker that the client means to reach; -1: any. Version 5 on, default -1. */
  nodeId: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link ApiVersionsRequest} for writing. Fields that have a default, or that some version lacks, may be left out. */
export interface ApiVersionsRequestInput {
  /** Name of the client's software; letters, digits, `-` and `.`. Version 3 on. */
  readonly clientSoftwareName?: string | undefined;
  /** Version of the client's software; letters, digits, `-` and `.`. Version 3 on. */
  readonly clientSoftwareVersion?: string | undefined;
  /** Id of the cluster. Version 5 on, default null. */
  readonly clusterId?: string | null | undefined;
  /** Node id of the broker that the client means to reach; -1: any. Version 5 on, default -1. */
  readonly nodeId?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** ApiVersionsResponse (key 18), versions 0-5. */
export interface ApiVersionsResponse {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** APIs that the broker speaks, with their versions. */
  apiKeys: ApiVersion[];
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  throttleTimeMs: number;
  /** Features that the broker supports. Version 3 on, tag 0. */
  supportedFeatures: SupportedFeatureKey[];
  /** Number of the change that made these features active. -1: unknown. Version 3 on, tag 1. */
  finalizedFeaturesEpoch: bigint;
  /** Features that are active in the whole cluster. Version 3 on, tag 2. */
  finalizedFeatures: FinalizedFeatureKey[];
  /** True: a ZooKeeper cluster is ready to be migrated. Version 3 on, tag 3, default false. */
  zkMigrationReady: boolean;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link ApiVersionsResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface ApiVersionsResponseInput {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** APIs that the broker speaks, with their versions. */
  readonly apiKeys: readonly ApiVersionInput[];
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Version 1 on, default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Features that the broker supports. Version 3 on, tag 0. */
  readonly supportedFeatures?: readonly SupportedFeatureKeyInput[] | undefined;
  /** Number of the change that made these features active. -1: unknown. Version 3 on, tag 1. */
  readonly finalizedFeaturesEpoch?: bigint | undefined;
  /** Features that are active in the whole cluster. Version 3 on, tag 2. */
  readonly finalizedFeatures?: readonly FinalizedFeatureKeyInput[] | undefined;
  /** True: a ZooKeeper cluster is ready to be migrated. Version 3 on, tag 3, default false. */
  readonly zkMigrationReady?: boolean | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Part of `ApiVersionsResponse.apiKeys`, versions 0-5. */
export interface ApiVersion {
  /** Number of the API. */
  apiKey: number;
  /** Lowest version, inclusive. */
  minVersion: number;
  /** Highest version, inclusive. */
  maxVersion: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link ApiVersion} for writing. */
export type ApiVersionInput = Readonly<ApiVersion>;

/** Part of `ApiVersionsResponse.supportedFeatures`, versions 3-5. */
export interface SupportedFeatureKey {
  /** Name of the feature, such as `metadata.version`. */
  name: string;
  /** Lowest version, inclusive. */
  minVersion: number;
  /** Highest version, inclusive. */
  maxVersion: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link SupportedFeatureKey} for writing. */
export type SupportedFeatureKeyInput = Readonly<SupportedFeatureKey>;

/** Part of `ApiVersionsResponse.finalizedFeatures`, versions 3-5. */
export interface FinalizedFeatureKey {
  /** Name of the feature, such as `metadata.version`. */
  name: string;
  /** Highest active version of the feature. */
  maxVersionLevel: number;
  /** Lowest active version of the feature. */
  minVersionLevel: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link FinalizedFeatureKey} for writing. */
export type FinalizedFeatureKeyInput = Readonly<FinalizedFeatureKey>;

/**
 * The versions that a broker speaks; the first request of a connection.
 * 3: flexible, client software (KIP-511). 4: features with minimum 0 (KIP-1022). 5: the broker that the client means to
 * reach (KIP-1242). The response header is always version 0.
 */
export const apiVersions: Api<ApiVersionsRequest, ApiVersionsResponse, ApiVersionsRequestInput, ApiVersionsResponseInput> = {
  key: 18,
  name: "ApiVersions",
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 3,
  request: { read: readApiVersionsRequest, write: writeApiVersionsRequest },
  response: { read: readApiVersionsResponse, write: writeApiVersionsResponse },
};

function readApiVersionsRequest(from: Reader, version: number): ApiVersionsRequest {
  const flexible = version >= 3;
  const clientSoftwareName = version >= 3 ? from.string(true) : "";
  const clientSoftwareVersion = version >= 3 ? from.string(true) : "";
  const clusterId = version >= 5 ? from.nullableString(true) : null;
  const nodeId = version >= 5 ? from.int32() : -1;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { clientSoftwareName, clientSoftwareVersion, clusterId, nodeId, unknownTaggedFields };
}

function writeApiVersionsRequest(to: Writer, message: ApiVersionsRequestInput, version: number): void {
  const flexible = version >= 3;
  if (version >= 3) to.string(message.clientSoftwareName ?? "", true);
  if (version >= 3) to.string(message.clientSoftwareVersion ?? "", true);
  if (version >= 5) to.nullableString(message.clusterId ?? null, true);
  if (version >= 5) to.int32(message.nodeId ?? -1);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readApiVersionsResponse(from: Reader, version: number): ApiVersionsResponse {
  const flexible = version >= 3;
  const errorCode = from.int16();
  const apiKeysCount = from.arrayLength(flexible);
  const apiKeys: ApiVersion[] = [];
  for (let i = 0; i < apiKeysCount; i += 1) apiKeys.push(readApiVersion(from, version));
  const throttleTimeMs = version >= 1 ? from.int32() : 0;
  let supportedFeatures: ApiVersionsResponse["supportedFeatures"] = [];
  let finalizedFeaturesEpoch: ApiVersionsResponse["finalizedFeaturesEpoch"] = -1n;
  let finalizedFeatures: ApiVersionsResponse["finalizedFeatures"] = [];
  let zkMigrationReady: ApiVersionsResponse["zkMigrationReady"] = false;
  let unknownTaggedFields: UnknownTaggedField[] | undefined;
  if (flexible) {
    for (let left = from.unsignedVarint(); left > 0; left -= 1) {
      const tag = from.unsignedVarint();
      switch (tag) {
        case 0: {
          const end = from.taggedFieldEnd();
          const count = from.arrayLength(true);
          const list: SupportedFeatureKey[] = [];
          for (let i = 0; i < count; i += 1) list.push(readSupportedFeatureKey(from));
          supportedFeatures = list;
          from.expectPosition(end);
          break;
        }
        case 1: {
          const end = from.taggedFieldEnd();
          finalizedFeaturesEpoch = from.int64();
          from.expectPosition(end);
          break;
        }
        case 2: {
          const end = from.taggedFieldEnd();
          const count = from.arrayLength(true);
          const list: FinalizedFeatureKey[] = [];
          for (let i = 0; i < count; i += 1) list.push(readFinalizedFeatureKey(from));
          finalizedFeatures = list;
          from.expectPosition(end);
          break;
        }
        case 3: {
          const end = from.taggedFieldEnd();
          zkMigrationReady = from.bool();
          from.expectPosition(end);
          break;
        }
        default:
          unknownTaggedFields = from.unknownTaggedField(unknownTaggedFields, tag);
      }
    }
  }
  return {
    errorCode,
    apiKeys,
    throttleTimeMs,
    supportedFeatures,
    finalizedFeaturesEpoch,
    finalizedFeatures,
    zkMigrationReady,
    unknownTaggedFields,
  };
}

function writeApiVersionsResponse(to: Writer, message: ApiVersionsResponseInput, version: number): void {
  const flexible = version >= 3;
  to.int16(message.errorCode);
  const apiKeys = message.apiKeys;
  to.arrayLength(apiKeys.length, flexible);
  for (const element of apiKeys) writeApiVersion(to, element, version);
  if (version >= 1) to.int32(message.throttleTimeMs ?? 0);
  if (flexible) {
    const unknown = message.unknownTaggedFields;
    const supportedFeatures = message.supportedFeatures ?? [];
    const hasSupportedFeatures = supportedFeatures.length > 0;
    const finalizedFeaturesEpoch = message.finalizedFeaturesEpoch ?? -1n;
    const hasFinalizedFeaturesEpoch = finalizedFeaturesEpoch !== -1n;
    const finalizedFeatures = message.finalizedFeatures ?? [];
    const hasFinalizedFeatures = finalizedFeatures.length > 0;
    const zkMigrationReady = message.zkMigrationReady ?? false;
    const hasZkMigrationReady = zkMigrationReady !== false;
    to.unsignedVarint(
      (unknown === undefined ? 0 : unknown.length) +
        (hasSupportedFeatures ? 1 : 0) +
        (hasFinalizedFeaturesEpoch ? 1 : 0) +
        (hasFinalizedFeatures ? 1 : 0) +
        (hasZkMigrationReady ? 1 : 0),
    );
    if (hasSupportedFeatures) {
      const at = to.beginTaggedField(0);
      to.arrayLength(supportedFeatures.length, true);
      for (const element of supportedFeatures) writeSupportedFeatureKey(to, element);
      to.endTaggedField(at);
    }
    if (hasFinalizedFeaturesEpoch) {
      const at = to.beginTaggedField(1);
      to.int64(finalizedFeaturesEpoch);
      to.endTaggedField(at);
    }
    if (hasFinalizedFeatures) {
      const at = to.beginTaggedField(2);
      to.arrayLength(finalizedFeatures.length, true);
      for (const element of finalizedFeatures) writeFinalizedFeatureKey(to, element);
      to.endTaggedField(at);
    }
    if (hasZkMigrationReady) {
      const at = to.beginTaggedField(3);
      to.bool(zkMigrationReady);
      to.endTaggedField(at);
    }
    to.unknownTaggedFieldsBetween(unknown, 4, Infinity);
  }
}

function readApiVersion(from: Reader, version: number): ApiVersion {
  const flexible = version >= 3;
  const apiKey = from.int16();
  const minVersion = from.int16();
  const maxVersion = from.int16();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { apiKey, minVersion, maxVersion, unknownTaggedFields };
}

function writeApiVersion(to: Writer, message: ApiVersionInput, version: number): void {
  const flexible = version >= 3;
  to.int16(message.apiKey);
  to.int16(message.minVersion);
  to.int16(message.maxVersion);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readSupportedFeatureKey(from: Reader): SupportedFeatureKey {
  const name = from.string(true);
  const minVersion = from.int16();
  const maxVersion = from.int16();
  const unknownTaggedFields = from.unknownTaggedFields();
  return { name, minVersion, maxVersion, unknownTaggedFields };
}

function writeSupportedFeatureKey(to: Writer, message: SupportedFeatureKeyInput): void {
  to.string(message.name, true);
  to.int16(message.minVersion);
  to.int16(message.maxVersion);
  to.unknownTaggedFields(message.unknownTaggedFields);
}

function readFinalizedFeatureKey(from: Reader): FinalizedFeatureKey {
  const name = from.string(true);
  const maxVersionLevel = from.int16();
  const minVersionLevel = from.int16();
  const unknownTaggedFields = from.unknownTaggedFields();
  return { name, maxVersionLevel, minVersionLevel, unknownTaggedFields };
}

function writeFinalizedFeatureKey(to: Writer, message: FinalizedFeatureKeyInput): void {
  to.string(message.name, true);
  to.int16(message.maxVersionLevel);
  to.int16(message.minVersionLevel);
  to.unknownTaggedFields(message.unknownTaggedFields);
}
