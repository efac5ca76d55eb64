import { describeCluster, ErrorCode } from "@millrace/protocol";
import type { DescribeClusterResponseInput } from "@millrace/protocol";
import { handler } from "./guard.ts";
import type { Handler, Services } from "./handler.ts";
import { clusterOperations, notAsked } from "./operations.ts";

const brokersEndpoint = 1;
const controllersEndpoint = 2;

/** DescribeCluster: the nodes that run, one of which is named as the controller. */
export const describeClusterHandler: Handler = handler(
  describeCluster,
  { where: "any", refuse: (errorCode) => ({ errorCode, errorMessage: null, clusterId: "", brokers: [] }) },
  ({ clusterId, placement }, request, { local }) => {
    if (request.endpointType !== brokersEndpoint) return wrongEndpoint(clusterId, request.endpointType);
    return {
      errorCode: ErrorCode.NONE,
      endpointType: brokersEndpoint,
      clusterId,
      controllerId: placement.controllerId,
      brokers: placement.nodes.map((node) => ({ brokerId: node.nodeId, ...node.addressFor(local) })),
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations ? clusterOperations : notAsked,
    };
  },
);

function wrongEndpoint(clusterId: Services["clusterId"], endpointType: number): DescribeClusterResponseInput {
  const errorCode =
    endpointType === controllersEndpoint ? ErrorCode.MISMATCHED_ENDPOINT_TYPE : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE;
  return { errorCode, errorMessage: "This is a broker; ask it for brokers.", clusterId, brokers: [] };
}
