import type { RecordContext } from "../record/record-context.ts";

/** Life cycle of an operator in a task. */
export interface OperatorLifeCycle {
  /** Begins: the task's stores are restored, and its times are known. Called once, parents first, before the first record. */
  init?(): void;
  /** Ends: called once if `init` was, parents first, after the last record, while the stores are still open. */
  close?(): void;
}

/** One step on a stream's edge. `process` is synchronous; forwarding is a direct call of the child. */
export interface StreamOperator<K = unknown, V = unknown> extends OperatorLifeCycle {
  /** Takes one record; its time and headers are in `context`. Returns when all descendants have processed it. */
  process(key: K, value: V, context: RecordContext): void;
}

/**
 * One step on a table's edge, where a record is a change of one key. `oldValue` is null where there was none, and where
 * no descendant asked for old values (Java's `Change`, `enableSendingOldValues`).
 */
export interface TableOperator<K = unknown, V = unknown> extends OperatorLifeCycle {
  /** Takes one update of a row; a null `newValue` deletes it. Returns when all descendants have processed it. */
  change(key: K, newValue: V | null, oldValue: V | null, context: RecordContext): void;
}
