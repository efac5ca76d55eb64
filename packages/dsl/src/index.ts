/// <reference types="node" preserve="true" />
export { StreamsBuilder } from "./streams-builder.ts";
export type { BuildOptions } from "./build-options.ts";
export type { KStream } from "./stream/kstream.ts";
export type { KTable } from "./stream/ktable.ts";
export type { KGroupedStream } from "./stream/kgrouped-stream.ts";
export type { KGroupedTable } from "./stream/kgrouped-table.ts";
export type { TimeWindowedKStream } from "./stream/time-windowed-kstream.ts";
export { keyValueStore, windowStore } from "./state-stores.ts";
export { TimeWindows, type TimeWindowsFactory, type TimeWindowsOptions } from "./time-windows.ts";
export { durationMs, type Duration, type DurationUnit } from "./duration.ts";
export { topic, type FitsKey, type SinkTopic, type Topic, type TopicOptions, type WritingSerde } from "./topic.ts";
export type { Optimization } from "./optimization.ts";
export { BuildersMixedError, InvalidOptimizationError, InvalidWindowError, UnmergeableRepartitionError } from "./errors.ts";
export type { JsonHolds, Misuse, NoPromise, NoPromises, Present, Promised, SameKey, Sync, SyncSentence } from "./misuse.ts";
export type {
  ConsumedOptions,
  ConsumedTimestamp,
  GroupedOptions,
  JoinedOptions,
  NamedOptions,
  ProcessorOptions,
  Nulls,
  Partitioner,
  ProducedOptions,
  RepartitionedOptions,
  StateStoreOptions,
  StoreEngine,
  StoreOptions,
  StreamOptions,
  SerdeFirst,
  TableOptions,
  TableSourceOptions,
  WindowStoreOptions,
} from "./options.ts";
