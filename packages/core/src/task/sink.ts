import { fieldSpareBytes, partitionForKey, writeField } from "@millrace/protocol";
import type { RecordContext } from "../record/record-context.ts";
import { Callback } from "../operator/callback.ts";
import type { StreamOperator } from "../operator/operator.ts";
import type { TaskContext } from "../operator/operator-spec.ts";
import { catchRejections } from "../rejections.ts";
import { encode } from "../serde/encode.ts";
import { ofKey } from "../serde/errors.ts";
import type { SerdeBindings } from "../serde/serde-bindings.ts";
import type { Serde } from "../serde/serde.ts";
import { isWindowedSerde, type WindowedSerde } from "../serde/windowed.ts";
import type { Windowed } from "../record/windowed.ts";
import type { NodeOrigin, StreamPartitioner, TopicNameExtractor } from "../topology/topology.ts";
import { NoSuchPartitionError, NoTopicError, SinkRecordError } from "./errors.ts";
import { ask, failedRecord, rawOf, type ErrorHandler } from "./handlers.ts";
import type { Output, TopicOutput } from "../output.ts";

export interface SinkParts {
  readonly nodeName: string;
  /** null: unknown. */
  readonly origin: NodeOrigin | null;
  /** The DSL call that made it, such as `to`. */
  readonly call: string;
  /** Physical name, or a function that names one for each record. */
  readonly topic: string | TopicNameExtractor;
  readonly keySerde: Serde<unknown>;
  readonly valueSerde: Serde<unknown>;
  readonly bindings: SerdeBindings;
  readonly partitioner: StreamPartitioner | null;
  /** True for a repartition topic. There a windowed key is hashed whole: only Java's StreamSinkNode looks into windowed keys. */
  readonly repartitions: boolean;
  readonly output: Output;
  readonly handler: ErrorHandler;
  readonly task: TaskContext;
}

/** One topic that a sink writes, with its serdes bound to it. */
interface SinkTopic {
  readonly output: TopicOutput;
  readonly keySerde: Serde<unknown>;
  readonly valueSerde: Serde<unknown>;
  /** Chooses the partition of windowed keys; null: the keys are no such, or somebody else chooses. */
  readonly innerKeys: InnerKeys | null;
}

/** Encodes records straight into the output. Serialization failures go to their handler first, then up to the parent's guard. */
export class Sink implements StreamOperator {
  readonly parts: SinkParts;
  readonly partitioner: StreamPartitioner | null;
  readonly extractor: TopicNameExtractor | null;
  readonly fixed: SinkTopic | null;
  readonly extracted: Map<string, SinkTopic>;
  readonly partitioned: Callback;
  readonly named: Callback;
  readonly processed: Float64Array;
  readonly row: number;

  constructor(parts: SinkParts) {
    this.parts = parts;
    this.partitioner = parts.partitioner;
    this.extractor = typeof parts.topic === "string" ? null : parts.topic;
    this.fixed = typeof parts.topic === "string" ? this.open(parts.topic) : null;
    this.extracted = new Map();
    this.partitioned = new Callback(parts.nodeName, parts.call, "partitioner");
    this.named = new Callback(parts.nodeName, parts.call, "topic extractor");
    this.processed = parts.task.metrics.processed;
    this.row = parts.task.metrics.row(parts.nodeName);
  }

  process(key: unknown, value: unknown, context: RecordContext): void {
    this.processed[this.row]! += 1;
    const topic = this.fixed ?? this.extractedTopic(key, value, context);
    if (topic.innerKeys !== null) this.appendByInnerKey(topic.innerKeys, topic, key, value, context);
    else if (this.partitioner !== null) this.partition(this.partitioner, topic, key, value, context);
    else this.append(topic, -1, key, value, context);
  }

  append(topic: SinkTopic, partition: number, key: unknown, value: unknown, context: RecordContext): void {
    try {
      topic.output.append(partition, context.timestampMs, key, topic.keySerde, value, topic.valueSerde, context.headers);
    } catch (error) {
      this.unwritable(isUnwritable(key, topic.keySerde) ? ofKey(error) : error, topic, key, value, context);
    }
  }

