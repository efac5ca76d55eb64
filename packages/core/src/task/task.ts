import type { StreamOperator } from "../operator/operator.ts";
import type { RecordContext } from "../record/record-context.ts";
import { TaskMetrics, type DropCount } from "../record/task-metrics.ts";
import type { NotReadyError } from "../serde/errors.ts";
import { SerdeBindings } from "../serde/serde-bindings.ts";
import type { SourceNode, TimestampExtractor, TopologyNode } from "../topology/topology.ts";
import { internalTopicName } from "../topology/plan.ts";
import { compile, type LivingOperator } from "./compile.ts";
import { sourceSerdes, userOf, type DefaultSerdes } from "./node-serdes.ts";
import type { SettledLookUp } from "./pending-look-up.ts";
import {
  HandlerError,
  ProcessingError,
  ProcessorLifeCycleError,
  SinkRecordError,
  UnknownPartitionError,
  type FailedRecord,
} from "./errors.ts";
import type { DroppedRecord } from "./drops.ts";
import { failedRecord, failing, type ProcessingErrorsScope, type TaskHandlers } from "./handlers.ts";
import { decodeOffsetMetadata, encodeOffsetMetadata } from "./offset-metadata.ts";
import type { Output } from "../output.ts";
import { PartitionGroup, type LagLookup } from "./partition-group.ts";
import { ProcessedRecords } from "./processed-records.ts";
import type { PunctuationQueue } from "./punctuation-queue.ts";
import { RecordQueue } from "./record-queue.ts";
import { TaskScope } from "./task-scope.ts";
import type { TaskStores } from "./task-stores.ts";
import { failOnInvalidTimestamp } from "./timestamp-extractors.ts";

/** Options of a task. */
export interface TaskOptions {
  /** Sub-topology and partition, such as `0_3`. */
  readonly id: string;
  /** Name of the application, before the names of its internal topics. `application.id`. */
  readonly applicationId: string;
  /** The partition of every topic the task reads, and of its changelogs. */
  readonly partition: number;
  /** A sub-topology's nodes, or those of a whole topology, parents before children; names of topics are logical. */
  readonly nodes: readonly TopologyNode[];
  /** Physical names of the topics that have this partition. Default: all that the nodes read. */
  readonly sourceTopics?: readonly string[] | undefined;
  /** Stores that the nodes use; the task works on them, and does not open or give them up. */
  readonly stores: TaskStores;
  /** Logical names: on the cluster they have the application id before them, and their records keep the times they were written with. */
  readonly repartitionTopics: Iterable<string>;
  /** Serdes for nodes and stores that name none. */
  readonly defaults: DefaultSerdes;
  /** Serdes that were bound ahead, by `bindSerdes`. Default: none; then each must bind at once. */
  readonly bindings?: SerdeBindings | undefined;
  /**
   * Longest time that a record waits for the look-ups of its serdes, in milliseconds; then the deserialization handler is asked.
   * Default 300,000. `task.timeout.ms`.
   */
  readonly lookUpTimeoutMs?: number | undefined;
  /** Hears when a look-up is done or has failed that a record waits for: there may be something to process. Must not throw. */
  readonly onLookUp?: ((lookUp: SettledLookUp) => void) | undefined;
  /** For sources that name none and read no repartition topic. Default `failOnInvalidTimestamp`. */
  readonly timestampExtractor?: TimestampExtractor | undefined;
  /** Output that sinks write to. */
  readonly output: Output;
  /** Wall clock: milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** Default: every failure stops the task. */
  readonly handlers?: TaskHandlers | undefined;
  /** Default `operators`, as in Java. */
  readonly processingErrorsScope?: ProcessingErrorsScope | undefined;
  /** Hears of every record that is dropped, while it is; must not throw. Default: they are only counted. */
  readonly onDropped?: ((drop: DroppedRecord) => void) | undefined;
  /** Verify the checksum of every batch. Default true. `check.crcs`. */
  readonly checkCrcs?: boolean | undefined;
  /**
   * Time to wait for an empty input whose lag is zero, in milliseconds; -1: do not even wait for records that the broker
   * already has. Default 0. `max.task.idle.ms`.
   */
  readonly maxTaskIdleMs?: number | undefined;
  /** Lag of each input: records that the broker has beyond those handed over. Default: no lag is known. */
  readonly lag?: LagLookup | undefined;
}

/** Offset of a task's next record in a partition, to be committed. */
export interface CommittableOffset {
  /** Name of the topic on the cluster. */
  readonly topic: string;
  /** Partition of the topic. */
  readonly partition: number;
  /** Offset of the next record to process, as Kafka commits it. */
  readonly offset: number;
  /** Java's TopicPartitionMetadata, base64. */
  readonly metadata: string;
}

