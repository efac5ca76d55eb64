/// <reference types="node" preserve="true" />
export { closeOnSignals } from "./close-on-signals.ts";
export { type CloseOptions, KafkaStreams, type StreamsEnvironment } from "./kafka-streams.ts";
export type { StreamsMetrics } from "./streams-metrics.ts";
export type { Log, LogLevel } from "@millrace/platform";
export type { ConnectionConfig, ConsumerConfig, ProducerConfig, StreamsConfig } from "./settings/streams-config.ts";
export type { OauthBearerToken, SaslOptions, SaslPasswordOptions, SaslTokenOptions, SslOptions } from "@millrace/client";
export type { OpenEngine } from "./state/state-directory.ts";
export { RestoreProgress } from "./state/restore-progress.ts";
export type { RestoredStore, RestoreEvent, RestoreListener } from "./state/replay.ts";
export type { StateListener, StreamsState } from "./states.ts";
export {
  CloseTimeoutError,
  ForeignAssignmentError,
  InternalTopicMismatchError,
  InvalidConfigError,
  InvalidStateError,
  MissingSourceTopicError,
  NoCommittedOffsetError,
  OtherProgramError,
  SerdeBindTimeoutError,
  SlowRecordError,
  StreamThreadError,
  TaskTimeoutError,
  TopicDeletedError,
  UnknownSinkTopicError,
} from "./errors.ts";
