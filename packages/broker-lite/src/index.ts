/// <reference types="node" preserve="true" />
export { Broker } from "./broker.ts";
export type { BrokerOptions, TopicOptions } from "./broker.ts";
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
} from "./errors.ts";
export type { Log, LogLevel } from "./log-line.ts";
export type * from "@millrace/platform";
