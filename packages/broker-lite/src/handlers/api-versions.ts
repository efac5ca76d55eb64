import { apiVersions, ErrorCode } from "@millrace/protocol";
import type { ApiVersionsRequest, ApiVersionsResponseInput } from "@millrace/protocol";
import type { AnyHandler, Handler } from "./handler.ts";

const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;
/**
 * Kafka advertises Produce from version 0, which it does not serve: librdkafka looks for compression support there, and
 * sends uncompressed batches if it is missing (KAFKA-18659).
 */
const advertisedMinVersions: ReadonlyMap<number, number> = new Map([[0, 0]]);

/** ApiVersions: exactly what the given handlers serve. */
export function apiVersionsHandler(served: () => Iterable<AnyHandler>): Handler<ApiVersionsRequest, ApiVersionsResponseInput> {
  return {
    api: apiVersions,
    handle(request, { version }) {
      const named =
        version < 3 || (softwareName.test(request.clientSoftwareName) && softwareName.test(request.clientSoftwareVersion));
      const apiKeys = [...served()].map(({ api }) => ({
        apiKey: api.key,
        minVersion: advertisedMinVersions.get(api.key) ?? api.minVersion,
        maxVersion: api.maxVersion,
      }));
      apiKeys.sort((a, b) => a.apiKey - b.apiKey);
      return {
        errorCode: named ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST,
        apiKeys: named ? apiKeys : [],
      };
    },
  };
}