/**
 * One sub-topology at work on one partition number: takes raw batches, picks records by timestamp, runs them through the
 * operators. Synchronous; a failure leaves it unusable, and whoever owns it starts another from the committed offsets.
 */
export class Task {
  /** Sub-topology and partition, such as `0_3`. */
  readonly id: string;
  /** The record in flight. */
  readonly context: RecordContext;
  /** Figures of the nodes and stores. */
  readonly metrics: TaskMetrics;
  readonly #stores: TaskStores;
  readonly #scope: TaskScope;
  readonly #group: PartitionGroup;
  readonly #queues: ReadonlyMap<string, RecordQueue>;
  readonly #operators: readonly LivingOperator[];
  #commitNeeded = false;
  #isInitialized = false;

  /** @throws {MissingSerdeError} when a node names no serde and there is no default */
  constructor(options: TaskOptions) {
    const { id, applicationId, nodes, defaults, output, stores } = options;
    this.id = id;
    this.context = stores.context;
    this.metrics = new TaskMetrics([...nodes.map(({ name }) => name), ...stores.names]);
    this.#stores = stores;
    this.#scope = new TaskScope({
      taskId: id,
      applicationId,
      context: stores.context,
      metrics: this.metrics,
      nowMs: options.nowMs,
      onDropped: options.onDropped ?? null,
    });
    stores.tellDropped((store, reason) => this.#scope.dropped(store, reason));
    const repartitionTopics = new Set(options.repartitionTopics);
    const topicName = (logical: string): string =>
      repartitionTopics.has(logical) ? internalTopicName(applicationId, logical) : logical;
    const bindings = options.bindings ?? new SerdeBindings();
    const { sources, operators } = compile({
      nodes,
      bindings,
      stores: stores.byName,
      defaults,
      handlers: options.handlers ?? failing,
      processingErrorsScope: options.processingErrorsScope ?? "operators",
      output,
      task: this.#scope,
      repartitionTopics,
      topicName,
    });
    const queues = nodes.flatMap((node) =>
      node.kind === "source"
        ? recordQueues(node, {
            operator: sources.get(node.name)!,
            scope: this.#scope,
            options,
            bindings,
            repartitionTopics,
            topicName,
          })
        : [],
    );
    this.#operators = operators;
    this.#queues = new Map(queues.map((queue) => [queue.topic, queue]));
    this.#group = new PartitionGroup(queues, options.maxTaskIdleMs ?? 0, options.lag ?? (() => 0));
  }

  /** Largest timestamp taken from any partition, -1 if none. */
  get streamTimeMs(): number {
    return this.#scope.streamTimeMs();
  }

  /** Records that were skipped: unreadable, without time, without key, late. `dropped-records-total`, as Java counts it: without "no key to partition by". */
  get droppedRecords(): number {
    return this.metrics.droppedRecords;
  }

  /** The same by node and reason; nothing for what dropped no record. */
  drops(): readonly DropCount[] {
    return this.metrics.drops();
  }

  /** True if an operator has asked for a commit since the last one, and there is something to commit. */
  get commitRequested(): boolean {
    return this.#scope.isCommitRequested && this.commitNeeded;
  }

  /** True if a record was processed, or an operator's time has changed, since the last `committed`. */
  get commitNeeded(): boolean {
    return this.#commitNeeded || this.#scope.times.areDue;
  }

  /** Physical names of the topics it reads. */
  get topics(): readonly string[] {
    return [...this.#queues.keys()];
  }

  /**
   * Sets where reading begins: the group's offset, with the times that were committed beside it. Records below are ignored.
   *
   * @param metadata as committed; null or empty: none
   */
  start(topic: string, partition: number, offset: number, metadata: string | null): void {
    const queue = this.#queue(topic, partition);
    queue.position = offset;
    queue.committedOffset = offset;
    const { partitionTimeMs, processorTimesMs } = decodeOffsetMetadata(metadata);
    this.#scope.times.load(processorTimesMs);
    if (partitionTimeMs < 0) return;
    queue.partitionTimeMs = partitionTimeMs;
    this.#scope.advanceStreamTime(partitionTimeMs);
  }

  /**
   * Begins the operators: their stores are restored, and `start` was called for every partition. Before the first `process`.
   *
   * @throws {ProcessorLifeCycleError} `STREAMS_PROCESSOR_LIFE_CYCLE`
   */
  init(): void {
    this.#isInitialized = true;
    for (const { nodeName, operator } of this.#operators) {
      if (operator.init === undefined) continue;
      this.#scope.leaveRecord(0);
      try {
        operator.init();
      } catch (error) {
        throw new ProcessorLifeCycleError(this.id, nodeName, "init", error);
      }
    }
  }

  /** A view of a source topic's records as processing has them, to restore a table from that has no other changelog. */
  processedRecords(topic: string, partition: number): ProcessedRecords {
    return new ProcessedRecords(this.#queue(topic, partition));
  }

  /**
   * Queues raw record batches; a partial one at the end is ignored. The buffer is read later, in place.
   *
   * @param recordCount of the whole batches, as their headers say
   * @param nextOffset at which the fetches go on: behind the last batch, and behind what the log has for itself
   * @throws {SourceRecordError | TimestampExtractorError | InvalidTimestampError} of the partition's next record, when nothing else waits there
   */
  addBatches(topic: string, partition: number, buffer: Buffer, recordCount: number, nextOffset: number): void {
    this.#group.add(this.#queue(topic, partition), buffer, recordCount, nextOffset);
  }

  /** Number of records that wait in a partition's queue. @throws {UnknownPartitionError} */
  bufferedRecords(topic: string, partition: number): number {
    return this.#queue(topic, partition).size;
  }

  /** The record that the task cannot go on without, and the serde's error that makes it wait for a look-up; null: none. */
  get waiting(): { readonly record: FailedRecord; readonly waiting: NotReadyError } | null {
    return this.#group.heap[0]?.waiting ?? null;
  }

  /**
   * True if a record can be processed without waiting for another input, or for the look-up of a serde. A record whose look-up is
   * done is read here.
   *
   * @throws {SourceRecordError | TimestampExtractorError | InvalidTimestampError | HandlerError} when such a record cannot be read
   */
  ready(nowMs: number): boolean {
    return this.#group.ready(nowMs);
  }

  /**
   * Processes up to `recordsMax` records, and stops early when none is left or an input runs dry: whether to go on without
   * it is for `ready` to say. Returns how many.
   *
   * @throws {ProcessingError | SinkRecordError | SourceRecordError | TimestampExtractorError | InvalidTimestampError | HandlerError}
   */
  process(recordsMax: number): number {
    const group = this.#group;
    const buffered = group.heap.length;
    let count = 0;
    while (count < recordsMax && group.heap.length === buffered) {
      const queue = group.poll();
      if (queue === null) break;
      this.#processHead(queue);
      count += 1;
      if (this.#scope.isStreamPunctuationDue) this.#punctuate(this.#scope.streamSchedules, this.#scope.streamTime);
    }
    return count;
  }

  /** Wall-clock time at which `punctuate` has something to do; `Infinity`: never, as it is. */
  get punctuationDueMs(): number {
    return this.#scope.isStreamPunctuationDue ? Number.NEGATIVE_INFINITY : this.#scope.wallSchedules.dueMs;
  }

  /**
   * Runs the schedules that are due by the wall clock; those of stream time run with the records. Returns true if one ran.
   *
   * @throws {ProcessingError | HandlerError}
   */
  punctuate(nowMs: number): boolean {
    let punctuated = false;
    if (this.#scope.isStreamPunctuationDue) punctuated = this.#punctuate(this.#scope.streamSchedules, this.#scope.streamTime);
    return this.#punctuate(this.#scope.wallSchedules, nowMs) || punctuated;
  }

  /** Caches → changelogs and downstream, store after store in the order of their nodes. Then the output is to be flushed. */
  flush(): void {
    this.#stores.flush();
  }

  /**
   * Flushes like `flush`, in parts of a given number of entries per store. The generator yields between parts, so that the
   * caller can do other work.
   */
  flushInParts(entriesMax: () => number): Generator<void, void> {
    return this.#stores.flushInParts(entriesMax);
  }

  /**
   * The offsets to commit: of those partitions where they have moved since they were last `committed`, or of all, if an operator's time
   * has changed.
   */
  committable(): CommittableOffset[] {
    const offsets: CommittableOffset[] = [];
    const { times } = this.#scope;
    const { areDue } = times;
    this.#scope.isCommitRequested = false;
    const processorTimesMs = times.offer();
    for (const queue of this.#group.queues) {
      const offset = queue.committableOffset;
      if (Number.isNaN(offset) || (offset === queue.committedOffset && !areDue)) continue;
      const partitionTimeMs = queue.partitionTimeMs >= 0 ? queue.partitionTimeMs : -1;
      offsets.push({
        topic: queue.topic,
        partition: queue.partition,
        offset,
        metadata: encodeOffsetMetadata({ partitionTimeMs, processorTimesMs }),
      });
    }
    return offsets;
  }

  /** Notes that the offsets that `committable` gave are committed. */
  committed(offsets: readonly CommittableOffset[]): void {
    for (const { topic, partition, offset } of offsets) this.#queue(topic, partition).committedOffset = offset;
    this.#scope.times.committed();
    this.#commitNeeded = false;
  }

  /**
   * Drops what is buffered and ends the operators, all of them, even if one fails. The stores stay open. A second call does nothing.
   *
   * @throws {ProcessorLifeCycleError} `STREAMS_PROCESSOR_LIFE_CYCLE`: the first failure
   */
  close(): void {
    const failures: ProcessorLifeCycleError[] = [];
    for (const { nodeName, operator } of this.#isInitialized ? this.#operators : []) {
      this.#scope.leaveRecord(0);
      try {
        operator.close?.();
      } catch (error) {
        failures.push(new ProcessorLifeCycleError(this.id, nodeName, "close", error));
      }
    }
    this.#isInitialized = false;
    this.#group.clear();
    this.#scope.clear();
    if (failures.length > 0) throw failures[0]!;
  }

  #punctuate(schedules: PunctuationQueue, timeMs: number): boolean {
    if (schedules.dueMs > timeMs || !schedules.punctuate(timeMs)) return false;
    this.#commitNeeded = true;
    this.#scope.leaveRecord(timeMs);
    return true;
  }

  #processHead(queue: RecordQueue): void {
    const context = this.context;
    const group = this.#group;
    const { headKey, headValue, headTimestampMs, headOffset, headHeaders, headCorrupted } = queue;
    const { headRaw } = queue;
    queue.headRaw = this.#scope.raw;
    this.#scope.raw = headRaw;
    queue.advance();
    if (queue.hasHead) group.offer(queue);
    this.#commitNeeded = true;
    if (headCorrupted) return;
    this.metrics.processed[queue.parts.row]! += 1;
    this.#scope.advanceStreamTime(headTimestampMs);
    context.topic = queue.topic;
    context.partition = queue.partition;
    context.offset = headOffset;
    context.timestampMs = headTimestampMs;
    context.headers = headHeaders;
    if (headValue === null && queue.parts.dropsNullValues) {
      this.#scope.dropped(queue.parts.nodeName, "null value");
      return;
    }
    try {
      queue.operator.process(headKey, headValue, context);
    } catch (error) {
      throw this.#failure(error, queue);
    }
  }

  /** Adds the source's name to failures outside any guarded node, that is at a source's own sink. */
  #failure(error: unknown, queue: RecordQueue): unknown {
    if (error instanceof ProcessingError || error instanceof SinkRecordError || error instanceof HandlerError) return error;
    return new ProcessingError(failedRecord(this.id, queue.parts.nodeName, this.context), error, null);
  }

  #queue(topic: string, partition: number): RecordQueue {
    const queue = this.#queues.get(topic);
    if (queue === undefined || queue.partition !== partition) throw new UnknownPartitionError(this.id, topic, partition);
    return queue;
  }
}

