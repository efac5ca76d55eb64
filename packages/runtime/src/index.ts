export { KafkaStreams, type StreamsEnvironment, type StreamsMetrics } from "./kafka-streams.ts";
export type { Log, LogLevel, StreamsConfig } from "./config.ts";
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
