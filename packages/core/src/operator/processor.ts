import type { Headers } from "../record/record-context.ts";
import type { StoreSpec } from "../store/kinds.ts";
import type { Cancellable, PunctuationClock } from "./operator-spec.ts";

/**
 * Record that a processor takes. One object serves all records of a node: it is valid during the call, and `with…` makes a copy that can be
 * kept.
 *
 * @see Java's `Record`
 */
export class ProcessorRecord<K, V> {
  /** Key; null where the record has none. */
  key: K;
  /** Value; null for a tombstone. */
  value: V;
  /** Time in milliseconds since the epoch. */
  timestampMs: number;
  /** Headers, in order. */
  headers: Headers;

  constructor(key: K, value: V, timestampMs: number, headers: Headers) {
    this.key = key;
    this.value = value;
    this.timestampMs = timestampMs;
    this.headers = headers;
  }

  /** Copies the record with another key. */
  withKey<K2>(key: K2): ProcessorRecord<K2, V> {
    return new ProcessorRecord(key, this.value, this.timestampMs, this.headers);
  }

  /** Copies the record with another value. */
  withValue<V2>(value: V2): ProcessorRecord<K, V2> {
    return new ProcessorRecord(this.key, value, this.timestampMs, this.headers);
  }

  /** Copies the record with another time, in milliseconds since the epoch. */
  withTimestamp(timestampMs: number): ProcessorRecord<K, V> {
    return new ProcessorRecord(this.key, this.value, timestampMs, this.headers);
  }

  /** Copies the record with other headers. */
  withHeaders(headers: Headers): ProcessorRecord<K, V> {
    return new ProcessorRecord(this.key, this.value, this.timestampMs, headers);
  }
}

/**
 * Record whose key stays what it is: processors of values take them, and pass on copies of them. One object serves all records of a node, as
 * {@link ProcessorRecord}.
 *
 * @see Java's `FixedKeyRecord`
 */
export class FixedKeyRecord<K, V> {
  #key: K;
  /** Value; null for a tombstone. */
  readonly value: V;
  /** Time in milliseconds since the epoch. */
  readonly timestampMs: number;
  /** Headers, in order. */
  readonly headers: Headers;

  /** @internal Records come from their node, and from other records. */
  constructor(key: K, value: V, timestampMs: number, headers: Headers) {
    this.#key = key;
    this.value = value;
    this.timestampMs = timestampMs;
    this.headers = headers;
  }

  /** Key; null where the record has none. */
  get key(): K {
    return this.#key;
  }

