import type { Engine, ErrorHandler, ProcessingErrorsScope, Serde, TimestampExtractor } from "@millrace/core";
import type { Duration } from "@millrace/dsl";

/** The settings of an application that matter to a topology alone; names and defaults are StreamsConfig's. */
export interface DriverOptions {
  /** Prefix of internal topics. Default `test`. */
  readonly applicationId?: string;
  /** Default: UTF-8 strings for keys, JSON for values. null: none, so that every node must name its own. */
  readonly defaultKeySerde?: Serde<any> | null;
  /** Serde of values that name none. Default: JSON; null: none. */
  readonly defaultValueSerde?: Serde<any> | null;
  /** Timestamp extractor of sources that name none. Default: the record's own timestamp; an invalid one is an error. */
  readonly defaultTimestampExtractor?: TimestampExtractor;
  /** The record cache of all stores; 0 switches it off. Default 10 MiB. */
  readonly cacheBytesMax?: number;
  /** Default 0. Above 0 records may wait until `advanceWallClock`. */
  readonly maxTaskIdleMs?: number;
  /** Reaction to a record that a source cannot read. Default `fail`: `pipe` throws; `continue` drops it. */
  readonly deserializationErrors?: "fail" | "continue" | ErrorHandler;
  /** The same for a record that an operator fails on, or that a sink below it cannot write. */
  readonly processingErrors?: "fail" | "continue" | ErrorHandler;
  /** `everywhere`: `processingErrors` also holds for a sink directly behind a source. Default `operators`, as in Java. */
  readonly processingErrorsScope?: ProcessingErrorsScope;
  /** The same for a record whose key or value a sink's serdes refuse; asked before `processingErrors`. */
  readonly serializationErrors?: "fail" | "continue" | ErrorHandler;
  /** Initial time of the wall clock, in milliseconds. Default 0; only `advanceWallClock` moves it. */
  readonly wallClockMs?: number;
  /** Engine that keeps the stores' bytes. Default: memory, whatever kind the stores declare. */
  readonly engine?: Engine;
}

/** Serdes and clock of an input topic. */
export interface InputTopicOptions<K, V> {
  /** Serde of keys. Default: the driver's. */
  readonly key?: Serde<K>;
  /** Serde of values. Default: the driver's. */
  readonly value?: Serde<V>;
  /** Time of the first record that is given none, milliseconds. Default: the driver's wall clock at that moment. */
  readonly startTimestamp?: number;
  /** Time that each next record without a time is later than the one before. Default 0. */
  readonly autoAdvance?: Duration;
}

/** Timestamp and headers of one record. */
export interface PipeOptions {
  /** Milliseconds. It does not move the time of records that are given none. */
  readonly timestamp?: number;
  /** Names and values; a string is written as UTF-8. */
  readonly headers?: readonly { readonly key: string; readonly value: Buffer | string | null }[];
}

/** Serdes of an output topic. */
export interface OutputTopicOptions<K, V> {
  /** Serde of keys. Default: the driver's. */
  readonly key?: Serde<K>;
  /** Serde of values. Default: the driver's. */
  readonly value?: Serde<V>;
}
