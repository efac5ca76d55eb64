import type { Reader } from "../bytes/reader.ts";
import { Writer } from "../bytes/writer.ts";
import type { AnyApi, Api } from "./api.ts";
import { apis } from "./generated/index.ts";
import { requestHeader, type RequestHeader } from "./generated/request-header.ts";
import { responseHeader } from "./generated/response-header.ts";

/** Size of the int32 length in front of a frame. */
const lengthBytes = 4;

/** A message was to be written in a version that we do not speak. Choose one in the range that the message names. */
export class UnsupportedVersionError extends Error {
  readonly code = "PROTOCOL_UNSUPPORTED_VERSION";
  readonly retriable = false;

  constructor(name: string, version: number, minVersion: number, maxVersion: number) {
    super(`${name} has no version ${version}. Choose one from ${minVersion} to ${maxVersion}.`);
    this.name = new.target.name;
  }
}

const byKey: readonly (AnyApi | undefined)[] = ((): AnyApi[] => {
  const slots: AnyApi[] = [];
  for (const api of apis) slots[api.key] = api;
  return slots;
})();

/** Finds the API with a key. Undefined: we do not speak it. */
export function apiByKey(key: number): AnyApi | undefined {
  return byKey[key];
}

/** Version of the header in front of a request: 2 for flexible versions, else 1. Also defined for versions that we do not speak, so that their headers can be read. */
export function requestHeaderVersion(api: AnyApi, version: number): number {
  return version >= api.flexibleFrom ? 2 : 1;
}

/**
 * Version of the header in front of a response: 1 for flexible versions, else 0. ApiVersions always has 0: its client does not
 * know yet which versions the broker speaks, and must be able to read a refusal (KIP-511).
 */
export function responseHeaderVersion(api: AnyApi, version: number): number {
  return version >= api.flexibleFrom && api.key !== apiVersionsKey ? 1 : 0;
}

const apiVersionsKey = 18;

/**
 * Encodes a whole request, int32 length included, as chunks for one socket write. Records are not copied.
 *
 * @throws {UnsupportedVersionError} when `version` is out of the API's range
 * @throws {UnwritableValueError} when a field cannot be null in this version, or its text is too long
 */
export function encodeRequest<RequestInput>(
  api: Api<any, any, RequestInput, any>,
  version: number,
  header: { readonly correlationId: number; readonly clientId: string | null },
  body: RequestInput,
): Uint8Array[] {
  checkVersion(api, version);
  const to = new Writer();
  to.int32(0);
  const { correlationId, clientId } = header;
  const fields = { requestApiKey: api.key, requestApiVersion: version, correlationId, clientId };
  requestHeader.write(to, fields, requestHeaderVersion(api, version));
  api.request.write(to, body, version);
  return finish(to);
}

/**
 * Encodes a whole response, int32 length included, as chunks for one socket write. Records are not copied.
 *
 * @throws {UnsupportedVersionError} when `version` is out of the API's range
 * @throws {UnwritableValueError} when a field cannot be null in this version, or its text is too long
 */
export function encodeResponse<ResponseInput>(
  api: Api<any, any, any, ResponseInput>,
  version: number,
  correlationId: number,
  body: ResponseInput,
): Uint8Array[] {
  checkVersion(api, version);
  const to = new Writer();
  to.int32(0);
  responseHeader.write(to, { correlationId }, responseHeaderVersion(api, version));
  api.response.write(to, body, version);
  return finish(to);
}

/**
 * Reads the header of a request and leaves `from` at its body. The form of the header is unknown for an API that we do not speak:
 * the fields that all forms begin with are then read, and the position of the body is unknown.
 *
 * @throws {MalformedMessageError} when the bytes end too early
 */
export function decodeRequestHeader(from: Reader): RequestHeader {
  const start = from.position;
  const api = apiByKey(from.int16());
  const version = from.int16();
  from.position = start;
  return requestHeader.read(from, api === undefined ? 1 : requestHeaderVersion(api, version));
}

/**
 * Reads the header of a response to a request of this API and version, leaves `from` at the body, and returns the correlation id.
 *
 * @throws {MalformedMessageError} when the bytes end too early
 */
export function decodeResponseHeader(from: Reader, api: AnyApi, version: number): number {
  return responseHeader.read(from, responseHeaderVersion(api, version)).correlationId;
}

function checkVersion(api: AnyApi, version: number): void {
  if (version < api.minVersion || version > api.maxVersion) {
    throw new UnsupportedVersionError(api.name, version, api.minVersion, api.maxVersion);
  }
}

function finish(to: Writer): Uint8Array[] {
  to.patchInt32(0, to.length - lengthBytes);
  return to.chunks();
}
