import { CorruptBatchError, DecompressedTooLargeError } from "@millrace/protocol";
import { StreamsError } from "../errors.ts";
import { thrownText } from "../shown.ts";
import type { NodeOrigin } from "../topology/topology.ts";

/** Position of a record in the topology and in its topic when it failed. */
export interface FailedRecord {
  /** Sub-topology and partition of the task, such as `0_3`. */
  readonly taskId: string;
  /** The node at which it failed. */
  readonly nodeName: string;
  /** Topic of the record that was read; null outside a record. Partition and offset are then -1. */
  readonly topic: string | null;
  /** Partition that the record was read from; -1 outside a record. */
  readonly partition: number;
  /** Offset that the record was read at; -1 outside a record. */
  readonly offset: number;
  /** Time of the record in milliseconds since the epoch, as the task had it at the failure. */
  readonly timestampMs: number;
}

/** A record that an operator failed on. `cause` is what the operator threw. Java: StreamsException "Exception caught in process". */
export class ProcessingError extends StreamsError {
  readonly code = "STREAMS_PROCESSING_FAILED";
  readonly retriable = false;
  /** Position of the record, and the node that failed on it. */
  readonly record: FailedRecord;

  /** @param call the DSL call that made the node, such as `mapValues`; null: the node is a source */
  constructor(record: FailedRecord, cause: unknown, call: string | null) {
    super(
      `${call === null ? "Source" : `${call}() at node`} "${record.nodeName}" of task ${record.taskId} failed on ${place(record)}: ${reason(cause)} ` +
        `Fix the function or the data; to drop such records set "processingErrors" to "continue"` +
        (call === null ? `, and "processingErrorsScope" to "everywhere", which holds directly behind a source too.` : "."),
      { cause },
    );
    this.record = record;
  }
}

/** A processor whose `init` or `close` failed. `cause` is what it threw. Java: StreamsException "failed to initialize processor". */
export class ProcessorLifeCycleError extends StreamsError {
  readonly code = "STREAMS_PROCESSOR_LIFE_CYCLE";
  readonly retriable = false;
  /** Name of the node. */
  readonly nodeName: string;

  constructor(taskId: string, nodeName: string, call: "init" | "close", cause: unknown) {
    super(`${call}() of node "${nodeName}" of task ${taskId} failed: ${reason(cause)} Fix the function.`, { cause });
    this.nodeName = nodeName;
  }
}

/** A record whose bytes are not what the source's serdes expect. `cause` is the serde's error. */
export class SourceRecordError extends StreamsError {
  readonly code = "STREAMS_SOURCE_RECORD_UNREADABLE";
  readonly retriable = false;
  /** Position of the record, and the source's name. */
  readonly record: FailedRecord;
  /** Part of the record that could not be read. */
  readonly part: "key" | "value";

  constructor(record: FailedRecord, part: "key" | "value", cause: unknown) {
    super(
      `Source "${record.nodeName}" cannot read ${place(record)}: ${part === "key" ? "its key: " : ""}${reason(cause)} ` +
        `Give the source the serdes the topic was written with; to drop such records set "deserializationErrors" to "continue".`,
      { cause },
    );
    this.record = record;
    this.part = part;
  }
}

/** The part that a topic with an unreadable batch has: it is processed, it restores a store, or it is a source topic that does so. */
export type UnreadableTopicRole = "source" | "changelog" | "sourceAsChangelog";

/** A record batch that is damaged, or compressed in a way that cannot be undone; where it lies, in a source topic or a changelog. `cause` is the decoder's error. */
export class UnreadableBatchError extends StreamsError {
  readonly code = "STREAMS_UNREADABLE_BATCH";
  readonly retriable = false;
  /** Topic that has the batch. */
  readonly topic: string;
  /** Partition that has the batch. */
  readonly partition: number;
  /** Offset of the batch's first record. */
  readonly offset: number;
  /** Offset of the batch's last record, as its header states it; a corrupt header may be wrong. */
  readonly lastOffset: number;
  /** True if the batch's length is right, whatever else is wrong with it: then it is known where the next one begins. */
  readonly isFramed: boolean;

  constructor(
    topic: string,
    partition: number,
    offset: number,
    lastOffset: number,
    cause: unknown,
    role: UnreadableTopicRole = "source",
  ) {
    const framed = isFramed(cause);
    super(
      `The record batch at offset ${offset} of "${topic}"-${partition} cannot be read (its last offset is ${lastOffset}): ${reason(cause)} ` +
        `Start again, since it may have been damaged on the way; if that does not help, repair the log. ${wayBehind(role, framed)}`,
      { cause },
    );
    this.isFramed = framed;
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.lastOffset = lastOffset;
  }
}

function isFramed(cause: unknown): boolean {
  if (cause instanceof CorruptBatchError) return cause.stage === "crc" || cause.stage === "records";
  return cause instanceof DecompressedTooLargeError;
}

/** Names only what helps. */
function wayBehind(role: UnreadableTopicRole, framed: boolean): string {
  if (role === "source") {
    return framed
      ? 'To go on behind such batches set "deserializationErrors" to "continue", or commit a later offset for the group.'
      : "No setting leads behind it, since where the next batch begins is not known; to go on there commit a later offset for the group.";
  }
  if (role === "sourceAsChangelog" && framed) {
    return (
      'To restore without such batches set "deserializationErrors" to "continue" and "restoreFromSource" to "asProcessed": ' +
      "then what processing passed over is passed over again."
    );
  }
  return "No setting leads behind it, since the restored state would lack what the batch holds.";
}

