import { apiVersions, ErrorCode } from "@millrace/protocol";
import type { ApiVersionsRequest } from "@millrace/protocol";
import { handler } from "./guard.ts";
import type { Handler, Services } from "./handler.ts";

const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;
/**
 * Kafka advertises Produce from version 0, which it does not serve: librdkafka looks for compression support there, and
 * sends uncompressed batches if it is missing (KAFKA-18659).
 */
const advertisedMinVersions: ReadonlyMap<number, number> = new Map([[0, 0]]);

/**
 * Makes the handler of ApiVersions: it tells exactly what the given handlers serve. A client that means another broker is told so
 * (KIP-1242).
 */
export function apiVersionsHandler(served: () => Iterable<Handler>): Handler {
  return handler(
    apiVersions,
    { where: "any", refuse: (errorCode) => ({ errorCode, apiKeys: [] }) },
    (services, request, { version }) => {
      const errorCode = judge(services, request, version);
      if (errorCode !== ErrorCode.NONE) return { errorCode, apiKeys: [] };
      const apiKeys = [...served()].map(({ api }) => ({
        apiKey: api.key,
        minVersion: advertisedMinVersions.get(api.key) ?? api.minVersion,
        maxVersion: api.maxVersion,
      }));
      apiKeys.sort((a, b) => a.apiKey - b.apiKey);
      return { errorCode, apiKeys };
    },
  );
}

function judge({ nodeId, clusterId }: Services, request: ApiVersionsRequest, version: number): number {
  const isNamed = softwareName.test(request.clientSoftwareName) && softwareName.test(request.clientSoftwareVersion);
  if (version >= 3 && !isNamed) return ErrorCode.INVALID_REQUEST;
  const meansAnother = request.clusterId !== null && (request.clusterId !== clusterId || request.nodeId !== nodeId);
  return version >= 5 && meansAnother ? ErrorCode.REBOOTSTRAP_REQUIRED : ErrorCode.NONE;
}
