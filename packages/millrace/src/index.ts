/// <reference types="node" preserve="true" />
/** Millrace: Kafka Streams for TypeScript. The public API in one import. */
export {
  bigint64,
  boolean,
  bytes,
  float32,
  float64,
  int16,
  int32,
  int64,
  json,
  string,
  uuid,
  windowed,
  Windowed,
  DeserializationError,
  SerializationError,
  StreamsError,
  describe,
  failOnInvalidTimestamp,
  logAndSkipOnInvalidTimestamp,
  usePartitionTimeOnInvalidTimestamp,
} from "@millrace/core";
export type {
  AutoOffsetReset,
  ConsumedRecord,
  Engine,
  Header,
  Headers,
  Serde,
  StreamPartitioner,
  TimestampExtractor,
  Topology,
  TopicNameExtractor,
} from "@millrace/core";
export * from "@millrace/dsl";
export * from "@millrace/runtime";
// above the one of the runtime, which keeps stores in memory
export { KafkaStreams } from "./kafka-streams.ts";
