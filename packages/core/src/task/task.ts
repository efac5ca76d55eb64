import type { DropReason } from "../record/drop-reason.ts";
import { noHeaders, RecordContext } from "../record/record-context.ts";
import type { StreamOperator } from "../operator/operator.ts";
import type { TaskContext } from "../operator/operator-spec.ts";
import type { StoreSpec } from "../store/kinds.ts";
import { keyValueStoreOf } from "../store/key-value-store.ts";
import type { KeyValueStore, WindowStore } from "../store/store.ts";
import type { OpenStore } from "../store/store-build.ts";
import { windowStoreOf } from "../store/window-store.ts";
import type { SourceNode, TimestampExtractor, TopologyNode } from "../topology/topology.ts";
import type { Engine } from "../store/engine.ts";
import type { RecordCache } from "../store/record-cache.ts";
import type { WriteBudget } from "../store/write-budget.ts";
import { internalTopicName } from "../topology/plan.ts";
import { compile, serdeOr, type DefaultSerdes } from "./compile.ts";
import {
  HandlerError,
  ProcessingError,
  SinkRecordError,
  UnknownPartitionError,
  UnknownStoreError,
  type FailedRecord,
} from "./errors.ts";
import { DropTally, type DropCount, type DroppedRecord } from "./drops.ts";
import { failedRecord, failing, type ProcessingErrorsScope, type TaskHandlers } from "./handlers.ts";
import { decodeOffsetMetadata, encodeOffsetMetadata } from "./offset-metadata.ts";
import { openStores } from "./open-stores.ts";
import type { Output } from "../record/output.ts";
import { PartitionGroup, type LagLookup } from "./partition-group.ts";
import { ProcessedRecords } from "./processed-records.ts";
import { RecordQueue, type RecordQueueParts } from "./record-queue.ts";
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
  /** At least those that the nodes use. */
  readonly stores: readonly StoreSpec[];
  /** Logical names: on the cluster they have the application id before them, and their records keep the times they were written with. */
  readonly repartitionTopics: Iterable<string>;
  /** Serdes for nodes and stores that name none. */
  readonly defaults: DefaultSerdes;
  /** For sources that name none and read no repartition topic. Default `failOnInvalidTimestamp`. */
  readonly timestampExtractor?: TimestampExtractor | undefined;
  /** Output that sinks and changelogs write to. */
  readonly output: Output;
  /** Engine that keeps the stores' bytes; the task does not close it. */
  readonly engine: Engine;
  /** The thread's record cache; null: no store caches. */
  readonly cache: RecordCache | null;
  /** The thread's, if the engine outlives the process; whoever gives it drains the stores' tails. Default null: writes go to the engine at once. */
  readonly writeBudget?: WriteBudget | null | undefined;
  /** Default: every failure stops the task. */
  readonly handlers?: TaskHandlers | undefined;
  /** Default `operators`, as in Java. */
  readonly processingErrorsScope?: ProcessingErrorsScope | undefined;
  /** Hears of every record that is dropped, while it is; must not throw. Default: they are only counted. */
  readonly onDropped?: ((drop: DroppedRecord) => void) | undefined;
  /** Verify the checksum of every batch. Default true. `check.crcs`. */
  readonly checkCrcs?: boolean | undefined;
  /** How long to wait for an empty input whose lag is zero; -1: do not even wait for what the broker has. Default 0. `max.task.idle.ms`. */
  readonly maxTaskIdleMs?: number | undefined;
  /** What the broker has beyond what was handed over. Default: nothing. */
  readonly lag?: LagLookup | undefined;
}

