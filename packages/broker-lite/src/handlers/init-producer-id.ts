import { ErrorCode, initProducerId } from "@millrace/protocol";
import type { InitProducerIdResponseInput } from "@millrace/protocol";
import { handler } from "./guard.ts";
import type { Handler } from "./handler.ts";

/** InitProducerId: a new id in epoch 0 for idempotent producers. Transactional ids are refused: there are no transactions here. */
export const initProducerIdHandler: Handler = handler(
  initProducerId,
  { where: "any", refuse: (errorCode) => respond(errorCode, -1, -1) },
  ({ producerIds, log }, { transactionalId }) => {
    if (transactionalId === "") return respond(ErrorCode.INVALID_REQUEST, -1, -1);
    if (transactionalId !== null) return respond(ErrorCode.UNSUPPORTED_VERSION, -1, -1);
    return producerIds.allocate().then(
      (producerId) => respond(ErrorCode.NONE, producerId, 0),
      (error: unknown) => {
        log("error", `reserving producer ids failed: ${String(error)}`);
        return respond(ErrorCode.COORDINATOR_NOT_AVAILABLE, -1, -1);
      },
    );
  },
);

function respond(errorCode: number, producerId: number, producerEpoch: number): InitProducerIdResponseInput {
  return { throttleTimeMs: 0, errorCode, producerId: BigInt(producerId), producerEpoch };
}