/** Kafka's default of `task.timeout.ms`. */
const lookUpTimeoutMsDefault = 300_000;

interface SourceParts {
  readonly operator: StreamOperator;
  readonly scope: TaskScope;
  readonly options: TaskOptions;
  readonly bindings: SerdeBindings;
  readonly repartitionTopics: ReadonlySet<string>;
  readonly topicName: (logical: string) => string;
}

function recordQueues(node: SourceNode, parts: SourceParts): RecordQueue[] {
  const { operator, scope, options, bindings, repartitionTopics, topicName } = parts;
  const { keySerde, valueSerde } = sourceSerdes(node, options.defaults);
  return node.topics.flatMap((logical) => {
    const topic = topicName(logical);
    if (options.sourceTopics !== undefined && !options.sourceTopics.includes(topic)) return [];
    const given = node.timestampExtractor ?? options.timestampExtractor ?? failOnInvalidTimestamp;
    return new RecordQueue({
      taskId: scope.taskId,
      nodeName: node.name,
      topic,
      partition: options.partition,
      keySerde: bindings.of(userOf(node), keySerde, topic, "key"),
      valueSerde: bindings.of(userOf(node), valueSerde, topic, "value"),
      extractor: repartitionTopics.has(logical) ? failOnInvalidTimestamp : given,
      handler: (options.handlers ?? failing).deserialization,
      checkCrcs: options.checkCrcs ?? true,
      dropsNullValues: node.dropsNullValues ?? false,
      row: scope.metrics.row(node.name),
      lookUpTimeoutMs: options.lookUpTimeoutMs ?? lookUpTimeoutMsDefault,
      onLookUp: options.onLookUp ?? (() => undefined),
      operator,
      dropped: (record, reason, recordCount, cause) => scope.recordDropped(record, reason, recordCount, cause),
    });
  });
}
