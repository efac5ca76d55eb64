import { deleteRecords, ErrorCode } from "@millrace/protocol";
import { partitionName } from "../topic/log-directory.ts";
import { handler } from "./guard.ts";
import type { Led } from "./guard.ts";
import type { Handler, Services } from "./handler.ts";

interface Removal {
  readonly errorCode: number;
  readonly lowWatermark: bigint;
}

/** DeleteRecords: raises the log start offset. -1 stands for the high watermark. */
export const deleteRecordsHandler: Handler = handler(
  deleteRecords,
  {
    where: "leader",
    refuse: (errorCode, { topics }) => ({
      throttleTimeMs: 0,
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, ...failed(errorCode) })),
      })),
    }),
  },
  (services, request, _context, leaderOf) => ({
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, offset }) => {
        const led = leaderOf(services, services.topics.get(name), partitionIndex, -1, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        return {
          partitionIndex,
          ...(typeof led === "number" ? failed(led) : remove(services, led, partitionIndex, Number(offset))),
        };
      }),
    })),
  }),
);

function remove({ log: logLine }: Services, { topic, log }: Led, partition: number, asked: number): Removal {
  if (!topic.config.delete) return failed(ErrorCode.POLICY_VIOLATION);
  const offset = asked === -1 ? log.highWatermark : asked;
  if (offset < 0 || offset > log.highWatermark) return failed(ErrorCode.OFFSET_OUT_OF_RANGE);
  try {
    if (log.failure !== null) throw log.failure;
    log.deleteRecordsBefore(offset);
  } catch (error) {
    logLine("error", `deleting records of ${partitionName(topic.name, partition)} failed: ${String(error)}`);
    return failed(ErrorCode.KAFKA_STORAGE_ERROR);
  }
  return { errorCode: ErrorCode.NONE, lowWatermark: BigInt(log.logStartOffset) };
}

function failed(errorCode: number): Removal {
  return { errorCode, lowWatermark: -1n };
}
