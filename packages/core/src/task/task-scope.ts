import type { TaskContext } from "../operator/operator-spec.ts";
import type { DropReason } from "../record/drop-reason.ts";
import { noHeaders, type RecordContext } from "../record/record-context.ts";
import type { TaskMetrics } from "../record/task-metrics.ts";
import type { DroppedRecord } from "./drops.ts";
import type { FailedRecord } from "./errors.ts";
import { failedRecord } from "./handlers.ts";
import { ProcessorTimes } from "./processor-times.ts";

/** Parts of a scope. */
export interface TaskScopeParts {
  readonly taskId: string;
  readonly applicationId: string;
  readonly context: RecordContext;
  readonly metrics: TaskMetrics;
  readonly nowMs: () => number;
  readonly onDropped: ((drop: DroppedRecord) => void) | null;
}

/** Context that the operators, queues and stores of one task share. */
export class TaskScope implements TaskContext {
  readonly taskId: string;
  readonly applicationId: string;
  readonly context: RecordContext;
  readonly metrics: TaskMetrics;
  readonly nowMs: () => number;
  readonly times: ProcessorTimes = new ProcessorTimes();
  /** Largest timestamp taken from any partition; NaN: none. */
  streamTime: number = Number.NaN;
  readonly #onDropped: ((drop: DroppedRecord) => void) | null;
  readonly #shared = new Map<string, unknown>();

  constructor(parts: TaskScopeParts) {
    this.taskId = parts.taskId;
    this.applicationId = parts.applicationId;
    this.context = parts.context;
    this.metrics = parts.metrics;
    this.nowMs = parts.nowMs;
    this.#onDropped = parts.onDropped;
  }

  streamTimeMs(): number {
    return Number.isNaN(this.streamTime) ? -1 : this.streamTime;
  }

  /** Moves stream time forward; an earlier time changes nothing. */
  advanceStreamTime(timestampMs: number): void {
    if (!(this.streamTime >= timestampMs)) this.streamTime = timestampMs;
  }

  shared<T>(name: string, make: () => T): T {
    if (!this.#shared.has(name)) this.#shared.set(name, make());
    return this.#shared.get(name) as T;
  }

  processorTime(name: string): number {
    return this.times.get(name);
  }

  setProcessorTime(name: string, timeMs: number): void {
    this.times.set(name, timeMs);
  }

  dropped(nodeName: string, reason: DropReason, cause: unknown = null): void {
    this.recordDropped(failedRecord(this.taskId, nodeName, this.context), reason, 1, cause);
  }

  /** The same for a record that is not the one in flight. */
  recordDropped(record: FailedRecord, reason: DropReason, recordCount: number, cause: unknown): void {
    this.metrics.countDropped(record.nodeName, reason, recordCount);
    this.#onDropped?.({ ...record, reason, recordCount, cause });
  }

  /** Outside a record, as in Java, there is no topic and no position. */
  leaveRecord(timestampMs: number): void {
    const { context } = this;
    context.topic = null;
    context.partition = -1;
    context.offset = -1;
    context.timestampMs = timestampMs;
    context.headers = noHeaders;
  }
}
