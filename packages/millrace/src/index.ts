/// <reference types="node" preserve="true" />
/** Millrace: Kafka Streams for TypeScript. The public API in one import. */
export {
  bigint64,
  boolean,
  bytes,
  defineSerde,
  describe,
  explain,
  failOnInvalidTimestamp,
  float32,
  float64,
  int16,
  int32,
  int64,
  json,
  list,
  logAndSkipOnInvalidTimestamp,
  serde,
  string,
  usePartitionTimeOnInvalidTimestamp,
  uuid,
  wallclockTimestamp,
  windowed,
  Windowed,
  type SerdeParts,
} from "@millrace/core";
export * from "@millrace/dsl";
export * from "@millrace/runtime";
export * from "./errors.ts";
export type * from "./types.ts";
// above the one of the runtime, which keeps stores in memory
export { KafkaStreams } from "./kafka-streams.ts";
