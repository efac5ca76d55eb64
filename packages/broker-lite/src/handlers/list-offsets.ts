import { ErrorCode, listOffsets } from "@millrace/protocol";
import type { ListOffsetsResponseInput } from "@millrace/protocol";
import type { PartitionLog } from "../log/partition-log.ts";
import { isUnreadable } from "../log/produced-batch.ts";
import { partitionName } from "../topic/log-directory.ts";
import { handler } from "./guard.ts";
import type { Led } from "./guard.ts";
import type { Handler, Services } from "./handler.ts";

type PartitionResponse = ListOffsetsResponseInput["topics"][number]["partitions"][number];

/** Meanings of negative timestamps. */
const latest = -1n;
const earliest = -2n;
const maxTimestamp = -3n;
const earliestLocal = -4n;

/** ListOffsets: where a partition begins or ends, or its first record at or after a time. Nothing is tiered here. */
export const listOffsetsHandler: Handler = handler(
  listOffsets,
  {
    where: "leader",
    refuse: (errorCode, { topics }) => ({
      throttleTimeMs: 0,
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => failed(partitionIndex, errorCode)),
      })),
    }),
  },
  (services, request, _context, leaderOf) => ({
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, currentLeaderEpoch, timestamp }) => {
        const missing = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        const led = leaderOf(services, services.topics.get(name), partitionIndex, currentLeaderEpoch, missing);
        return typeof led === "number" ? failed(partitionIndex, led) : lookUp(services, led, partitionIndex, timestamp);
      }),
    })),
  }),
);

function lookUp(
  { log: logLine }: Services,
  { topic, log, leaderEpoch }: Led,
  partitionIndex: number,
  timestamp: bigint,
): PartitionResponse {
  let found: readonly [offset: number, timestampMs: number];
  try {
    found = find(log, timestamp);
  } catch (error) {
    logLine("error", `looking for a time in ${partitionName(topic.name, partitionIndex)} failed: ${String(error)}`);
    return failed(partitionIndex, isUnreadable(error) ? ErrorCode.CORRUPT_MESSAGE : ErrorCode.KAFKA_STORAGE_ERROR);
  }
  const [offset, timestampMs] = found;
  return {
    partitionIndex,
    errorCode: ErrorCode.NONE,
    timestamp: BigInt(timestampMs),
    offset: BigInt(offset),
    leaderEpoch: offset < 0 ? -1 : leaderEpoch,
  };
}

/** Returns offset and timestamp; -1 each where there is none. */
function find(log: PartitionLog, timestamp: bigint): readonly [offset: number, timestampMs: number] {
  if (timestamp === latest) return [log.highWatermark, -1];
  if (timestamp === earliest || timestamp === earliestLocal) return [log.logStartOffset, -1];
  if (timestamp < 0n && timestamp !== maxTimestamp) return [-1, -1];
  const found = timestamp === maxTimestamp ? log.offsetOfMaxTimestamp() : log.offsetForTimestamp(Number(timestamp));
  return found === null ? [-1, -1] : [found.offset, found.timestampMs];
}

function failed(partitionIndex: number, errorCode: number): PartitionResponse {
  return { partitionIndex, errorCode, timestamp: -1n, offset: -1n, leaderEpoch: -1 };
}
