import { ErrorCode, findCoordinator } from "@millrace/protocol";
import type { FindCoordinatorRequest, FindCoordinatorResponseInput } from "@millrace/protocol";
import type { Handler, Services } from "./handler.ts";

const groupKey = 0;
const transactionKey = 1;

/** FindCoordinator: this broker, whoever asks. */
export function findCoordinatorHandler(services: Services): Handler<FindCoordinatorRequest, FindCoordinatorResponseInput> {
  return {
    api: findCoordinator,
    handle(request, { version, address }) {
      const known = request.keyType === groupKey || request.keyType === transactionKey;
      const errorCode = known ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST;
      const errorMessage = known ? null : `There is no coordinator for keys of type ${request.keyType}.`;
      const place = known ? { nodeId: services.nodeId, ...address } : { nodeId: -1, host: "", port: -1 };
      const keys = version >= 4 ? request.coordinatorKeys : [];
      return {
        throttleTimeMs: 0,
        errorCode,
        errorMessage,
        ...place,
        coordinators: keys.map((key) => ({ key, ...place, errorCode, errorMessage })),
      };
    },
  };
}
