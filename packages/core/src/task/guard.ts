import type { Headers, RecordContext } from "../record/record-context.ts";
import { catchRejections } from "../rejections.ts";
import type { StreamOperator, TableOperator } from "../operator/operator.ts";
import type { TaskContext } from "../operator/operator-spec.ts";
import { HandlerError, ProcessingError } from "./errors.ts";
import { ask, failedRecord, rawOf, type ErrorHandler } from "./handlers.ts";

/**
 * Stands before a processor node, counts its records, and deals with what it, or a sink below it, throws: the error gets the node's name and
 * goes to the processing handler, once, at the innermost node. If that says to continue, the record ends here and the
 * node's caller goes on with the context as it was (Java's ProcessorNode.process).
 */
export class Guard<K, V> implements StreamOperator<K, V> {
  readonly inner: StreamOperator<K, V>;
  readonly node: GuardedNode;
  readonly processed: Float64Array;
  readonly row: number;

  constructor(inner: StreamOperator<K, V>, node: GuardedNode) {
    this.inner = inner;
    this.node = node;
    this.processed = node.processed;
    this.row = node.row;
  }

  process(key: K, value: V, context: RecordContext): void {
    const { timestampMs, headers } = context;
    this.processed[this.row]! += 1;
    try {
      this.inner.process(key, value, context);
    } catch (error) {
      catchRejections([key, value], error);
      this.node.failed(error, timestampMs, headers);
    }
  }
}

export class TableGuard<K, V> implements TableOperator<K, V> {
  readonly inner: TableOperator<K, V>;
  readonly node: GuardedNode;
  readonly processed: Float64Array;
  readonly row: number;

  constructor(inner: TableOperator<K, V>, node: GuardedNode) {
    this.inner = inner;
    this.node = node;
    this.processed = node.processed;
    this.row = node.row;
  }

  change(key: K, newValue: V | null, oldValue: V | null, context: RecordContext): void {
    const { timestampMs, headers } = context;
    this.processed[this.row]! += 1;
    try {
      this.inner.change(key, newValue, oldValue, context);
    } catch (error) {
      catchRejections([key, newValue, oldValue], error);
      this.node.failed(error, timestampMs, headers);
    }
  }
}

/** The cold half of a guard. */
export class GuardedNode {
  readonly #name: string;
  readonly #call: string | null;
  readonly #task: TaskContext;
  readonly #handler: ErrorHandler;
  /** Column in which the node's records are counted. */
  readonly processed: Float64Array;
  /** Row of the node in that column. */
  readonly row: number;

  /** @param call the DSL call that made the node; null: it is a source */
  constructor(name: string, call: string | null, task: TaskContext, handler: ErrorHandler) {
    this.#name = name;
    this.#call = call;
    this.#task = task;
    this.#handler = handler;
    // The task counts what a source reads.
    this.processed = call === null ? new Float64Array(1) : task.metrics.processed;
    this.row = call === null ? 0 : task.metrics.row(name);
  }

  failed(error: unknown, timestampMs: number, headers: Headers): void {
    if (error instanceof ProcessingError || error instanceof HandlerError) throw error;
    const context = this.#task.context;
    context.timestampMs = timestampMs;
    context.headers = headers;
    const record = failedRecord(this.#task.taskId, this.#name, context);
    if (ask("processing", this.#handler, error, record, rawOf(this.#task.raw, context)) === "fail")
      throw new ProcessingError(record, error, this.#call);
    this.#task.dropped(this.#name, "processing", error);
  }
}