  appendByInnerKey(innerKeys: InnerKeys, topic: SinkTopic, key: unknown, value: unknown, context: RecordContext): void {
    let partition: number;
    try {
      partition = key === null ? -1 : innerKeys.partition(key as WindowedKey, topic.output.partitionCount);
    } catch (error) {
      this.unwritable(ofKey(error), topic, key, value, context);
      return;
    }
    this.append(topic, partition, key, value, context);
  }

  partition(partitioner: StreamPartitioner, topic: SinkTopic, key: unknown, value: unknown, context: RecordContext): void {
    const { name, partitionCount } = topic.output;
    const partitions = this.partitioned.partitions(partitioner(value, key, partitionCount, name));
    if (partitions === null) {
      this.append(topic, -1, key, value, context);
      return;
    }
    if (partitions.length === 0) this.parts.task.dropped(this.parts.nodeName, "no partition");
    for (const partition of partitions) {
      if (!(Number.isSafeInteger(partition) && partition >= 0)) this.noPartition(partition, partitions, topic);
      this.append(topic, partition, key, value, context);
    }
  }

  /** Cold. @throws {AsyncCallbackError | NoSuchPartitionError} */
  noPartition(partition: unknown, partitions: readonly number[], { output }: SinkTopic): never {
    this.partitioned.refuse(partition, "partition", partitions);
    const error = new NoSuchPartitionError(this.parts.nodeName, output.name, partition, output.partitionCount);
    catchRejections(partitions, error);
    throw error;
  }

  extractedTopic(key: unknown, value: unknown, context: RecordContext): SinkTopic {
    const name = this.named.settled(this.extractor!(value, key, context));
    const known = this.extracted.get(name);
    if (known !== undefined) return known;
    if (typeof name !== "string" || name === "") throw new NoTopicError(this.parts.nodeName, name);
    const topic = this.open(name);
    this.extracted.set(name, topic);
    return topic;
  }

  open(name: string): SinkTopic {
    const { bindings, nodeName, output, repartitions } = this.parts;
    const user = `sink "${nodeName}"`;
    const keySerde = bindings.of(user, this.parts.keySerde, name, "key");
    return {
      output: output.topic(name),
      keySerde,
      valueSerde: bindings.of(user, this.parts.valueSerde, name, "value"),
      innerKeys: this.partitioner === null && !repartitions && isWindowedSerde(keySerde) ? new InnerKeys(keySerde) : null,
    };
  }

  /** Cold: a serde refused the record. */
  unwritable(error: unknown, { output }: SinkTopic, key: unknown, value: unknown, context: RecordContext): void {
    catchRejections([key, value], error);
    this.failed(error, output.name, context);
  }

  failed(error: unknown, topic: string, context: RecordContext): void {
    const { task, nodeName, handler } = this.parts;
    const record = failedRecord(task.taskId, nodeName, context);
    if (ask("serialization", handler, error, record, rawOf(task.raw, context)) === "fail")
      throw new SinkRecordError(record, topic, error, this.parts.origin);
    task.dropped(nodeName, "serialization", error);
  }
}

/** Cold: whether it was the key that could not be written. */
function isUnwritable(key: unknown, serde: Serde<unknown>): boolean {
  if (key === null) return false;
  try {
    encode(key, serde);
  } catch {
    return true;
  }
  return false;
}

interface WindowedKey {
  readonly key: unknown;
}

/** Windowed keys go where their inner keys go, so that all windows of a key meet (Java's WindowedStreamPartitioner). */
class InnerKeys {
  readonly serde: WindowedSerde<unknown>;
  scratch: Buffer = Buffer.allocUnsafe(64);

  constructor(serde: WindowedSerde<unknown>) {
    this.serde = serde;
  }

  /** @throws {SerializationError} */
  partition(windowed: WindowedKey, partitionCount: number): number {
    const { inner } = this.serde;
    const bytesMax = this.serde.sizeMax(windowed as Windowed<unknown>) - 8; // without the window's start, whose type it checks
    const { key } = windowed;
    const needed = bytesMax + fieldSpareBytes;
    if (needed > this.scratch.length) this.scratch = Buffer.allocUnsafe(needed * 2);
    return partitionForKey(this.scratch, 0, writeField(inner, this.scratch, 0, key, bytesMax), partitionCount);
  }
}
