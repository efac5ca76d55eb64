import type { TimestampExtractor } from "../topology/topology.ts";
import { InvalidTimestampError } from "./errors.ts";

/** The record's own time; a negative one stops the task. The default. Java: FailOnInvalidTimestamp. */
export const failOnInvalidTimestamp: TimestampExtractor = (record) => {
  if (record.timestampMs < 0) throw new InvalidTimestampError(record.topic, record.partition, record.offset, record.timestampMs);
  return record.timestampMs;
};

/** The record's own time; records with a negative one are dropped and counted. Java: LogAndSkipOnInvalidTimestamp. */
export const logAndSkipOnInvalidTimestamp: TimestampExtractor = (record) => record.timestampMs;

/** The record's own time, or if negative the largest of its partition so far. Java: UsePartitionTimeOnInvalidTimestamp. */
export const usePartitionTimeOnInvalidTimestamp: TimestampExtractor = (record, partitionTimeMs) => {
  if (record.timestampMs >= 0) return record.timestampMs;
  if (partitionTimeMs < 0) throw new InvalidTimestampError(record.topic, record.partition, record.offset, record.timestampMs);
  return partitionTimeMs;
};

/** The clock's time when the record becomes the next of its partition. Java: WallclockTimestampExtractor. */
export function wallclockTimestamp(clock: { nowMs(): number }): TimestampExtractor {
  return () => clock.nowMs();
}
