/// <reference types="node" preserve="true" />
export { Broker } from "./broker.ts";
export type { BrokerOptions } from "./broker.ts";
export { Cluster } from "./cluster/cluster.ts";
export type { ClusterOptions, MoveCoordinatorOptions, StopNodeOptions, TopicOptions } from "./cluster/cluster.ts";
export type { CoordinatorType, Leader } from "./placement/placement.ts";
export { parseBrokerConfig } from "./config/broker-config.ts";
export type { BrokerConfig, FlushPolicy } from "./config/broker-config.ts";
export {
  BrokerError,
  DataDirectoryError,
  FrameRefusedError,
  InvalidConfigError,
  ListenFailedError,
  LogRemovedError,
  TopicRefusedError,
  UnknownConfigError,
  UnknownNodeError,
  UnknownPartitionError,
} from "./errors.ts";
export type { Intercept, InterceptedApi, ReceivedRequest, ServeRequest, Verdict } from "./server/intercept.ts";
export type { ClusterNode, NodeOptions } from "./node/node.ts";
export type { Log, LogLevel } from "./log-line.ts";
export type * from "@millrace/platform";
