import { ErrorCode } from "@millrace/protocol";

import { noWayBehind } from "./whole-batches.ts";

/** Errors that belong to the partition: another fetch would get the same. */
export const permanentErrors: ReadonlySet<number> = new Set([
  ErrorCode.OFFSET_OUT_OF_RANGE,
  ErrorCode.CORRUPT_MESSAGE,
  ErrorCode.TOPIC_AUTHORIZATION_FAILED,
  ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
]);

/** Errors that are believed only when several answers agree: the topic may be so new that the broker does not know it yet. */
export const unknownTopicErrors: ReadonlySet<number> = new Set([
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.UNKNOWN_TOPIC_ID,
]);

/** Explains a permanent error, with advice. */
export function hintOf(errorCode: number): string {
  if (errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) return "no such record is kept; list the offsets and seek to one of them";
  if (errorCode !== ErrorCode.CORRUPT_MESSAGE) return "the broker refuses it";
  return `the log is damaged there; ${noWayBehind}`;
}
