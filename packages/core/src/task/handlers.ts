import type { RecordContext } from "../record/record-context.ts";
import type { RawRecord } from "../record/raw-record.ts";
import { thrownText } from "../shown.ts";
import { HandlerError, type FailedRecord } from "./errors.ts";

/** Reaction to a record that failed: stop the task, or drop the record (it is counted) and continue. */
export type Handling = "fail" | "continue";
/** A record that failed, with its bytes as they were read. */
export interface HandledRecord extends FailedRecord {
  /** Bytes of the key; null where it has none, in a schedule's call, and where a cache writes what an earlier record left there. */
  readonly keyBytes: Buffer | null;
  /** Bytes of the value; null as above. */
  readonly valueBytes: Buffer | null;
}

/**
 * Decides on a record that failed. Synchronous; one that throws or gives another answer stops the task with a
 * `HandlerError`.
 */
export type ErrorHandler = (error: unknown, record: HandledRecord) => Handling;

/** Kafka's exception handlers, one for each place where a record may fail. */
export interface TaskHandlers {
  /** A source's bytes cannot be read. `deserialization.exception.handler`. */
  readonly deserialization: ErrorHandler;
  /** An operator throws; the record is dropped at that node only, what it has written or forwarded before stays. `processing.exception.handler`. */
  readonly processing: ErrorHandler;
  /** A sink's serdes refuse a key or value. `production.exception.handler`, its serialization half. */
  readonly serialization: ErrorHandler;
}

/**
 * Nodes that the processing handler covers. `operators`, as in Java: all nodes behind an operator, so not a sink directly
 * behind a source. `everywhere`: those sinks too; a failure there is reported under the source's name.
 */
export type ProcessingErrorsScope = "operators" | "everywhere";

/** Stops the task at the first record that fails (Java's `LogAndFailExceptionHandler`). */
export const failOnError: ErrorHandler = () => "fail";
/** Drops every record that fails, and counts it (Java's `LogAndContinueExceptionHandler`). */
export const continueOnError: ErrorHandler = () => "continue";

/** Kafka's defaults: every failure stops the task. */
export const failing: TaskHandlers = Object.freeze({
  deserialization: failOnError,
  processing: failOnError,
  serialization: failOnError,
});

/** Asks a handler. @throws {HandlerError} when it throws or answers something else */
export function ask(
  name: keyof TaskHandlers,
  handler: ErrorHandler,
  error: unknown,
  record: FailedRecord,
  raw: RawRecord | null,
): Handling {
  let answer: Handling;
  try {
    answer = handler(error, { ...record, keyBytes: raw?.keyBytes() ?? null, valueBytes: raw?.valueBytes() ?? null });
  } catch (thrown) {
    throw new HandlerError(name, record, thrown);
  }
  if (answer === "fail" || answer === "continue") return answer;
  if (!((answer as unknown) instanceof Promise)) throw new HandlerError(name, record, `it returned ${thrownText(answer)}`);
  // Its rejection would end the process past all that is told here.
  (answer as Promise<unknown>).catch(() => undefined);
  throw new HandlerError(name, record, "it returned a promise, but handlers are synchronous");
}

/** Bytes of the record in flight; null: it was not read from a topic, or a cache holds them no more. */
export function rawOf(raw: RawRecord, context: RecordContext): RawRecord | null {
  return raw.isOf(context) ? raw : null;
}

/** The record in flight, for an error. */
export function failedRecord(taskId: string, nodeName: string, context: RecordContext): FailedRecord {
  const { topic, partition, offset, timestampMs } = context;
  return { taskId, nodeName, topic, partition, offset, timestampMs };
}
