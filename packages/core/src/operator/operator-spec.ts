import type { DropReason } from "../record/drop-reason.ts";
import type { RawRecord } from "../record/raw-record.ts";
import type { RecordContext } from "../record/record-context.ts";
import type { TaskMetrics } from "../record/task-metrics.ts";
import type { Serde } from "../serde/serde.ts";
import type { Store } from "../store/store.ts";
import type { StreamOperator, TableOperator } from "./operator.ts";
import type { OperatorSettings } from "./settings.ts";

/**
 * Behaviour of a processor node: frozen data and a constructor. One operator is one file that exports a function making its
 * spec, such as `filter(predicate)`; nothing else in core knows the operator.
 */
export interface OperatorSpec {
  /** Kafka's word, such as `filter` or `aggregate`; for errors, pictures and metrics. */
  readonly kind: string;
  /** Kind of changes that flow in; `output` is the kind that flows out. */
  readonly input: "stream" | "table";
  /** Kind of edge that leaves the node; `none`: it has no children. */
  readonly output: "stream" | "table" | "none";
  /** The operator that `create` gives is the node's child: its parents call that directly. Default false. */
  readonly transparent?: boolean;
  /** Its settings as data, for those that look at a topology. */
  readonly settings: OperatorSettings;
  /** Makes the operator of one task; its children exist already. */
  create(build: OperatorBuild): StreamOperator | TableOperator;
}

/** Parts that an operator receives when its task is built. */
export interface OperatorBuild {
  /** Name of the node, for errors and drops. */
  readonly nodeName: string;
  /** The children as one; throws an assertion if the spec's output is of the other kind. No child: a no-op. */
  readonly child: StreamOperator;
  /** Children as one, for an operator that gives changes; as `child`, of the other kind. */
  readonly tableChild: TableOperator;
  /** Context that all operators of the task share. */
  readonly task: TaskContext;
  /** Children by their names, those of streams only; a child that is wired twice is there once. */
  readonly namedChildren: ReadonlyMap<string, StreamOperator>;
  /** As `task.schedule`; what `run` throws is dealt with like an error of the node's records. */
  schedule(everyMs: number, clock: PunctuationClock, run: (timeMs: number) => void, startMs: number | null): Cancellable;
  /** Gives a store that the node is connected to: `keyValueStoreOf` and its siblings make it one of their kind. @throws {UnknownStoreError} */
  store(name: string): Store;
  /** The application's default serde where `serde` is null. @throws {MissingSerdeError} naming the node */
  keySerde(serde: Serde<unknown> | null): Serde<unknown>;
  /** Gives the application's default value serde where `serde` is null. @throws {MissingSerdeError} naming the node */
  valueSerde(serde: Serde<unknown> | null): Serde<unknown>;
}

/** Clock that a schedule follows: the wall clock, or the largest timestamp of the task's records. */
export type PunctuationClock = "streamTime" | "wallClock";

/** A schedule that can be ended. */
export interface Cancellable {
  /** Ends the schedule; also from its own callback. May be called twice. */
  cancel(): void;
}

/** State and services that the operators of a task share. */
export interface TaskContext {
  /** Sub-topology and partition of the task, such as `0_3`. */
  readonly taskId: string;
  /** Name of the application, Kafka's `application.id`. */
  readonly applicationId: string;
  /** The record in flight. */
  readonly context: RecordContext;
  /** Bytes of the record that was read last; another object for each record, so look here each time. */
  readonly raw: RawRecord;
  /** Counts of the records that the task's nodes have processed and dropped. */
  readonly metrics: TaskMetrics;
  /** The largest timestamp taken so far, -1 if none. */
  streamTimeMs(): number;
  /** Wall-clock time in milliseconds since the epoch. */
  nowMs(): number;
  /** State that nodes of the task share, by a name of theirs: the first to ask for it makes it. */
  shared<T>(name: string, make: () => T): T;
  /** Time in milliseconds that an operator kept under this name, also before a restart; -1: none. Known from `init` on. */
  processorTime(name: string): number;
  /** Keeps a time with the task's next commit, beside the offsets (Java's ProcessorMetadata); the name is unique in the task. */
  setProcessorTime(name: string, timeMs: number): void;
  /**
   * Calls `run` every so many milliseconds of a clock with its time, outside of any record. By `streamTime` the first call is due at 0, so
   * with the first record, and then on multiples of the interval; by `wallClock` after one interval. `startMs` moves the grid there: the
   * first call is at `startMs` or, if that is over, at the next point of its grid (KIP-1146). Intervals that were missed are skipped.
   */
  schedule(everyMs: number, clock: PunctuationClock, run: (timeMs: number) => void, startMs: number | null): Cancellable;
  /** Asks for a commit as soon as the record in flight is done; there is none if nothing was processed. */
  requestCommit(): void;
  /** Counts and tells that the record in flight is dropped at a node (metric `dropped-records-total`). */
  dropped(nodeName: string, reason: DropReason, cause?: unknown): void;
}