/** Where a task's next record lies in a partition, to be committed. */
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
  readonly context: RecordContext = new RecordContext();
  readonly #stores: ReadonlyMap<string, OpenStore>;
  readonly #group: PartitionGroup;
  readonly #queues: ReadonlyMap<string, RecordQueue>;
  readonly #drops = new DropTally();
  readonly #onDropped: ((drop: DroppedRecord) => void) | null;
  #commitNeeded = false;

  /** @throws {MissingSerdeError} when a node or store names no serde and there is no default */
  constructor(options: TaskOptions) {
    const { id, applicationId, nodes, defaults, output } = options;
    this.id = id;
    this.#onDropped = options.onDropped ?? null;
    const dropped = (nodeName: string, reason: DropReason, cause: unknown = null): void =>
      this.#dropped(failedRecord(id, nodeName, this.context), reason, 1, cause);
    const task: TaskContext = {
      taskId: id,
      applicationId,
      context: this.context,
      streamTimeMs: () => this.streamTimeMs,
      dropped,
    };
    const stores = openStores({ ...options, context: this.context, dropped });
    const repartitionTopics = new Set(options.repartitionTopics);
    const topicName = (logical: string): string =>
      repartitionTopics.has(logical) ? internalTopicName(applicationId, logical) : logical;
    const operators = compile({
      nodes,
      stores,
      defaults,
      handlers: options.handlers ?? failing,
      processingErrorsScope: options.processingErrorsScope ?? "operators",
      output,
      task,
      repartitionTopics,
      topicName,
    });
    const queues = nodes.flatMap((node) =>
      node.kind === "source"
        ? recordQueues(node, {
            operator: operators.get(node.name)!,
            taskId: id,
            options,
            repartitionTopics,
            topicName,
            dropped: (record, reason, recordCount, cause) => this.#dropped(record, reason, recordCount, cause),
          })
        : [],
    );
    this.#stores = stores;
    this.#queues = new Map(queues.map((queue) => [queue.topic, queue]));
    this.#group = new PartitionGroup(queues, options.maxTaskIdleMs ?? 0, options.lag ?? (() => 0));
  }

  /** Largest timestamp taken from any partition, -1 if none. */
  get streamTimeMs(): number {
    return Number.isNaN(this.#group.streamTimeMs) ? -1 : this.#group.streamTimeMs;
  }

  /** Records that were skipped: unreadable, without time, without key, late. `dropped-records-total`, as Java counts it: without "no key to partition by". */
  get droppedRecords(): number {
    return this.#drops.total;
  }

  /** The same by node and reason; nothing for what dropped no record. */
  drops(): readonly DropCount[] {
    return this.#drops.counts();
  }

  /** Whether a record was processed since the last `committed`. */
  get commitNeeded(): boolean {
    return this.#commitNeeded;
  }

  /** Physical names of the topics it reads. */
  get topics(): readonly string[] {
    return [...this.#queues.keys()];
  }

  /**
   * Where reading begins: at the group's offset, with the times that were committed beside it. Records below are ignored.
   *
   * @param metadata as committed; null or empty: none
   */
  start(topic: string, partition: number, offset: number, metadata: string | null): void {
    const queue = this.#queue(topic, partition);
    queue.position = offset;
    queue.committedOffset = offset;
    const { partitionTimeMs } = decodeOffsetMetadata(metadata);
    if (partitionTimeMs < 0) return;
    queue.partitionTimeMs = partitionTimeMs;
    if (!(this.#group.streamTimeMs >= partitionTimeMs)) this.#group.streamTimeMs = partitionTimeMs;
  }

  /** What the serdes of a topic need before its batches may be added, or undefined: nothing. */
  prepareRead(topic: string, partition: number, buffer: Buffer): Promise<unknown> | undefined {
    const { keySerde, valueSerde } = this.#queue(topic, partition);
    const key = keySerde.prepareRead?.(buffer);
    const value = valueSerde.prepareRead?.(buffer);
    return key === undefined ? value : Promise.all([key, value]);
  }

  /** A view of a source topic's records as processing has them, to restore a table from that has no other changelog. */
  processedRecords(topic: string, partition: number): ProcessedRecords {
    return new ProcessedRecords(this.#queue(topic, partition));
  }

  /**
   * Queues raw record batches; a partial one at the end is ignored. The buffer is read later, in place.
   *
   * @throws {SourceRecordError | TimestampExtractorError | InvalidTimestampError} of the partition's next record, when nothing else waits there
   */
  addBatches(topic: string, partition: number, buffer: Buffer): void {
    this.#group.add(this.#queue(topic, partition), buffer);
  }

  /** Number of records that wait in a partition's queue. @throws {UnknownPartitionError} */
  bufferedRecords(topic: string, partition: number): number {
    return this.#queue(topic, partition).size;
  }

  /** Whether there is a record that need not wait for one of another input. */
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
    }
    return count;
  }

  /** Caches → changelogs and downstream, store after store in the order of their nodes. Then the output is to be flushed. */
  flush(): void {
    for (const store of this.#stores.values()) store.flush();
  }

  /** As `flush`, in parts of so many entries of a store: it stops between them, when whoever runs it may do something else. */
  *flushInParts(entriesMax: () => number): Generator<void, void> {
    for (const store of this.#stores.values()) while (!store.flushSome(entriesMax())) yield;
  }

  /** The offsets to commit: of those partitions where they have moved since they were last `committed`. */
  committable(): CommittableOffset[] {
    const offsets: CommittableOffset[] = [];
    for (const queue of this.#group.queues) {
      const offset = queue.committableOffset;
      if (Number.isNaN(offset) || offset === queue.committedOffset) continue;
      const partitionTimeMs = queue.partitionTimeMs >= 0 ? queue.partitionTimeMs : -1;
      offsets.push({
        topic: queue.topic,
        partition: queue.partition,
        offset,
        metadata: encodeOffsetMetadata({ partitionTimeMs, processorTimesMs: noTimes }),
      });
    }
    return offsets;
  }

  /** What `committable` gave is committed. */
  committed(offsets: readonly CommittableOffset[]): void {
    for (const { topic, partition, offset } of offsets) this.#queue(topic, partition).committedOffset = offset;
    this.#commitNeeded = false;
  }

  /** Names of the task's stores, in the order in which they are flushed. */
  get storeNames(): readonly string[] {
    return [...this.#stores.keys()];
  }

  /** @throws {UnknownStoreError} */
  store(name: string): OpenStore {
    const store = this.#stores.get(name);
    if (store === undefined) throw new UnknownStoreError(name, this.#stores.keys(), `Task ${this.id}`);
    return store;
  }

  /** @throws {UnknownStoreError | WrongStoreKindError} */
  keyValueStore<K, V>(name: string): KeyValueStore<K, V> {
    return keyValueStoreOf(this.store(name), `Task ${this.id}`);
  }

  /** @throws {UnknownStoreError | WrongStoreKindError} */
  windowStore<K, V>(name: string): WindowStore<K, V> {
    return windowStoreOf(this.store(name), `Task ${this.id}`);
  }

  /** Drops what is buffered. The stores belong to whoever opened them. */
  close(): void {
    this.#group.clear();
    leaveRecord(this.context);
  }

  #processHead(queue: RecordQueue): void {
    const context = this.context;
    const group = this.#group;
    const { headKey, headValue, headTimestampMs, headOffset, headHeaders, headCorrupted } = queue;
    queue.advance();
    if (queue.hasHead) group.offer(queue);
    this.#commitNeeded = true;
    if (headCorrupted) return;
    if (!(group.streamTimeMs >= headTimestampMs)) group.streamTimeMs = headTimestampMs;
    context.topic = queue.topic;
    context.partition = queue.partition;
    context.offset = headOffset;
    context.timestampMs = headTimestampMs;
    context.headers = headHeaders;
    if (headValue === null && queue.parts.dropsNullValues) {
      this.#dropped(failedRecord(this.id, queue.parts.nodeName, context), "null value", 1, null);
      return;
    }
    try {
      queue.operator.process(headKey, headValue, context);
    } catch (error) {
      throw this.#failure(error, queue);
    }
  }

  #dropped(record: FailedRecord, reason: DropReason, recordCount: number, cause: unknown): void {
    this.#drops.add(record.nodeName, reason, recordCount);
    this.#onDropped?.({ ...record, reason, recordCount, cause });
  }

  /** What fails outside any guarded node, that is at a source's own sink, gets the source's name. */
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

const noTimes: ReadonlyMap<string, number> = new Map();

interface SourceParts {
  readonly operator: StreamOperator;
  readonly taskId: string;
  readonly options: TaskOptions;
  readonly repartitionTopics: ReadonlySet<string>;
  readonly topicName: (logical: string) => string;
  readonly dropped: RecordQueueParts["dropped"];
}

function recordQueues(node: SourceNode, parts: SourceParts): RecordQueue[] {
  const { operator, taskId, options, repartitionTopics, topicName } = parts;
  const keySerde = serdeOr(node.keySerde, options.defaults.key, "key", `source "${node.name}"`);
  const valueSerde = serdeOr(node.valueSerde, options.defaults.value, "value", `source "${node.name}"`);
  return node.topics.flatMap((logical) => {
    const topic = topicName(logical);
    if (options.sourceTopics !== undefined && !options.sourceTopics.includes(topic)) return [];
    const given = node.timestampExtractor ?? options.timestampExtractor ?? failOnInvalidTimestamp;
    return new RecordQueue({
      taskId,
      nodeName: node.name,
      topic,
      partition: options.partition,
      keySerde: keySerde.forTopic?.(topic, "key") ?? keySerde,
      valueSerde: valueSerde.forTopic?.(topic, "value") ?? valueSerde,
      extractor: repartitionTopics.has(logical) ? failOnInvalidTimestamp : given,
      handler: (options.handlers ?? failing).deserialization,
      checkCrcs: options.checkCrcs ?? true,
      dropsNullValues: node.dropsNullValues ?? false,
      operator,
      dropped: parts.dropped,
    });
  });
}

/** Outside a record, as in Java, there is no topic and no position. */
function leaveRecord(context: RecordContext): void {
  context.topic = null;
  context.partition = -1;
  context.offset = -1;
  context.headers = noHeaders;
}