/** A record that a sink cannot write: its serdes refuse the key or the value. `cause` is the serde's error. */
export class SinkRecordError extends StreamsError {
  readonly code = "STREAMS_SINK_RECORD_UNWRITABLE";
  readonly retriable = false;
  /** Position of the record that was being processed, and the sink's name. */
  readonly record: FailedRecord;
  /** The topic that it was for. */
  readonly sinkTopic: string;

  constructor(record: FailedRecord, sinkTopic: string, cause: unknown, origin: NodeOrigin | null = null) {
    super(
      `Sink "${record.nodeName}"${origin === null ? "" : ` of ${origin.call}()`} cannot write to topic "${sinkTopic}" what became of ${place(record)}: ` +
        `${reason(cause)} ${origin === null ? "" : `The keys come from ${origin.keysFrom}, the values from ${origin.valuesFrom}. `}` +
        `To drop such records set "serializationErrors" to "continue".`,
      { cause },
    );
    this.record = record;
    this.sinkTopic = sinkTopic;
  }
}

/** A topic extractor that named no topic. */
export class NoTopicError extends StreamsError {
  readonly code = "STREAMS_NO_TOPIC";
  readonly retriable = false;

  constructor(nodeName: string, topic: unknown) {
    super(
      `The topic extractor of sink "${nodeName}" returned ${thrownText(topic)}, but a topic's name is needed. ` +
        `Return a name for every record, or filter out those that have none.`,
    );
  }
}

/** A partitioner that chose what is no partition. One beyond the topic's last is for the output to refuse, which knows how many there are now. */
export class NoSuchPartitionError extends StreamsError {
  readonly code = "STREAMS_NO_SUCH_PARTITION";
  readonly retriable = false;

  constructor(nodeName: string, topic: string, partition: unknown, partitionCount: number) {
    super(
      `The partitioner of sink "${nodeName}" chose partition ${thrownText(partition)} of topic "${topic}", which has ${partitionCount}. ` +
        `Choose from 0 to ${partitionCount - 1}.`,
    );
  }
}

/** A record whose own timestamp is no time, where the extractor does not forgive that. Java: FailOnInvalidTimestamp. */
export class InvalidTimestampError extends StreamsError {
  readonly code = "STREAMS_INVALID_TIMESTAMP";
  readonly retriable = false;

  constructor(topic: string, partition: number, offset: number, timestampMs: number) {
    super(
      `The record at offset ${offset} of "${topic}"-${partition} has the timestamp ${timestampMs}, which is no time in milliseconds. ` +
        (timestampMs < 0
          ? `Producers older than 0.10 write none: choose the extractor logAndSkipOnInvalidTimestamp, usePartitionTimeOnInvalidTimestamp, ` +
            `or one of your own that takes the time from the value.`
          : `It may be one in nanoseconds: correct the producer, or choose an extractor of your own that divides it.`),
    );
  }
}

/** A timestamp extractor that threw, or that returned anything but a whole number of milliseconds. `cause` is what it threw. */
export class TimestampExtractorError extends StreamsError {
  readonly code = "STREAMS_TIMESTAMP_EXTRACTOR_FAILED";
  readonly retriable = false;
  /** Position of the record, and the source's name. */
  readonly record: FailedRecord;

  constructor(record: FailedRecord, cause: unknown) {
    super(
      `The timestamp extractor of source "${record.nodeName}" failed on ${place(record)}: ${reason(cause)} ` +
        `Return whole milliseconds, such as Math.round(seconds * 1000), or a negative number to drop the record.`,
      { cause },
    );
    this.record = record;
  }
}

/** An error handler that threw itself. `cause` is what it threw. */
export class HandlerError extends StreamsError {
  readonly code = "STREAMS_ERROR_HANDLER_FAILED";
  readonly retriable = false;

  constructor(handler: string, record: FailedRecord, cause: unknown) {
    super(
      `The ${handler} error handler failed at node "${record.nodeName}" on ${place(record)}: ${reason(cause)} ` +
        `A handler must return "fail" or "continue".`,
      { cause },
    );
  }
}

/** A topic partition that the task does not read. */
export class UnknownPartitionError extends StreamsError {
  readonly code = "STREAMS_UNKNOWN_PARTITION";
  readonly retriable = false;

  constructor(taskId: string, topic: string, partition: number) {
    super(`Task ${taskId} does not read partition ${partition} of topic "${topic}".`);
  }
}

/** A store that the topology does not have, or that its node is not connected to. */
export class UnknownStoreError extends StreamsError {
  readonly code = "STREAMS_UNKNOWN_STORE";
  readonly retriable = false;

  constructor(store: string, known: Iterable<string>, user: string) {
    const names = [...known].map((name) => `"${name}"`).join(", ");
    super(`${user} has no store "${store}"; there ${names === "" ? "are none" : `is ${names}`}.`);
  }
}

/** An operator whose output is of another kind than its children take: a fault of whoever built the topology. */
export class EdgeKindError extends StreamsError {
  readonly code = "STREAMS_EDGE_KIND";
  readonly retriable = false;

  constructor(nodeName: string, output: string, used: string) {
    super(`Node "${nodeName}" gives ${output} records, but is wired as a ${used}.`);
  }
}

function place(record: FailedRecord): string {
  return record.topic === null
    ? "a punctuation"
    : `the record at offset ${record.offset} of "${record.topic}"-${record.partition}`;
}

function reason(cause: unknown): string {
  const text = thrownText(cause);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
