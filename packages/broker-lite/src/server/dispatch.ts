import { apiVersions, encodeResponse, ErrorCode, Reader, requestHeader, requestHeaderVersion } from "@millrace/protocol";
import type { AnyApi, ApiVersionsResponseInput } from "@millrace/protocol";
import { FrameRefusedError } from "../errors.ts";
import type { Handler, RequestContext, Services } from "../handlers/handler.ts";
import { handlers } from "../handlers/handlers.ts";
import type { Intercepts } from "./intercept.ts";
import { Intercepted } from "./intercepted.ts";
import type { Respond, Response } from "./client-connection.ts";

/**
 * Decodes each request, hands it to the handler of its API, and encodes the answer. A request that no answer fits
 * throws, and its connection is dropped.
 */
export function dispatcher(services: Services, intercepts: Intercepts): Respond {
  const { nodeId, platform } = services;
  const intercepted = new Intercepted(intercepts, platform.timers);
  return (frame, connection) => {
    const key = frame.readInt16BE(0);
    const version = frame.readInt16BE(2);
    const handler = handlers.get(key) ?? unserved(intercepts.apiOf(key), key);
    const { api } = handler;
    if (version < api.minVersion || version > api.maxVersion) {
      if (api.key === apiVersions.key) return unsupportedApiVersions(frame.readInt32BE(4));
      throw new FrameRefusedError(
        `it asks for ${api.name} in version ${version}; served are ${api.minVersion} to ${api.maxVersion}`,
      );
    }
    const reader = new Reader(frame);
    const { correlationId, clientId } = requestHeader.read(reader, requestHeaderVersion(api, version));
    const request: unknown = api.request.read(reader, version);
    const { remote, local, onGone } = connection;
    const context: RequestContext = { version, clientId, remote, local, onGone };
    const body =
      intercepts.isEmpty && !intercepted.holds(connection)
        ? handler.serve(services, request, context)
        : intercepted.answer(
            {
              nodeId,
              api: api.name,
              version,
              clientId,
              body: request,
              connection: connection.number,
              timeMs: platform.clock.nowMs(),
              close: () => connection.close(),
            },
            connection,
            {
              serve: () => handler.serve(services, request, context),
              refuse: (errorCode) => handler.refuse(errorCode, request, version),
            },
          );
    return body instanceof Promise
      ? body.then((value) => encoded(api, version, correlationId, value))
      : encoded(api, version, correlationId, body);
  };
}

/** Stands for an API that only an intercept can answer. */
function unserved(api: AnyApi | undefined, key: number): Handler {
  const refuse = (): never => {
    throw new FrameRefusedError(`it asks for the api key ${key}, which is not served`);
  };
  return api === undefined ? refuse() : { api, where: "any", serve: refuse, refuse };
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
