import { describeCluster, ErrorCode } from "@millrace/protocol";
import type { DescribeClusterRequest, DescribeClusterResponseInput } from "@millrace/protocol";
import type { Handler, Services } from "./handler.ts";
import { clusterOperations, notAsked } from "./operations.ts";

const brokersEndpoint = 1;
const controllersEndpoint = 2;

/** DescribeCluster: this broker, which is its own controller. */
export function describeClusterHandler(services: Services): Handler<DescribeClusterRequest, DescribeClusterResponseInput> {
  return {
    api: describeCluster,
    handle(request, { address }) {
      const { nodeId, clusterId } = services;
      if (request.endpointType !== brokersEndpoint) {
        const errorCode =
          request.endpointType === controllersEndpoint ? ErrorCode.MISMATCHED_ENDPOINT_TYPE : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE;
        return { errorCode, errorMessage: "This is a broker; ask it for brokers.", clusterId, brokers: [] };
      }
      return {
        errorCode: ErrorCode.NONE,
        endpointType: brokersEndpoint,
        clusterId,
        controllerId: nodeId,
        brokers: [{ brokerId: nodeId, ...address }],
        clusterAuthorizedOperations: request.includeClusterAuthorizedOperations ? clusterOperations : notAsked,
      };
    },
  };
}
