import type { Address } from "@millrace/platform";
import { apiVersions, encodeResponse, ErrorCode, Reader, requestHeader, requestHeaderVersion } from "@millrace/protocol";
import type { AnyApi, ApiVersionsResponseInput } from "@millrace/protocol";
import { FrameRefusedError } from "../errors.ts";
import type { AnyHandler } from "../handlers/handler.ts";
import type { Respond, Response } from "./client-connection.ts";

/**
 * Decodes each request, hands it to the handler of its API, and encodes the answer. A request that no answer fits
 * throws, and its connection is dropped.
 *
 * @param addressFor gives the address that a client is told, from the one by which it came
 */
export function dispatcher(handlers: ReadonlyMap<number, AnyHandler>, addressFor: (local: Address) => Address): Respond {
  return (frame, connection) => {
    const key = frame.readInt16BE(0);
    const version = frame.readInt16BE(2);
    const handler = handlers.get(key);
    if (handler === undefined) throw new FrameRefusedError(`it asks for the api key ${key}, which is not served`);
    const { api } = handler;
    if (version < api.minVersion || version > api.maxVersion) {
      if (api.key === apiVersions.key) return unsupportedApiVersions(frame.readInt32BE(4));
      throw new FrameRefusedError(
        `it asks for ${api.name} in version ${version}; served are ${api.minVersion} to ${api.maxVersion}`,
      );
    }
    const reader = new Reader(frame);
    const { correlationId, clientId } = requestHeader.read(reader, requestHeaderVersion(api, version));
    const body = handler.handle(api.request.read(reader, version), {
      version,
      clientId,
      remote: connection.remote,
      address: addressFor(connection.local),
      onGone: connection.onGone,
    });
    return body instanceof Promise
      ? body.then((value) => encoded(api, version, correlationId, value))
      : encoded(api, version, correlationId, body);
  };
}

function encoded(api: AnyApi, version: number, correlationId: number, body: object | null): Response {
  return body === null ? null : encodeResponse(api, version, correlationId, body);
}

/** KIP-511: told in version 0, which every client reads, with the versions to ask again in. */
function unsupportedApiVersions(correlationId: number): Response {
  const body: ApiVersionsResponseInput = {
    errorCode: ErrorCode.UNSUPPORTED_VERSION,
    apiKeys: [{ apiKey: apiVersions.key, minVersion: apiVersions.minVersion, maxVersion: apiVersions.maxVersion }],
  };
  return encodeResponse(apiVersions, 0, correlationId, body);
}
