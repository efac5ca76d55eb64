import { ErrorCode, findCoordinator } from "@millrace/protocol";
import type { Address } from "@millrace/platform";
import type { FindCoordinatorRequest, FindCoordinatorResponseInput } from "@millrace/protocol";
import type { CoordinatorType } from "../placement/placement.ts";
import { handler } from "./guard.ts";
import type { Handler, Services } from "./handler.ts";

type Coordinator = Required<NonNullable<FindCoordinatorResponseInput["coordinators"]>>[number];

const types: ReadonlyMap<number, CoordinatorType> = new Map([
  [0, "group"],
  [1, "transaction"],
]);
const nowhere = { nodeId: -1, host: "", port: -1 };

/** FindCoordinator: the node that coordinates each group or transactional id. */
export const findCoordinatorHandler: Handler = handler(
  findCoordinator,
  {
    where: "any",
    refuse: (errorCode, request, version) =>
      answer(
        version,
        keysOf(request, version).map((key) => without(key, errorCode, null)),
      ),
  },
  (services, request, { version, local }) => {
    const type = types.get(request.keyType);
    return answer(
      version,
      keysOf(request, version).map((key) =>
        type === undefined
          ? without(key, ErrorCode.INVALID_REQUEST, `There is no coordinator for keys of type ${request.keyType}.`)
          : find(services, type, key, local),
      ),
    );
  },
);

function find({ placement }: Services, type: CoordinatorType, key: string, local: Address): Coordinator {
  const nodeId = placement.coordinator(type, key);
  const node = placement.nodes.find((each) => each.nodeId === nodeId);
  if (node === undefined) return without(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, "The coordinator does not run.");
  return { key, nodeId, ...node.addressFor(local), errorCode: ErrorCode.NONE, errorMessage: null };
}

function keysOf(request: FindCoordinatorRequest, version: number): readonly string[] {
  return version >= 4 ? request.coordinatorKeys : [request.key];
}

function without(key: string, errorCode: number, errorMessage: string | null): Coordinator {
  return { key, ...nowhere, errorCode, errorMessage };
}

/** Versions below 4 ask for one key, and have its coordinator at the top. */
function answer(version: number, coordinators: readonly Coordinator[]): FindCoordinatorResponseInput {
  if (version >= 4)
    return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: null, ...nowhere, coordinators: [...coordinators] };
  const { nodeId, host, port, errorCode, errorMessage } = coordinators[0]!;
  return { throttleTimeMs: 0, errorCode, errorMessage, nodeId, host, port, coordinators: [] };
}
