import type { Cancellable, PunctuationClock, TaskContext } from "../operator/operator-spec.ts";
import type { DropReason } from "../record/drop-reason.ts";
import { RawRecord } from "../record/raw-record.ts";
import { noHeaders, type RecordContext } from "../record/record-context.ts";
import type { TaskMetrics } from "../record/task-metrics.ts";
import type { DroppedRecord } from "./drops.ts";
import type { FailedRecord } from "./errors.ts";
import { failedRecord } from "./handlers.ts";
import { ProcessorTimes } from "./processor-times.ts";
import { PunctuationQueue, Schedule } from "./punctuation-queue.ts";

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
  raw: RawRecord = new RawRecord();
  readonly metrics: TaskMetrics;
  readonly nowMs: () => number;
  readonly times: ProcessorTimes = new ProcessorTimes();
  readonly streamSchedules: PunctuationQueue = new PunctuationQueue();
  readonly wallSchedules: PunctuationQueue = new PunctuationQueue();
  /** True: an operator has asked for a commit. */
  isCommitRequested: boolean = false;
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

  /** True if a schedule by stream time is due. */
  get isStreamPunctuationDue(): boolean {
    return this.streamSchedules.dueMs <= this.streamTime;
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

  schedule(everyMs: number, clock: PunctuationClock, run: (timeMs: number) => void, startMs: number | null): Cancellable {
    const isWall = clock === "wallClock";
    const nowMs = isWall ? this.nowMs() : this.streamTimeMs();
    const schedule = new Schedule(startMs ?? (isWall ? nowMs + everyMs : 0), everyMs, (timeMs) => {
      this.leaveRecord(timeMs);
      run(timeMs);
    });
    if (startMs !== null && startMs < nowMs) schedule.advance(nowMs);
    (isWall ? this.wallSchedules : this.streamSchedules).add(schedule);
    return schedule;
  }

  requestCommit(): void {
    this.isCommitRequested = true;
  }

  dropped(nodeName: string, reason: DropReason, cause: unknown = null): void {
    this.recordDropped(failedRecord(this.taskId, nodeName, this.context), reason, 1, cause);
  }

  /** The same for a record that is not the one in flight. */
  recordDropped(record: FailedRecord, reason: DropReason, recordCount: number, cause: unknown): void {
    this.metrics.countDropped(record.nodeName, reason, recordCount);
    this.#onDropped?.({ ...record, reason, recordCount, cause });
  }

  /** Forgets stream time and schedules. */
  clear(): void {
    this.streamTime = Number.NaN;
    this.streamSchedules.clear();
    this.wallSchedules.clear();
    this.leaveRecord(Number.NaN);
  }

  /** Outside a record, as in Java, there is no topic and no position. */
  leaveRecord(timestampMs: number): void {
    const { context } = this;
    this.raw.clear();
    context.topic = null;
    context.partition = -1;
    context.offset = -1;
    context.timestampMs = timestampMs;
    context.headers = noHeaders;
  }
}
