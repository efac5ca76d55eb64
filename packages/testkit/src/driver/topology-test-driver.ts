import {
  InvalidArgumentError,
  json,
  keyValueStoreOf,
  MemoryEngine,
  noHeaders,
  plan,
  RecordCache,
  string,
  Task,
  TaskStores,
  windowStoreOf,
  type DroppedRecord,
  type ErrorHandler,
  type Header,
  type Serde,
  type Topology,
} from "@millrace/core";
import { durationMs, type Duration, type Topic } from "@millrace/dsl";
import { encodeBatch } from "@millrace/protocol";
import { CapturedOutput, type ProducedRecord } from "./captured-output.ts";
import { checkDriver, checkTopic } from "./checks.ts";
import { DriverClosedError, InvalidAdvanceError, UnknownTopicError, WaitingRecordError } from "./errors.ts";
import type { DriverOptions, InputTopicOptions, OutputTopicOptions } from "./options.ts";
import { TestInputTopic } from "./test-input-topic.ts";
import { TestOutputTopic } from "./test-output-topic.ts";
import { TestKeyValueStore, TestWindowStore } from "./test-stores.ts";

/**
 * Runs a topology record by record, without broker, threads or real time.
 *
 * As Java's TopologyTestDriver: one task over the whole topology, one partition per topic, a commit after each record, so
 * that cached updates appear once per record; what is produced to a topic that the topology reads is read at once. Stream
 * time is therefore shared by all sub-topologies, and partitioning cannot be observed.
 */
export class TopologyTestDriver implements Disposable {
  readonly #topology: Topology;
  readonly #applicationId: string;
  readonly #task: Task;
  readonly #stores: TaskStores;
  readonly #output = new CapturedOutput();
  readonly #nextOffsets: Map<string, number>;
  readonly #produced: ProducedRecord[] = [];
  readonly #drops: DroppedRecord[] = [];
  readonly #unread = new Map<string, ProducedRecord[]>();
  readonly #serdes: { readonly key: Serde<any> | null; readonly value: Serde<any> | null };
  #wallClockMs: number;
  #closed = false;

