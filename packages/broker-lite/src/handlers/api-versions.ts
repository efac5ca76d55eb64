import { apiVersions, ErrorCode } from "@millrace/protocol";
import type { ApiVersionsRequest, ApiVersionsResponseInput } from "@millrace/protocol";
import type { AnyHandler, Handler, Services } from "./handler.ts";

const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;
/**
 * Kafka advertises Produce from version 0, which it does not serve: librdkafka looks for compression support there, and
 * sends uncompressed batches if it is missing (KAFKA-18659).
 */
const advertisedMinVersions: ReadonlyMap<number, number> = new Map([[0, 0]]);

/** ApiVersions: exactly what the given handlers serve. A client that means another broker is told so (KIP-1242). */
export function apiVersionsHandler(
  { nodeId, clusterId }: Pick<Services, "nodeId" | "clusterId">,
  served: () => Iterable<AnyHandler>,
): Handler<ApiVersionsRequest, ApiVersionsResponseInput> {
  const judge = (request: ApiVersionsRequest, version: number): number => {
    const isNamed = softwareName.test(request.clientSoftwareName) && softwareName.test(request.clientSoftwareVersion);
    if (version >= 3 && !isNamed) return ErrorCode.INVALID_REQUEST;
    const meansAnother = request.clusterId !== null && (request.clusterId !== clusterId || request.nodeId !== nodeId);
    return version >= 5 && meansAnother ? ErrorCode.REBOOTSTRAP_REQUIRED : ErrorCode.NONE;
  };
  return {
    api: apiVersions,
    handle(request, { version }) {
      const errorCode = judge(request, version);
      const apiKeys = [...served()].map(({ api }) => ({
        apiKey: api.key,
        minVersion: advertisedMinVersions.get(api.key) ?? api.minVersion,
        maxVersion: api.maxVersion,
      }));
      apiKeys.sort((a, b) => a.apiKey - b.apiKey);
      return {
        errorCode,
        apiKeys: errorCode === ErrorCode.NONE ? apiKeys : [],
      };
    },
  };
}
