import { ErrorCode } from "@millrace/protocol";

/** One record of a refused batch that is at fault. */
export interface RecordFault {
  /** Its position in the batch, from 0. */
  readonly position: number;
  readonly message: string;
}

/** Why a batch is not taken. */
export interface BatchRefusal {
  readonly errorCode: number;
  readonly message: string;
  /** The records at fault, where single ones are. */
  readonly faults: readonly RecordFault[];
}

/** A refusal that concerns the batch as a whole. */
export function refusal(errorCode: number, message: string): BatchRefusal {
  return { errorCode, message, faults: [] };
}

/** The code for records that do not fit their header, or each other: Kafka's InvalidRecordException. */
export function invalid(message: string): BatchRefusal {
  return refusal(ErrorCode.INVALID_RECORD, message);
}

/**
 * The code for what Apache Kafka does not foresee: codecs that do not exist, records that do not decompress. Its validator fails
 * there with exceptions that have no code of their own.
 */
export function unforeseen(message: string): BatchRefusal {
  return refusal(ErrorCode.UNKNOWN_SERVER_ERROR, message);
}