  /** @throws {InvalidArgumentError} for a topology or an option that is none @throws {MissingSerdeError} when a node or store names no serde and the default is null */
  constructor(topology: Topology, options: DriverOptions = {}) {
    checkDriver(topology, options);
    const applicationId = options.applicationId ?? "test";
    this.#topology = topology;
    this.#applicationId = applicationId;
    const { defaultKeySerde = string, defaultValueSerde = json() } = options;
    this.#serdes = { key: defaultKeySerde, value: defaultValueSerde };
    this.#wallClockMs = options.wallClockMs ?? 0;
    const common = { applicationId, partition: 0, nodes: topology.nodes, defaults: this.#serdes, output: this.#output };
    this.#stores = new TaskStores({
      ...common,
      taskId: "0_0",
      specs: topology.stores,
      engine: options.engine ?? new MemoryEngine(),
      cache: new RecordCache(options.cacheBytesMax ?? cacheBytesMaxDefault),
    });
    this.#task = new Task({
      ...common,
      id: "0_0",
      stores: this.#stores,
      repartitionTopics: topology.repartitionTopics.map(({ name }) => name),
      timestampExtractor: options.defaultTimestampExtractor,
      nowMs: () => this.#wallClockMs,
      handlers: {
        deserialization: handler(options.deserializationErrors),
        processing: handler(options.processingErrors),
        serialization: handler(options.serializationErrors),
      },
      processingErrorsScope: options.processingErrorsScope,
      onDropped: (drop) => void this.#drops.push(drop),
      maxTaskIdleMs: options.maxTaskIdleMs,
    });
    this.#nextOffsets = new Map(this.#task.topics.map((topic) => [topic, 0]));
    this.#task.init();
  }

  /** Time of the wall clock, in milliseconds. */
  get wallClockMs(): number {
    return this.#wallClockMs;
  }

  /**
   * Records skipped so far, as Java's metric `dropped-records-total` counts them: without those that had "no key to partition by",
   * which Java skips uncounted. `drops()`, and the metrics of an application, have them too.
   */
  get droppedRecords(): number {
    return this.#task.droppedRecords;
  }

  /** Records skipped so far, in order: where each was dropped, why, and what was thrown, if anything. */
  drops(): readonly DroppedRecord[] {
    return this.#drops;
  }

  /** All that was produced so far, internal topics included, in order over all topics. */
  get producedRecords(): readonly ProducedRecord[] {
    return this.#produced;
  }

  /** Physical names of the topics that something was produced to. */
  get producedTopicNames(): ReadonlySet<string> {
    return new Set(this.#unread.keys());
  }

  /** Names of all stores of the topology. */
  get storeNames(): readonly string[] {
    return this.#stores.names;
  }

  /** A topic to pipe records into; serdes that neither the topic nor the options name are the driver's defaults. */
  inputTopic<K = string, V = unknown>(topic: string | Topic<K, V>, options: InputTopicOptions<K, V> = {}): TestInputTopic<K, V> {
    checkTopic("inputTopic()", topic, options);
    const declared = typeof topic === "string" ? null : topic;
    return new TestInputTopic<K, V>({
      key: options.key ?? declared?.key ?? this.#default("key"),
      value: options.value ?? declared?.value ?? this.#default("value"),
      nowMs: () => this.#wallClockMs,
      startTimestampMs: options.startTimestamp ?? null,
      autoAdvanceMs: options.autoAdvance === undefined ? 0 : durationMs(options.autoAdvance, "autoAdvance"),
      pipe: (timestampMs, key, value, headers) =>
        this.pipeBytes(declared?.name ?? (topic as string), timestampMs, key, value, headers),
    });
  }

  /**
   * The records produced to a topic, by its physical name, each to be read once. Two objects for one topic share what is unread.
   * Reading fails with `UnknownTopicError` if the topology cannot write to the topic, as in Java; where a sink names the topic
   * record by record, any name will do.
   */
  outputTopic<K = string, V = unknown>(
    topic: string | Topic<K, V>,
    options: OutputTopicOptions<K, V> = {},
  ): TestOutputTopic<K, V> {
    checkTopic("outputTopic()", topic, options);
    const declared = typeof topic === "string" ? null : topic;
    const name = declared?.name ?? (topic as string);
    return new TestOutputTopic<K, V>({
      name,
      key: options.key ?? declared?.key ?? this.#default("key"),
      value: options.value ?? declared?.value ?? this.#default("value"),
      unread: () => this.#unread.get(name) ?? this.#unreadOfNone(name),
      producedTopics: () => [...this.#unread.keys()],
    });
  }

  /**
   * Pipes a record as bytes and processes all that follows from it.
   *
   * @throws {UnknownTopicError | InvalidArgumentError} and what the task throws
   * @throws {WaitingRecordError} for a record whose serde must look something up first
   */
  pipeBytes(
    topic: string,
    timestampMs: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: readonly Header[] = noHeaders,
  ): void {
    if (this.#closed) throw new DriverClosedError();
    if (!Number.isSafeInteger(timestampMs))
      throw new InvalidArgumentError(
        `A record's timestamp is whole milliseconds, not ${typeof timestampMs} ${String(timestampMs)}.`,
      );
    if (!this.#nextOffsets.has(topic)) throw new UnknownTopicError(topic, "input", [...this.#nextOffsets.keys()]);
    this.#enqueue(topic, timestampMs, key, value, headers);
    this.#complete();
  }

  /** Moves the wall clock in one jump, then processes what was waiting for it. @throws {InvalidAdvanceError} */
  advanceWallClock(duration: Duration): void {
    if (this.#closed) throw new DriverClosedError();
    const advanceMs = durationMs(duration, "duration");
    if (advanceMs < 0) throw new InvalidAdvanceError(advanceMs);
    this.#wallClockMs += advanceMs;
    this.#task.punctuate(this.#wallClockMs);
    this.#commit();
    this.#complete();
  }

  /** A store as tests look at it. @throws {UnknownStoreError | WrongStoreKindError} */
  keyValueStore<K = any, V = any>(name: string): TestKeyValueStore<K, V> {
    return new TestKeyValueStore<K, V>(keyValueStoreOf<K, V>(this.#stores.get(name).facade, "keyValueStore()"));
  }

  /** Window store as tests look at it. @throws {UnknownStoreError | WrongStoreKindError} */
  windowStore<K = any, V = any>(name: string): TestWindowStore<K, V> {
    return new TestWindowStore<K, V>(windowStoreOf<K, V>(this.#stores.get(name).facade, "windowStore()"));
  }

  /** @internal The task's own store, for tools that need its bytes. */
  store(name: string): ReturnType<TaskStores["get"]> {
    return this.#stores.get(name);
  }

  /** Closes stores and task. Idempotent; further use throws `DriverClosedError`. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#task.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #default(role: "key" | "value"): Serde<any> {
    return this.#serdes[role] ?? (role === "key" ? string : json());
  }

  /** Nothing, for a topic that nothing was produced to yet. @throws {UnknownTopicError} for one that nothing can be produced to */
  #unreadOfNone(name: string): ProducedRecord[] {
    if (this.#topology.nodes.some((node) => node.kind === "sink" && typeof node.topic === "function")) return [];
    const { subtopologies, changelogTopics } = plan(this.#topology, this.#applicationId);
    const known = [...subtopologies.flatMap(({ sinkTopics }) => sinkTopics), ...changelogTopics.keys()];
    if (!known.includes(name)) throw new UnknownTopicError(name, "output", known);
    return [];
  }

  #enqueue(topic: string, timestampMs: number, key: Buffer | null, value: Buffer | null, headers: readonly Header[]): void {
    const offset = this.#nextOffsets.get(topic)!;
    this.#nextOffsets.set(topic, offset + 1);
    const batch = encodeBatch({ records: [{ offset, timestamp: timestampMs, key, value, headers }] });
    this.#task.addBatches(topic, 0, batch, 1, offset + 1);
  }

  #complete(): void {
    this.#capture();
    while (this.#task.ready(this.#wallClockMs)) {
      this.#task.process(1);
      this.#commit();
      this.#capture();
    }
    const waiting = this.#task.waiting;
    if (waiting !== null) throw new WaitingRecordError(waiting.record, waiting.waiting);
  }

  #commit(): void {
    if (!this.#task.commitNeeded) return;
    this.#task.flush();
    this.#task.committed(this.#task.committable());
  }

  /** Keeps what was produced; each record that the topology reads itself is enqueued before the next one is looked at. */
  #capture(): void {
    for (const record of this.#output.take()) {
      this.#produced.push(record);
      const unread = this.#unread.get(record.topic);
      if (unread === undefined) this.#unread.set(record.topic, [record]);
      else unread.push(record);
      if (this.#nextOffsets.has(record.topic))
        this.#enqueue(record.topic, record.timestampMs, record.key, record.value, record.headers);
    }
  }
}

const cacheBytesMaxDefault = 10 * 1024 * 1024;

function handler(choice: "fail" | "continue" | ErrorHandler | undefined): ErrorHandler {
  return typeof choice === "function" ? choice : () => choice ?? "fail";
}
