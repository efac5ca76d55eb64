import { deleteRecords, ErrorCode } from "@millrace/protocol";
import type { DeleteRecordsRequest, DeleteRecordsResponseInput } from "@millrace/protocol";
import { partitionName } from "../topic/log-directory.ts";
import type { Handler, Services } from "./handler.ts";

/** DeleteRecords: raises the log start offset. -1 stands for the high watermark. */
export function deleteRecordsHandler({
  topics,
  log: logLine,
}: Services): Handler<DeleteRecordsRequest, DeleteRecordsResponseInput> {
  const remove = (name: string, partitionIndex: number, asked: number): { errorCode: number; lowWatermark: bigint } => {
    const topic = topics.get(name);
    const log = topic?.partitions[partitionIndex];
    if (topic === undefined || log === undefined) return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, lowWatermark: -1n };
    if (!topic.config.delete) return { errorCode: ErrorCode.POLICY_VIOLATION, lowWatermark: -1n };
    const offset = asked === -1 ? log.highWatermark : asked;
    if (offset < 0 || offset > log.highWatermark) return { errorCode: ErrorCode.OFFSET_OUT_OF_RANGE, lowWatermark: -1n };
    try {
      if (log.failure !== null) throw log.failure;
      log.deleteRecordsBefore(offset);
    } catch (error) {
      logLine("error", `deleting records of ${partitionName(name, partitionIndex)} failed: ${String(error)}`);
      return { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, lowWatermark: -1n };
    }
    return { errorCode: ErrorCode.NONE, lowWatermark: BigInt(log.logStartOffset) };
  };
  return {
    api: deleteRecords,
    handle: (request) => ({
      throttleTimeMs: 0,
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, offset }) => ({
          partitionIndex,
          ...remove(name, partitionIndex, Number(offset)),
        })),
      })),
    }),
  };
}
