export { type CloseOptions, KafkaStreams, type StreamsEnvironment, type StreamsMetrics } from "./kafka-streams.ts";
export { textSettings, type Log, type LogLevel, type SettingForm, type StreamsConfig } from "./config.ts";
export type { OpenEngine } from "./state-directory.ts";
export { RestoreProgress } from "./restore-progress.ts";
export type { RestoredStore, RestoreEvent, RestoreListener } from "./restorer.ts";
export type { StateListener, StreamsState } from "./states.ts";
export {
  CloseTimeoutError,
  InternalTopicMismatchError,
  InvalidConfigError,
  InvalidStateError,
  MissingSourceTopicError,
  NoCommittedOffsetError,
  StreamThreadError,
  UnknownSinkTopicError,
} from "./errors.ts";