  /** Copies the record with another value. */
  withValue<V2>(value: V2): FixedKeyRecord<K, V2> {
    return new FixedKeyRecord(this.#key, value, this.timestampMs, this.headers);
  }

  /** Copies the record with another time, in milliseconds since the epoch. */
  withTimestamp(timestampMs: number): FixedKeyRecord<K, V> {
    return new FixedKeyRecord(this.#key, this.value, timestampMs, this.headers);
  }

  /** Copies the record with other headers. */
  withHeaders(headers: Headers): FixedKeyRecord<K, V> {
    return new FixedKeyRecord(this.#key, this.value, this.timestampMs, headers);
  }

  /** @internal Moves the object along to the node's next record. */
  move(key: K, value: V, timestampMs: number, headers: Headers): this {
    this.#key = key;
    (this as Mutable<FixedKeyRecord<K, V>>).value = value;
    (this as Mutable<FixedKeyRecord<K, V>>).timestampMs = timestampMs;
    (this as Mutable<FixedKeyRecord<K, V>>).headers = headers;
    return this;
  }
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

/** Record that a processor passes on. */
export interface ForwardedRecord<K, V> {
  /** Key; undefined counts as null. */
  readonly key: K;
  /** Value; undefined is an `UndefinedValueError`. */
  readonly value: V;
  /** Whole milliseconds since the epoch, from 0. Default: the time of the record in flight, in a schedule that of the call. */
  readonly timestampMs?: number;
  /** Headers. Default: those of the record in flight. */
  readonly headers?: Headers;
}

/** Place of the record in flight in its topic. */
export interface RecordMetadata {
  /** Topic that the record was read from; null in a schedule's call. */
  readonly topic: string | null;
  /** Partition that the record was read from; -1 in a schedule's call. */
  readonly partition: number;
  /** Offset of the record; -1 in a schedule's call. */
  readonly offset: number;
}

/** Options of a schedule. */
export interface ScheduleOptions {
  /**
   * Point of the grid on which the calls lie, in milliseconds since the epoch, from 0. The first call is due then or, if that is over, at
   * the next point (KIP-1146). Default: 0 by stream time, one interval from now by the wall clock.
   */
  readonly startMs?: number;
}

/** Store that a processor can be connected to: its spec, and the type of what `context.store` gives for it. */
export interface StoreDefinition<S = unknown> {
  /** Spec, as the topology has it. */
  readonly spec: StoreSpec;
  /** Type of the store for processors; there is no such value. */
  readonly facade?: S;
}

/** Part of the context that processors of both kinds have. Valid during the calls of the processor and of its schedules. */
export interface ProcessingContext {
  /** Name of the application, Kafka's `application.id`. */
  readonly applicationId: string;
  /** Sub-topology and partition of the task, such as `0_3`. */
  readonly taskId: string;
  /** Place of the record in flight; null in `init`. */
  readonly recordMetadata: RecordMetadata | null;
  /** Largest timestamp of the task's records so far, milliseconds since the epoch; -1: none. */
  currentStreamTimeMs(): number;
  /** Wall-clock time in milliseconds since the epoch. */
  currentSystemTimeMs(): number;
  /**
   * Gives a store that the processor is connected to.
   *
   * @throws {UnknownStoreError} `STREAMS_UNKNOWN_STORE` for any other
   */
  store<S>(store: StoreDefinition<S>): S;
  /** Gives a store by its name; its type is the caller's to say. */
  store<S = unknown>(store: string): S;
  /**
   * Calls a function again and again: by `streamTime` with the first record and then whenever the records' time passes a multiple of the
   * interval, by `wallClock` each time an interval has passed. A call gets the clock's time. If several intervals pass at once, there is one
   * call. Errors of the function go to the handler of processing errors.
   *
   * @param every from 1 ms: milliseconds, or a text such as `"10s"`
   * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT`
   * @see KIP-138, KIP-1146
   */
  schedule(
    every: number | string,
    clock: PunctuationClock,
    callback: (timeMs: number) => void,
    options?: ScheduleOptions,
  ): Cancellable;
  /** Asks for a commit once the record in flight is done. */
  commit(): void;
}

/** Context of a processor that may change keys. */
export interface ProcessorContext<K, V> extends ProcessingContext {
  /**
   * Passes a record on to all children, or to one of them; returns when all that follows from it is done. Not in `init`.
   *
   * @param child name of a node below this one
   * @throws {UnknownChildError} `STREAMS_UNKNOWN_CHILD` @throws {MalformedRecordError} `STREAMS_MALFORMED_RECORD` for a time that is none
   */
  forward(record: ForwardedRecord<K, V>, child?: string): void;
}

/** Context of a processor of values. */
export interface FixedKeyProcessorContext<K, V> extends ProcessingContext {
  /** Passes on a record that came from `process`, or a copy of one made by its `with…`; else as {@link ProcessorContext}. */
  forward(record: FixedKeyRecord<K, V>, child?: string): void;
}

/** Step of one's own in a task; each task has its own object, and only stores outlive it. */
export interface Processor<K, V, K2, V2> {
  /** Begins: called once in each task, before the first record. */
  init?(context: ProcessorContext<K2, V2>): void;
  /** Takes one record. Synchronous. */
  process(record: ProcessorRecord<K, V>, context: ProcessorContext<K2, V2>): void;
  /** Ends: called once when the task is closed, while its stores are open. */
  close?(): void;
}

/** Step of one's own that keeps keys. */
export interface FixedKeyProcessor<K, V, V2> {
  /** Begins: called once in each task, before the first record. */
  init?(context: FixedKeyProcessorContext<K, V2>): void;
  /** Takes one record. Synchronous. */
  process(record: FixedKeyRecord<K, V>, context: FixedKeyProcessorContext<K, V2>): void;
  /** Ends: called once when the task is closed, while its stores are open. */
  close?(): void;
}

/** Maker of processors (Java's `ProcessorSupplier`). */
export interface ProcessorSupplier<K, V, K2, V2> {
  /** Stores to add to the program and to connect to the processor. */
  readonly stores?: readonly StoreDefinition[];
  /** Makes a processor: a new one at each call. */
  create(): Processor<K, V, K2, V2>;
}

/** Maker of processors of values (Java's `FixedKeyProcessorSupplier`). */
export interface FixedKeyProcessorSupplier<K, V, V2> {
  /** Stores to add to the program and to connect to the processor. */
  readonly stores?: readonly StoreDefinition[];
  /** Makes a processor: a new one at each call. */
  create(): FixedKeyProcessor<K, V, V2>;
}
